package webapi

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"taut/chat"
)

// Before there were conversations.*, each type of conversation had methods of
// its own. These are today's under the older names: with the older names of
// arguments and of the answers' keys, and for their type only.

// olderFamily is a family of older names.
type olderFamily struct {
	name  string
	types []chat.ChannelType
	one   string // the key of a conversation in most answers
	many  string // and of their list
	verbs string
}

var olderFamilies = []olderFamily{
	{"channels", []chat.ChannelType{chat.PublicChannel}, "channel", "channels",
		"archive create history info invite join kick leave list mark rename replies setPurpose setTopic unarchive"},
	{"groups", []chat.ChannelType{chat.PrivateChannel, chat.GroupDM}, "group", "groups",
		"archive close create history info invite kick leave list mark open rename replies setPurpose setTopic unarchive"},
	{"im", []chat.ChannelType{chat.DM}, "channel", "ims", "close history list mark open replies"},
	{"mpim", []chat.ChannelType{chat.GroupDM}, "group", "groups", "close history list mark open replies"},
}

func (s *Server) aliasMethods() (all []method) {
	today := map[string]method{}
	for _, m := range s.conversationsMethods() {
		today[strings.TrimPrefix(m.name, "conversations.")] = m
	}
	for _, f := range olderFamilies {
		for verb := range strings.FieldsSeq(f.verbs) {
			m := today[verb]
			m.name, m.handle = f.name+"."+verb, f.handler(verb, m.handle)
			switch verb {
			case "join":
				m.required = nil // a name does as well
			case "replies":
				m.required = []string{"channel"} // thread_ts does for ts
			}
			all = append(all, m)
		}
	}
	return all
}

// handler is today's for the family's arguments and answers.
func (f olderFamily) handler(verb string, today handler) handler {
	return func(ctx context.Context, q *request) (answer, error) {
		if err := f.translate(ctx, q, verb); err != nil {
			return nil, err
		}
		a, err := today(ctx, q)
		if err != nil || a == nil {
			return a, err
		}
		return f.rename(verb, a), nil
	}
}

// translate gives the arguments their names of today, and checks the type.
func (f olderFamily) translate(ctx context.Context, q *request, verb string) error {
	for _, names := range [][2]string{{"user", "users"}, {"thread_ts", "ts"}} {
		if takes := verb == "invite" || verb == "open" || verb == "replies"; takes && !q.args.has(names[1]) {
			q.args.setText(names[1], q.args.text(names[0]))
		}
	}
	switch {
	case verb == "list":
		q.args.setText("types", string(f.types[0]))
		return nil
	case verb == "create":
		q.args.setText("is_private", map[bool]string{true: "true", false: "false"}[f.name == "groups"])
		return nil
	case verb == "join" && !q.args.has("channel"):
		c, err := q.namedChannel(ctx, q.args.text("name"))
		if err != nil {
			return err
		}
		q.args.setText("channel", string(c.ID))
	case !q.args.has("channel"):
		return nil
	}
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err == nil && !slices.Contains(f.types, c.Type) {
		err = chat.NewError(chat.NotFound, "channel")
	}
	return err
}

// rename gives an answer its older keys.
func (f olderFamily) rename(verb string, a answer) answer {
	switch {
	case verb == "list" && f.many != "channels":
		return &renamed{a, "channels", f.many}
	case f.one != "channel" && slices.Contains([]string{"create", "info", "invite", "open"}, verb):
		return &renamed{a, "channel", f.one}
	}
	return a
}

// renamed is an answer with one key under another name.
type renamed struct {
	answer
	from, to string
}

// MarshalJSON encodes the answer anew.
func (r *renamed) MarshalJSON() ([]byte, error) {
	text, err := encode(r.answer)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	if value, ok := members[r.from]; ok {
		delete(members, r.from)
		members[r.to] = value
	}
	return encode(members)
}
