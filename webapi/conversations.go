package webapi

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"taut/chat"
)

func (s *Server) conversationsMethods() []method {
	read, write := anyType("read"), anyType("write", "channels:manage")
	history := anyType("history")
	topic := anyType("write.topic", append(write, "channels:write.topic")...)
	invite := anyType("write.invites", write...)
	join := []string{"channels:join", "channels:write"}
	channel := []string{"channel"}
	return []method{
		{name: "conversations.archive", handle: adminsAfresh(s.conversationsArchive), scopes: write, required: channel},
		{name: "conversations.close", handle: s.conversationsClose, scopes: write, required: channel},
		{name: "conversations.create", handle: s.conversationsCreate, scopes: write},
		{name: "conversations.history", handle: s.conversationsHistory, scopes: history, required: channel},
		{name: "conversations.info", handle: s.conversationsInfo, scopes: read, required: channel},
		{name: "conversations.invite", handle: s.conversationsInvite, scopes: invite, required: channel},
		{name: "conversations.join", handle: s.conversationsJoin, scopes: join, required: channel},
		{name: "conversations.kick", handle: adminsAfresh(s.conversationsKick), scopes: write, required: channel},
		{name: "conversations.leave", handle: s.conversationsLeave, scopes: write, required: channel, errors: map[string]string{
			"forbidden:general":     "cant_leave_general",
			"forbidden:last_member": "last_member",
		}},
		{name: "conversations.list", handle: s.conversationsList, scopes: read},
		{name: "conversations.mark", handle: s.conversationsMark, scopes: write, required: []string{"channel", "ts"}},
		{name: "conversations.members", handle: s.conversationsMembers, scopes: read, required: channel},
		{name: "conversations.open", handle: s.conversationsOpen, scopes: write},
		{name: "conversations.rename", handle: adminsAfresh(s.conversationsRename), scopes: write, required: channel},
		{name: "conversations.replies", handle: s.conversationsReplies, scopes: history, required: []string{"channel", "ts"}},
		{name: "conversations.setPurpose", handle: s.conversationsSetPurpose, scopes: topic, required: channel},
		{name: "conversations.setTopic", handle: s.conversationsSetTopic, scopes: topic, required: channel},
		{name: "conversations.unarchive", handle: adminsAfresh(s.conversationsUnarchive), scopes: write, required: channel},
	}
}

// scopeFamilies are the first parts of scopes by the type of conversation.
var scopeFamilies = map[chat.ChannelType]string{
	chat.PublicChannel:  "channels",
	chat.PrivateChannel: "groups",
	chat.DM:             "im",
	chat.GroupDM:        "mpim",
}

// allTypes in the order in which Slack names them.
var allTypes = []chat.ChannelType{chat.PublicChannel, chat.PrivateChannel, chat.GroupDM, chat.DM}

// anyType are the scopes for an action on any type of conversation, and others
// that allow it.
func anyType(action string, others ...string) []string {
	var scopes []string
	for _, t := range allTypes {
		scopes = append(scopes, scopeFamilies[t]+":"+action)
	}
	return append(scopes, others...)
}

// mustHave fails with missing_scope unless the token has one of the scopes.
func (q *request) mustHave(scopes ...string) error {
	m := method{scopes: scopes}
	if !m.allows(q.caller.Scopes) {
		return missingScope(&m, q.caller.Scopes)
	}
	return nil
}

// readable is a conversation that the caller sees and whose type the token's
// scopes for the action ("read", "history") cover.
func (q *request) readable(ctx context.Context, action string) (chat.Channel, error) {
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return c, err
	}
	return c, q.mustHave(scopeFamilies[c.Type] + ":" + action)
}

// writable is a conversation that the caller sees, of one of the types, which
// the token may change.
func (q *request) writable(ctx context.Context, types ...chat.ChannelType) (chat.Channel, error) {
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return c, err
	}
	if !slices.Contains(types, c.Type) {
		return c, fail("method_not_supported_for_channel_type")
	}
	return c, q.mustHave(q.method.scopesFor(c.Type)...)
}

// scopesFor are those of the method's scopes that are about the type.
func (m *method) scopesFor(t chat.ChannelType) []string {
	var scopes []string
	prefix := scopeFamilies[t] + ":"
	for _, s := range m.scopes {
		if strings.HasPrefix(s, prefix) {
			scopes = append(scopes, s)
		}
	}
	return scopes
}

