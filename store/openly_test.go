package store

import (
	"fmt"
	"testing"

	"taut/chat"
)

// TestWritingOpenly: who writes openly needs no membership in a public channel, and for what
// is sent later a token that lets them by then; once the channel is private, or in a
// private one, it helps nothing.
func TestWritingOpenly(t *testing.T) {
	tm := openTeam(t)
	stranger := tm.user("stranger").ID
	public := tm.channel("open").ID
	secret, err := tm.CreateChannel(t.Context(), NewChannel{Name: "closed", Creator: tm.owner.ID, Private: true})
	tm.must(err)
	write := func(ch chat.ChannelID, openly bool) (Posted, error) {
		return tm.PostMessage(t.Context(), Post{Channel: ch, Author: stranger, Openly: openly, Message: chat.Message{Text: "x"}})
	}
	_, err = write(public, false)
	tm.want(err, chat.NotMember, "channel")
	_, err = write(secret.ID, true)
	tm.want(err, chat.NotMember, "channel")
	posted, err := write(public, true)
	tm.must(err)
	scheduled := Scheduled{Channel: public, User: stranger, PostAt: 1, Content: ScheduledContent{Message: chat.Message{Text: "later"}}}
	_, err = tm.Schedule(t.Context(), scheduled)
	tm.want(err, chat.NotMember, "channel")
	scheduled.Content.Openly = true
	for _, test := range []struct {
		scopes []string // of the author's token when it is sent; nil: they have none any more
		sent   string
		list   string
	}{
		{[]string{"chat:write", chat.PublicWriteScope}, "later", "[]"},
		{[]string{chat.EveryScope}, "later", "[]"},
		{[]string{"chat:write"}, "", "[later not_member:channel]"},
		{nil, "", "[later not_member:channel later not_member:channel]"},
	} {
		_, err = tm.Schedule(t.Context(), scheduled)
		tm.must(err)
		_, err = tm.Revoke(t.Context(), Revocation{User: stranger})
		tm.must(err)
		if test.scopes != nil {
			_, err = tm.CreateToken(t.Context(), NewToken{
				Hash: secretHash(test.scopes[len(test.scopes)-1]), Type: chat.BotToken, User: stranger, Bot: "B0000000001", Scopes: test.scopes})
			tm.must(err)
		}
		sent, err := tm.SendScheduled(t.Context(), tm.due(1)[0], nobody)
		tm.must(err)
		list, _ := tm.scheduledTexts(ScheduledQuery{User: stranger})
		if sent.Message.Text != test.sent || fmt.Sprint(list) != test.list {
			t.Errorf("with %v it sent %q, and %v is left", test.scopes, sent.Message.Text, list)
		}
	}
	_, err = tm.Convert(t.Context(), public, Actor{User: tm.owner.ID}, chat.PrivateChannel)
	tm.must(err)
	_, err = write(public, true)
	tm.want(err, chat.NotMember, "channel")
	_, err = tm.UpdateMessage(t.Context(), Edit{Channel: public, TS: posted.Message.TS, Actor: stranger, Openly: true, Apply: func(m *chat.Message) { m.Text = "y" }})
	tm.want(err, chat.NotMember, "channel")
	tm.want(tm.DeleteMessage(t.Context(), Delete{Channel: public, TS: posted.Message.TS, Actor: stranger, Openly: true}), chat.NotMember, "channel")
}
