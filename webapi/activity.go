package webapi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"taut/chat"
	"taut/store"
)

// activityMethods are ours, as Slack documents none like it: what concerns the
// caller.
func (s *Server) activityMethods() []method {
	return []method{{name: "activity.feed", handle: s.activityFeed, scopes: []string{clientScope}, tokens: people}}
}

const (
	activityPage    = 20
	maxActivityPage = 50
	activityCursor  = "activity"
)

type activityAnswer struct {
	reply
	Items []activityItem `json:"items"`
}

// activityItem is one thing that happened. Its key stays the same while it moves
// up, as a thread does with each reply.
type activityItem struct {
	Key      string            `json:"key"`
	Type     string            `json:"type"`
	FeedTS   chat.TS           `json:"feed_ts"` // when it happened
	Channel  chat.ChannelID    `json:"channel"`
	User     chat.UserID       `json:"user"`
	TS       chat.TS           `json:"ts"` // the message
	ThreadTS chat.TS           `json:"thread_ts,omitzero"`
	Reaction *activityReaction `json:"reaction,omitempty"`
	Message  chat.Message      `json:"message"`
}

type activityReaction struct {
	Name  string        `json:"name"`
	Users []chat.UserID `json:"users"`
	Count int           `json:"count"`
}

// activityKinds are the argument's words for them.
var activityKinds = map[string][]store.ActivityKind{
	"mention":      {store.ActivityMention, store.ActivityMentionAll},
	"thread_reply": {store.ActivityReply},
	"reaction":     {store.ActivityReaction},
}

// activityFeed is a page of mentions of the caller, replies in threads that they
// follow and reactions to what they wrote, the latest first, where they may read.
func (s *Server) activityFeed(ctx context.Context, q *request) (answer, error) {
	query := store.ActivityQuery{User: q.caller.User, Types: q.historyTypes(), MembersOnly: q.readsMembersOnly() || q.caller.Role.IsGuest()}
	limit, err := q.args.limit("limit", activityPage, maxActivityPage)
	if err != nil {
		return nil, err
	}
	query.Limit = limit + 1
	for word := range strings.FieldsFuncSeq(q.args.text("types"), func(r rune) bool { return r == ',' || r == ' ' }) {
		kinds := activityKinds[word]
		if kinds == nil {
			return nil, invalidArguments("[ERROR] must be of mention, thread_reply, reaction [json-pointer:/types]")
		}
		query.Kinds = append(query.Kinds, kinds...)
	}
	if query.After, err = q.activityPlace(); err != nil {
		return nil, err
	}
	found, err := q.workspace.Activity(ctx, query)
	if err != nil {
		return nil, err
	}
	a := &activityAnswer{Items: []activityItem{}}
	groups, err := q.workspace.UsergroupsOf(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	for _, f := range found[:min(limit, len(found))] {
		if err := q.addActivity(ctx, a, f, groups); err != nil {
			return nil, err
		}
	}
	next := ""
	if len(found) > limit {
		next = cursorAfterActivity(found[limit-1].ActivityPlace)
	}
	a.page(next)
	return a, nil
}

func (q *request) addActivity(ctx context.Context, a *activityAnswer, f store.Activity, groups []string) error {
	m, err := q.workspace.Message(ctx, f.Channel, f.TS)
	if chat.CodeOf(err) == chat.NotFound {
		return nil // deleted since
	}
	if err != nil {
		return err
	}
	one := []chat.Message{m}
	if err := q.nameCaller(ctx, f.Channel, one); err != nil {
		return err
	}
	if one, err = q.shown(ctx, f.Channel, one); err != nil {
		return err
	}
	m = one[0]
	item := activityItem{
		Key: string(f.Channel) + "-" + f.TS.String(), Type: "thread_reply",
		FeedTS: f.At, Channel: f.Channel, User: m.User, TS: m.TS, ThreadTS: m.ThreadTS, Message: m,
	}
	switch f.Kind {
	case store.ActivityReply:
		item.Key = string(f.Channel) + "-thread-" + m.ThreadTS.String()
	case store.ActivityReaction:
		item.Key, item.Type, item.User = item.Key+"-"+f.Name, "message_reaction", f.User
		item.Reaction = activityReactionOf(m, f)
	case store.ActivityMention, store.ActivityMentionAll:
		item.Type = q.mentionType(m.Text, groups)
	}
	a.Items = append(a.Items, item)
	return nil
}

// activityReactionOf has whom the message names; at least the last who reacted.
func activityReactionOf(m chat.Message, f store.Activity) *activityReaction {
	i := slices.IndexFunc(m.Reactions, func(r chat.Reaction) bool { return r.Name == f.Name })
	if i < 0 {
		return &activityReaction{f.Name, []chat.UserID{f.User}, 1}
	}
	return &activityReaction{f.Name, m.Reactions[i].Users, m.Reactions[i].Count}
}

// mentionType says how a text mentions the caller: what is in no other way, it is
// by a keyword of theirs.
func (q *request) mentionType(text string, groups []string) string {
	named := chat.Mentions(text)
	switch {
	case slices.Contains(named.Users, q.caller.User):
		return "at_user"
	case slices.ContainsFunc(named.Subteams, func(id string) bool { return slices.Contains(groups, id) }):
		return "at_user_group"
	case named.Everyone:
		return "at_everyone"
	case named.Channel || named.Here:
		return "at_channel"
	}
	return "keyword"
}

func cursorAfterActivity(p store.ActivityPlace) string {
	return encodeCursor(activityCursor, fmt.Sprintf("%d/%s/%d/%s", p.At, p.Channel, p.TS, p.Name))
}

func (q *request) activityPlace() (p store.ActivityPlace, err error) {
	place, err := q.args.cursor(activityCursor)
	if err != nil || place == "" {
		return p, err
	}
	parts := strings.SplitN(place, "/", 4)
	if len(parts) != 4 || parts[1] == "" {
		return p, fail("invalid_cursor")
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	ts, tsErr := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || tsErr != nil || at <= 0 {
		return p, fail("invalid_cursor")
	}
	return store.ActivityPlace{At: chat.TS(at), Channel: chat.ChannelID(parts[1]), TS: chat.TS(ts), Name: parts[3]}, nil
}