// mustBeMember fails with not_in_channel.
func (q *request) mustBeMember(ctx context.Context, c chat.Channel) error {
	member, err := q.workspace.IsMember(ctx, c.ID, q.caller.User)
	if err == nil && !member {
		err = fail("not_in_channel")
	}
	return err
}

// manages tells whether the caller may archive and rename the channel and
// remove people from it: its creator, and those who run the workspace.
func (q *request) manages(c chat.Channel) bool {
	if q.caller.Role.AtLeast(chat.Admin) {
		return true
	}
	return c.Creator == q.caller.User && !q.caller.Role.IsGuest() && !c.General
}

type channelAnswer struct {
	reply
	Channel chat.ChannelObject `json:"channel"`
	Errors  []inviteError      `json:"errors,omitempty"`
}

const noTS = "0000000000.000000"

var null = json.RawMessage("null")

// object is the conversation as the caller sees it, with is_member and, for a
// member, how far they have read. With unread, also what they have not.
func (q *request) object(ctx context.Context, c chat.Channel, unread bool) (chat.ChannelObject, error) {
	o := c.ObjectFor(q.caller.User)
	member, err := q.workspace.IsMember(ctx, c.ID, q.caller.User)
	if err != nil {
		return o, err
	}
	if c.Type != chat.DM {
		o.IsMember = &member
	}
	if !member {
		return o, nil
	}
	if c.Type == chat.DM || c.Type == chat.GroupDM {
		if err := q.addOpen(ctx, c, &o); err != nil {
			return o, err
		}
	} else if q.caller.Bot != "" {
		// A bot learns of channels only where it stands.
		unread = false
	}
	return o, q.addReading(ctx, c, &o, unread)
}

func (q *request) addReading(ctx context.Context, c chat.Channel, o *chat.ChannelObject, unread bool) error {
	all, err := q.workspace.Unread(ctx, q.caller.User, []chat.ChannelID{c.ID})
	if err != nil {
		return err
	}
	u := all[c.ID]
	lastRead := orNoTS(u.LastRead)
	o.LastRead = &lastRead
	if !unread {
		return nil
	}
	o.UnreadCount, o.UnreadCountDisplay = &u.Count, &u.Count
	o.Priority = new(float64)
	o.Latest, err = q.latest(ctx, c.ID, u.Latest)
	return err
}

func (q *request) addOpen(ctx context.Context, c chat.Channel, o *chat.ChannelObject) error {
	open, err := q.workspace.DMOpen(ctx, q.caller.User, c.ID)
	o.IsOpen = &open
	return err
}

// latest is the message with this ts, null where there is none.
func (q *request) latest(ctx context.Context, id chat.ChannelID, ts chat.TS) (json.RawMessage, error) {
	if ts == 0 {
		return null, nil
	}
	m, err := q.workspace.Message(ctx, id, ts)
	if chat.CodeOf(err) == chat.NotFound {
		return null, nil
	}
	if err != nil {
		return nil, err
	}
	q.present(&m, false)
	return encode(m)
}

// answerChannel is the answer of methods that changed the conversation.
func (q *request) answerChannel(ctx context.Context, c chat.Channel) (answer, error) {
	o, err := q.object(ctx, c, false)
	if err != nil {
		return nil, err
	}
	return &channelAnswer{Channel: o}, nil
}

const locale = "en-US"

// conversationsInfo shows one conversation.
func (s *Server) conversationsInfo(ctx context.Context, q *request) (answer, error) {
	c, err := q.readable(ctx, "read")
	if err != nil {
		return nil, err
	}
	o, err := q.object(ctx, c, true)
	if err != nil {
		return nil, err
	}
	if q.args.boolean("include_num_members", false) {
		o.NumMembers = &c.NumMembers
	}
	if q.args.boolean("include_locale", false) {
		o.Locale = locale
	}
	if c.Type != chat.DM {
		o.IsFrozen = new(bool)
		o.ParentConversation = null
		o.Properties = json.RawMessage(`{"tabs":[]}`)
	}
	return &channelAnswer{Channel: o}, nil
}
