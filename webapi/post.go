package webapi

import (
	"context"
	"slices"
	"strings"

	"taut/chat"
	"taut/store"
)

// maxKey bounds a client_msg_id.
const maxKey = 64

// postMessage is the one way of a message into the log: that of
// chat.postMessage, and of a socket's message, whose origin is the connection.
func (q *request) postMessage(ctx context.Context, origin string) (store.Posted, error) {
	p, err := q.compose(ctx)
	if err != nil {
		return store.Posted{}, err
	}
	p.Origin = origin
	return q.append(ctx, p)
}

// compose makes a post of the arguments, all but whose it is and where it goes.
func (q *request) compose(ctx context.Context) (composed, error) {
	c, err := q.readContent(ctx)
	if err != nil {
		return composed{}, err
	}
	if c.empty() && q.sharing == nil {
		return composed{}, fail("no_text")
	}
	m := c.message()
	if m.ThreadTS, err = q.args.ts("thread_ts", "invalid_thread_ts"); err != nil {
		return composed{}, err
	}
	if err := q.sign(ctx, &m); err != nil {
		return composed{}, err
	}
	if err := fits(m); err != nil {
		return composed{}, err
	}
	return composed{names: c.mentions(), Post: store.Post{
		Message:   m,
		Broadcast: m.ThreadTS != 0 && q.args.boolean("reply_broadcast", false),
		Files:     q.sharing,
	}}, nil
}

// postMe posts what the caller does, "is away" or the like.
func (q *request) postMe(ctx context.Context) (store.Posted, error) {
	text := q.format(ctx, q.args.text("text"))
	if isBlank(text) {
		return store.Posted{}, fail("no_text")
	}
	m := chat.Message{Subtype: chat.SubtypeMe, Text: text}
	if err := q.sign(ctx, &m); err != nil {
		return store.Posted{}, err
	}
	m.Subtype = chat.SubtypeMe
	if err := fits(m); err != nil {
		return store.Posted{}, err
	}
	return q.append(ctx, composed{names: chat.Mentions(text), Post: store.Post{Message: m}})
}

// append completes the post with channel, author and key, and hands it to the
// store, where membership is checked.
func (q *request) append(ctx context.Context, p composed) (store.Posted, error) {
	channel, err := q.target(ctx, q.args.text("channel"))
	if err != nil {
		return store.Posted{}, err
	}
	if p.Key == "" {
		if p.Key, err = q.key(); err != nil {
			return store.Posted{}, err
		}
	}
	p.Channel, p.Author, p.Openly = channel, q.caller.User, q.writesOpenly()
	posted, err := q.send(ctx, p)
	if err != nil {
		return store.Posted{}, q.hide(ctx, channel, err)
	}
	if !posted.Duplicate {
		q.unfurl(channel, posted.Message)
	}
	isReply := p.Message.ThreadTS != 0 && !p.Broadcast
	if !posted.Duplicate && !isReply {
		q.workspace.NoteOwnPost(q.caller.User, channel, posted.Message.TS, posted.Event.N)
	}
	return posted, nil
}

// writesOpenly tells whether the caller's messages are taken in public channels that it
// is not in.
func (q *request) writesOpenly() bool {
	return q.caller.Bot != "" && slices.Contains(q.caller.Scopes, chat.PublicWriteScope)
}

// key makes a send idempotent. A send without one gets it from the store, where
// an engine can lose the answer to a commit.
func (q *request) key() (string, error) {
	key := q.args.text("client_msg_id")
	if len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", invalidArguments("[ERROR] must be at most 64 printable ASCII characters [json-pointer:/client_msg_id]")
	}
	return key, nil
}

// target is the channel that a post names by id, "#name", "name" or, for a DM,
// by user. An id is not looked up here: the append checks it under the lock.
func (q *request) target(ctx context.Context, text string) (chat.ChannelID, error) {
	switch {
	case chat.ValidID(text, "CDG"):
		return chat.ChannelID(text), nil
	case chat.ValidID(text, "UW"):
		return q.dm(ctx, chat.UserID(text))
	}
	c, err := q.namedChannel(ctx, text)
	return c.ID, err
}

// dm is the caller's DM with a user, opened where there is none yet.
func (q *request) dm(ctx context.Context, with chat.UserID) (chat.ChannelID, error) {
	u, err := q.user(ctx, with)
	if isInvisible(err) || u.Deleted {
		return "", chat.NewError(chat.NotFound, "user")
	}
	if err != nil {
		return "", err
	}
	users := []chat.UserID{q.caller.User}
	if with != q.caller.User {
		users = append(users, with)
	}
	c, _, err := q.workspace.OpenDM(ctx, users)
	return c.ID, err
}

// hide turns the error of an append into channel_not_found where the caller may
// not know that the channel exists.
func (q *request) hide(ctx context.Context, channel chat.ChannelID, err error) error {
	switch chat.CodeOf(err) {
	case chat.NotMember, chat.Archived, chat.NotFound, chat.Invalid:
		if _, unseen := q.channel(ctx, channel); unseen != nil {
			return unseen
		}
	}
	return err
}

// sign says in the message who it is from, beside the user, whom the store sets.
func (q *request) sign(ctx context.Context, m *chat.Message) error {
	m.Team, m.ClientMsgID = q.caller.Workspace, q.args.text("client_msg_id")
	if q.caller.Bot == "" {
		return nil
	}
	bot, err := q.server.bots.sign(ctx, q)
	if err != nil {
		return err
	}
	m.BotID, m.AppID, m.BotProfile = bot.bot, bot.app, bot.profile
	return q.costume(m)
}

// costume gives a bot's message the name and icon that it asks for; such a
// message has a subtype, as clients show it differently.
func (q *request) costume(m *chat.Message) error {
	if err := q.checkCostume(); err != nil {
		return err
	}
	var icons struct {
		Emoji string `json:"emoji,omitempty"`
		Image string `json:"image_64,omitempty"`
	}
	if emoji := q.args.text("icon_emoji"); emoji != "" {
		icons.Emoji = ":" + strings.Trim(emoji, ":") + ":"
	} else {
		icons.Image = q.args.text("icon_url")
	}
	m.Username = q.args.text("username")
	hasIcon := icons.Emoji != "" || icons.Image != ""
	if m.Username == "" && !hasIcon {
		return nil
	}
	m.Subtype = chat.SubtypeBot
	if !hasIcon {
		return nil
	}
	var err error
	m.Icons, err = encode(icons)
	return err
}
