package store

import (
	"testing"

	"taut/chat"
)

// TestWritingOpenly: who writes openly needs no membership in a public channel; once that
// is private, or in a private one, it helps nothing.
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
	_, err = tm.Schedule(t.Context(), scheduled)
	tm.must(err)
	sent, err := tm.SendScheduled(t.Context(), tm.due(1)[0], nobody)
	tm.must(err)
	if sent.Message.Text != "later" {
		t.Errorf("sent later: %+v", sent)
	}
	_, err = tm.Convert(t.Context(), public, Actor{User: tm.owner.ID}, chat.PrivateChannel)
	tm.must(err)
	_, err = write(public, true)
	tm.want(err, chat.NotMember, "channel")
	_, err = tm.UpdateMessage(t.Context(), Edit{Channel: public, TS: posted.Message.TS, Actor: stranger, Openly: true, Apply: func(m *chat.Message) { m.Text = "y" }})
	tm.want(err, chat.NotMember, "channel")
	tm.want(tm.DeleteMessage(t.Context(), Delete{Channel: public, TS: posted.Message.TS, Actor: stranger, Openly: true}), chat.NotMember, "channel")
}
