package webapi

import (
	"context"
	"slices"
	"strings"

	"taut/chat"
	"taut/store"
)

func (s *Server) reactionsMethods() []method {
	write, read := []string{"reactions:write"}, []string{"reactions:read"}
	return []method{
		{name: "reactions.add", handle: s.reactionsAdd, scopes: write, errors: map[string]string{
			"exists": "already_reacted",
		}},
		{name: "reactions.remove", handle: s.reactionsRemove, scopes: write, errors: map[string]string{
			"not_found:reaction": "no_reaction",
		}},
		{name: "reactions.get", handle: s.reactionsGet, scopes: read},
		{name: "reactions.list", handle: s.reactionsList, scopes: read},
	}
}

func (s *Server) reactionsAdd(ctx context.Context, q *request) (answer, error) {
	return q.react(ctx, q.workspace.AddReaction)
}

func (s *Server) reactionsRemove(ctx context.Context, q *request) (answer, error) {
	return q.react(ctx, q.workspace.RemoveReaction)
}

// react changes the caller's reactions to what the request names.
func (q *request) react(ctx context.Context, change func(context.Context, chat.ChannelID, chat.TS, chat.UserID, string) error) (answer, error) {
	item, err := q.item(ctx)
	if err != nil {
		return nil, err
	}
	name, err := q.emoji()
	if err != nil {
		return nil, err
	}
	return done(), change(ctx, item.channel.ID, item.ts, q.caller.User, name)
}

// reactedMessage is a message with the link that reactions' answers add.
type reactedMessage struct {
	chat.Message
	Permalink string `json:"permalink"`
}

type reactionsGetAnswer struct {
	reply
	Type    string         `json:"type"`
	Channel chat.ChannelID `json:"channel"`
	Message reactedMessage `json:"message"`
}

func (s *Server) reactionsGet(ctx context.Context, q *request) (answer, error) {
	item, err := q.item(ctx)
	if err != nil {
		return nil, err
	}
	if err := q.mayReadHistory(ctx, item.channel); err != nil {
		return nil, err
	}
	m, err := q.workspace.Message(ctx, item.channel.ID, item.ts)
	if err != nil {
		return nil, err
	}
	one := []chat.Message{m}
	if err := q.nameCaller(ctx, item.channel.ID, one); err != nil {
		return nil, err
	}
	return &reactionsGetAnswer{Type: "message", Channel: item.channel.ID, Message: q.reacted(item.channel.ID, one[0])}, nil
}

// mayReadHistory: what shows a message needs what conversations.history needs.
func (q *request) mayReadHistory(ctx context.Context, c chat.Channel) error {
	if err := q.mustHave(scopeFamilies[c.Type] + ":history"); err != nil {
		return err
	}
	return q.mayRead(ctx, c)
}

func (q *request) reacted(channel chat.ChannelID, m chat.Message) reactedMessage {
	q.present(&m, false)
	return reactedMessage{m, q.permalink(channel, m)}
}

type reactionsListAnswer struct {
	reply
	Items  []reactionsItem `json:"items"`
	Paging *paging         `json:"paging,omitempty"` // where pages are asked for by number
}

type reactionsItem struct {
	Type    string         `json:"type"`
	Channel chat.ChannelID `json:"channel"`
	Message reactedMessage `json:"message"`
}

// maxReactionsPage is the last page that can be asked for by its number.
const maxReactionsPage = 100

// reactionsList pages by cursor, or by number. It has what the caller may read of
// the history. A page that large messages cut short has a cursor for the rest.
func (s *Server) reactionsList(ctx context.Context, q *request) (answer, error) {
	user, err := q.reactor(ctx)
	if err != nil {
		return nil, err
	}
	count, err := q.args.limit("count", 100, 1_000)
	if err != nil {
		return nil, err
	}
	limit, err := q.args.limit("limit", count, 1_000)
	if err != nil {
		return nil, err
	}
	before, err := q.args.cursor("reactions")
	if err != nil {
		return nil, err
	}
	query := store.ReactedQuery{
		User: user, Viewer: q.caller.User, MembersOnly: q.readsMembersOnly() || q.caller.Role.IsGuest(),
		Types: q.historyTypes(), Before: before, Limit: limit,
	}
	a := &reactionsListAnswer{Items: []reactionsItem{}}
	if before == "" && q.args.has("page") {
		if a.Paging, err = q.reactionsPage(ctx, &query); err != nil {
			return nil, err
		}
	}
	found, next, err := q.workspace.ReactedBy(ctx, query)
	if err != nil {
		return nil, err
	}
	a.page(encodeCursor("reactions", next))
	for _, item := range found {
		a.Items = append(a.Items, reactionsItem{"message", item.Channel, q.reacted(item.Channel, item.Message)})
	}
	return a, nil
}

