package webapi

import (
	"context"
	"slices"

	"taut/chat"
	"taut/store"
)

const (
	defaultPage = 100
	maxPage     = 1_000
)

// pageSize reads limit for the methods that have an error of their own for it.
func (q *request) pageSize() (int, error) {
	n, err := q.args.integer("limit", defaultPage)
	if err != nil || n < 0 {
		return 0, fail("invalid_limit")
	}
	if n == 0 {
		n = defaultPage
	}
	return min(n, maxPage), nil
}

type channelsAnswer struct {
	reply
	Channels []chat.ChannelObject `json:"channels"`
}

const channelCursor = "channel"

// conversationsList is the directory as the caller may see it.
func (s *Server) conversationsList(ctx context.Context, q *request) (answer, error) {
	query, err := q.channelQuery()
	if err != nil {
		return nil, err
	}
	query.VisibleTo = q.caller.User
	if q.caller.Role.IsGuest() {
		query.MemberOf = q.caller.User
	}
	return q.listChannels(ctx, query, true)
}

// usersConversations are the channels of one user, as far as the caller may see
// them.
func (s *Server) usersConversations(ctx context.Context, q *request) (answer, error) {
	query, err := q.channelQuery()
	if err != nil {
		return nil, err
	}
	query.MemberOf, query.VisibleTo = q.caller.User, q.caller.User
	if of := q.args.user("user"); of != "" && of != q.caller.User {
		if _, err := q.user(ctx, of); err != nil {
			return nil, err
		}
		query.MemberOf = of
	}
	query.SharedOnly = q.caller.Role.IsGuest()
	a, err := q.listChannels(ctx, query, false)
	if err != nil || !q.args.boolean("exclude_muted", false) {
		return a, err
	}
	muted, err := q.muted(ctx)
	a.Channels = slices.DeleteFunc(a.Channels, func(c chat.ChannelObject) bool { return muted[string(c.ID)] })
	return a, err
}

// channelQuery reads the arguments that both lists have.
func (q *request) channelQuery() (query store.ChannelQuery, err error) {
	if query.Types, err = q.channelTypes(); err != nil {
		return query, err
	}
	if query.Limit, err = q.pageSize(); err != nil {
		return query, err
	}
	after, err := q.args.cursor(channelCursor)
	query.After = chat.ChannelID(after)
	query.ExcludeArchived = q.args.boolean("exclude_archived", false)
	return query, err
}

// channelTypes reads types. The token must be able to read each of them.
func (q *request) channelTypes() ([]chat.ChannelType, error) {
	var types []chat.ChannelType
	for _, name := range q.args.list("types") {
		t := chat.ChannelType(name)
		if _, ok := scopeFamilies[t]; !ok {
			return nil, fail("invalid_types")
		}
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	if types == nil {
		types = []chat.ChannelType{chat.PublicChannel}
	}
	for _, t := range types {
		if err := q.mustHave(scopeFamilies[t] + ":read"); err != nil {
			return nil, err
		}
	}
	return types, nil
}

// listChannels answers one page. One row more than the page tells whether there
// is another.
func (q *request) listChannels(ctx context.Context, query store.ChannelQuery, all bool) (*channelsAnswer, error) {
	limit := query.Limit
	query.Limit++
	channels, err := q.workspace.Channels(ctx, query)
	if err != nil {
		return nil, err
	}
	a := &channelsAnswer{Channels: []chat.ChannelObject{}}
	a.page("")
	if limit = min(limit, fitting(channels)); len(channels) > limit {
		channels = channels[:limit]
		a.page(encodeCursor(channelCursor, string(channels[limit-1].ID)))
	}
	mine, err := q.memberships(ctx)
	if err != nil {
		return nil, err
	}
	deleted, err := q.deletedOthers(ctx, channels)
	if err != nil {
		return nil, err
	}
	for _, c := range channels {
		if q.caller.Role.IsGuest() && !mine[c.ID] {
			continue
		}
		o, err := q.listed(ctx, c, mine, deleted)
		if err != nil {
			return nil, err
		}
		if !all {
			o.IsMember, o.NumMembers = nil, nil
		}
		a.Channels = append(a.Channels, o)
	}
	return a, nil
}

// maxPageBytes is about how long a page of conversations may be: a longer one is
// cut short.
const maxPageBytes = 4 << 20

// fitting is how many of the channels a page has room for, at least one.
func fitting(channels []chat.Channel) int {
	bytes := 0
	for i, c := range channels {
		if bytes > maxPageBytes {
			return i
		}
		bytes += 1_000 + len(c.Name) + len(c.Topic.Value) + len(c.Purpose.Value)
		for _, n := range c.PreviousNames {
			bytes += len(n)
		}
	}
	return len(channels)
}

// listed is a conversation as lists show it.
func (q *request) listed(ctx context.Context, c chat.Channel, mine map[chat.ChannelID]bool, deleted map[chat.UserID]bool) (chat.ChannelObject, error) {
	o := c.ObjectFor(q.caller.User)
	switch c.Type {
	case chat.DM:
		gone := deleted[o.User]
		o.IsUserDeleted = &gone
		o.Priority = new(float64)
	case chat.GroupDM:
		o.Priority = new(float64)
	default:
		o.NumMembers = &c.NumMembers
	}
	if c.Type != chat.DM {
		member := mine[c.ID]
		o.IsMember = &member
	}
	if c.Type == chat.GroupDM && mine[c.ID] {
		return o, q.addOpen(ctx, c, &o)
	}
	return o, nil
}

// memberships is the set of the caller's conversations.
func (q *request) memberships(ctx context.Context) (map[chat.ChannelID]bool, error) {
	snapshot, err := q.workspace.Memberships(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	mine := make(map[chat.ChannelID]bool, len(snapshot.Channels))
	for _, m := range snapshot.Channels {
		mine[m.Channel] = true
	}
	return mine, nil
}

// deletedOthers are those of the people whom the caller's DMs are with who were
// deactivated.
func (q *request) deletedOthers(ctx context.Context, channels []chat.Channel) (map[chat.UserID]bool, error) {
	var others []chat.UserID
	for _, c := range channels {
		if c.Type == chat.DM {
			others = append(others, c.Other(q.caller.User))
		}
	}
	deleted := map[chat.UserID]bool{}
	if others == nil {
		return deleted, nil
	}
	users, err := q.workspace.UsersByID(ctx, others)
	for _, u := range users {
		deleted[u.ID] = u.Deleted
	}
	return deleted, err
}
