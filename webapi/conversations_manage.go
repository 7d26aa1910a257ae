package webapi

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"taut/chat"
	"taut/store"
)

const (
	maxChannelName = 80
	maxBlurb       = 250
)

// reservedNames mean something else in a message.
var reservedNames = map[string]bool{"here": true, "channel": true, "everyone": true, "group": true, "all": true}

// channelName reads and checks a channel's name: letters without capitals,
// digits, hyphens and underscores.
func (q *request) channelName() (string, error) {
	name := strings.TrimSpace(q.args.text("name"))
	switch {
	case name == "":
		return "", fail("invalid_name_required")
	case utf8.RuneCountInString(name) > maxChannelName:
		return "", fail("invalid_name_maxlength")
	case !strings.ContainsFunc(name, func(r rune) bool { return r != '-' && r != '_' && !unicode.IsPunct(r) }):
		return "", fail("invalid_name_punctuation")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, isSpecial) || !strings.ContainsFunc(name, isShown):
		return "", fail("invalid_name_specials")
	case chat.ValidID(strings.ToUpper(name), "CDG") && strings.ContainsAny(name, "0123456789"): // words may be as long as ids
		return "", fail("invalid_name")
	case reservedNames[name]:
		return "", fail("name_taken")
	}
	return name, nil
}

// isShown tells what a name needs one of: marks alone show nothing.
func isShown(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isSpecial(r rune) bool {
	if r == '-' || r == '_' || unicode.IsMark(r) {
		return false
	}
	return unicode.IsUpper(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// createActs are what it takes to make a channel of the type.
var createActs = map[chat.ChannelType]chat.Act{
	chat.PublicChannel: chat.CreatePublic, chat.PrivateChannel: chat.CreatePrivate,
}

// conversationsCreate makes a channel, where the settings let the caller; guests
// may not.
func (s *Server) conversationsCreate(ctx context.Context, q *request) (answer, error) {
	name, err := q.channelName()
	if err != nil {
		return nil, err
	}
	kind, private := chat.PublicChannel, q.args.boolean("is_private", false)
	if private {
		kind = chat.PrivateChannel
	}
	if err := q.mustHave(q.method.scopesFor(kind)...); err != nil {
		return nil, err
	}
	may, err := q.may(ctx, createActs[kind])
	if err != nil {
		return nil, err
	}
	if !may || q.caller.Role.IsGuest() {
		return nil, fail("restricted_action")
	}
	c, err := q.workspace.CreateChannel(ctx, store.NewChannel{Name: name, Private: private, Creator: q.caller.User})
	if err != nil {
		return nil, err
	}
	o := c.Object()
	o.IsMember, o.Latest, o.Priority = new(true), null, new(0.0)
	o.LastRead, o.UnreadCount, o.UnreadCountDisplay = new(noTS), new(0), new(0)
	return &channelAnswer{Channel: o}, nil
}

var channels = []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel}

// conversationsRename is for the channel's creator and those who run the workspace.
func (s *Server) conversationsRename(ctx context.Context, q *request) (answer, error) {
	name, err := q.channelName()
	if err != nil {
		return nil, err
	}
	c, err := q.writable(ctx, channels...)
	if err != nil {
		return nil, err
	}
	if err := q.mustBeMember(ctx, c); err != nil {
		return nil, err
	}
	if !q.manages(c) {
		return nil, fail("not_authorized")
	}
	if c, err = q.workspace.Rename(ctx, c.ID, q.caller.User, name); err != nil {
		return nil, err
	}
	return q.answerChannel(ctx, c)
}

// conversationsSetTopic answers more than its sisters do, as Slack's.
func (s *Server) conversationsSetTopic(ctx context.Context, q *request) (answer, error) {
	c, err := q.setBlurb(ctx, "topic", q.workspace.SetTopic)
	if err != nil {
		return nil, err
	}
	o, err := q.object(ctx, c, true)
	if err != nil {
		return nil, err
	}
	o.Priority, o.IsFrozen, o.ParentConversation = nil, new(bool), null
	return &channelAnswer{Channel: o}, nil
}

func (s *Server) conversationsSetPurpose(ctx context.Context, q *request) (answer, error) {
	c, err := q.setBlurb(ctx, "purpose", q.workspace.SetPurpose)
	if err != nil {
		return nil, err
	}
	return q.answerChannel(ctx, c)
}

// blurbSetter is the store's SetTopic or SetPurpose.
type blurbSetter func(ctx context.Context, ch chat.ChannelID, actor chat.UserID, value string) (chat.Channel, error)

// setBlurb sets the topic or purpose; an empty one clears it.
func (q *request) setBlurb(ctx context.Context, name string, set blurbSetter) (chat.Channel, error) {
	text := q.args.text(name)
	if utf8.RuneCountInString(text) > maxBlurb {
		return chat.Channel{}, fail("too_long")
	}
	c, err := q.writable(ctx, chat.PublicChannel, chat.PrivateChannel, chat.GroupDM)
	if err != nil {
		return c, err
	}
	if err := q.mustBeMember(ctx, c); err != nil {
		return c, err
	}
	return set(ctx, c.ID, q.caller.User, chat.Linkify(text))
}

// conversationsArchive closes a channel.
func (s *Server) conversationsArchive(ctx context.Context, q *request) (answer, error) {
	c, err := q.writable(ctx, channels...)
	if err != nil {
		return nil, err
	}
	switch {
	case c.General:
		return nil, fail("cant_archive_general")
	case c.Archived:
		return nil, fail("already_archived")
	}
	if err := q.mustBeMember(ctx, c); err != nil {
		return nil, err
	}
	if !q.manages(c) {
		return nil, fail("restricted_action")
	}
	err = q.workspace.Archive(ctx, c.ID, q.caller.User)
	if chat.CodeOf(err) == chat.Archived {
		err = fail("already_archived")
	}
	return done(), err
}

// conversationsUnarchive opens it again.
func (s *Server) conversationsUnarchive(ctx context.Context, q *request) (answer, error) {
	c, err := q.writable(ctx, channels...)
	if err != nil {
		return nil, err
	}
	if !c.Archived {
		return nil, fail("not_archived")
	}
	if !q.manages(c) {
		return nil, fail("no_permission")
	}
	err = q.workspace.Unarchive(ctx, c.ID, q.caller.User)
	if chat.CodeOf(err) == chat.Invalid {
		err = fail("not_archived")
	}
	return done(), err
}