// reactionsPage goes to the page that is asked for by its number.
func (q *request) reactionsPage(ctx context.Context, query *store.ReactedQuery) (*paging, error) {
	page, err := q.args.limit("page", 1, maxReactionsPage)
	if err != nil {
		return nil, err
	}
	query.Skip = (page - 1) * query.Limit
	total, err := q.workspace.ReactedCount(ctx, *query)
	return &paging{Count: query.Limit, Total: total, Page: page, Pages: (total + query.Limit - 1) / query.Limit}, err
}

// historyTypes are the types of conversations whose messages the token may read.
func (q *request) historyTypes() (types []chat.ChannelType) {
	for _, t := range allTypes {
		if q.mustHave(scopeFamilies[t]+":history") == nil {
			types = append(types, t)
		}
	}
	return types
}

// nameCaller puts the caller among the users of the reactions that they share in,
// where a message has more reactors than it names.
func (q *request) nameCaller(ctx context.Context, channel chat.ChannelID, messages []chat.Message) error {
	var crowded []chat.TS
	for _, m := range messages {
		if slices.ContainsFunc(m.Reactions, unnamed) {
			crowded = append(crowded, m.TS)
		}
	}
	if crowded == nil {
		return nil
	}
	own, err := q.workspace.OwnReactions(ctx, channel, q.caller.User, crowded)
	if err != nil {
		return err
	}
	for _, m := range messages {
		for i, r := range m.Reactions {
			if slices.Contains(own[m.TS], r.Name) && !slices.Contains(r.Users, q.caller.User) {
				m.Reactions[i].Users = append(slices.Clip(r.Users), q.caller.User)
			}
		}
	}
	return nil
}

// unnamed tells whether the reaction has more users than it names.
func unnamed(r chat.Reaction) bool { return len(r.Users) < r.Count }

// reactor is whose reactions are listed.
func (q *request) reactor(ctx context.Context) (chat.UserID, error) {
	id := q.args.user("user")
	if id == "" {
		return q.caller.User, nil
	}
	if !chat.ValidID(string(id), "UW") {
		return "", chat.NewError(chat.NotFound, "user")
	}
	u, err := q.user(ctx, id)
	return u.ID, err
}

// item is what a request names to react to.
type item struct {
	channel chat.Channel
	ts      chat.TS
}

// item reads channel and timestamp. Files, which a client may name too, are not
// here to be found.
func (q *request) item(ctx context.Context) (item, error) {
	switch {
	case q.args.has("file"):
		return item{}, fail("file_not_found")
	case q.args.has("file_comment"):
		return item{}, fail("file_comment_not_found")
	case !q.args.has("channel"), !q.args.has("timestamp"):
		return item{}, fail("no_item_specified")
	}
	ts, err := q.args.ts("timestamp", "bad_timestamp")
	if err != nil {
		return item{}, err
	}
	c, err := q.channel(ctx, q.args.channel("channel"))
	return item{c, ts}, err
}

// emoji reads a reaction's name, with or without colons.
func (q *request) emoji() (string, error) {
	name := strings.ToLower(strings.Trim(q.args.text("name"), ":"))
	base, tone, toned := strings.Cut(name, "::")
	toneOK := !toned || len(tone) == len("skin-tone-2") && strings.HasPrefix(tone, "skin-tone-") && tone[10] >= '2' && tone[10] <= '6'
	if base == "" || len(name) > chat.MaxEmojiName || !toneOK || strings.ContainsFunc(base, notOfEmoji) {
		return "", fail("invalid_name")
	}
	return chat.FirstEmojiName(name), nil
}
