package webapi

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

// TestBotsWriteToPublicChannels: with chat:write.public a bot writes where it is not in,
// and changes and deletes what it wrote there; it reads nothing, and private channels
// stay as if they were not.
func TestBotsWriteToPublicChannels(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	elsewhere := w.ok(t, a.ada, "conversations.create", "name", "elsewhere").text("channel.id")
	bot := func(scopes ...string) person {
		p := a.robot
		p.token = a.token(t, store.NewToken{Type: chat.BotToken, User: p.id, Bot: p.bot, Scopes: scopes})
		return p
	}
	open, narrow := bot("chat:write", "chat:write.public"), bot("chat:write")
	for _, who := range []person{a.robot, open} {
		for _, channel := range []string{elsewhere, "#elsewhere"} {
			w.ok(t, who, "chat.postMessage", "channel", channel, "text", "to whom it may concern")
		}
		root := w.ok(t, who, "chat.postMessage", "channel", elsewhere, "text", "built", "client_msg_id", "k-"+who.token[len(who.token)-8:]).text("ts")
		if got := w.ok(t, who, "chat.postMessage", "channel", elsewhere, "text", "built", "client_msg_id", "k-"+who.token[len(who.token)-8:]); got.text("ts") != root {
			t.Errorf("sent twice, it is there twice: %v", got)
		}
		w.ok(t, who, "chat.postMessage", "channel", elsewhere, "text", "and more", "thread_ts", root)
		w.ok(t, who, "chat.update", "channel", elsewhere, "ts", root, "text", "deployed")
		if got := w.ok(t, a.ada, "conversations.replies", "channel", elsewhere, "ts", root); !slices.Equal(got.ids("messages", "text"), []string{"deployed", "and more"}) {
			t.Errorf("members read %v", got)
		}
		w.fails(t, "not_in_channel", narrow, "chat.update", "channel", elsewhere, "ts", root, "text", "x")
		w.fails(t, "not_in_channel", narrow, "chat.delete", "channel", elsewhere, "ts", root)
		w.ok(t, who, "chat.delete", "channel", elsewhere, "ts", root)

		soon := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
		w.ok(t, who, "chat.scheduleMessage", "channel", elsewhere, "text", "later", "post_at", soon)
		w.fails(t, "not_in_channel", narrow, "chat.scheduleMessage", "channel", elsewhere, "text", "later", "post_at", soon)
		w.fails(t, "cant_update_message", who, "chat.update", "channel", elsewhere, "ts", w.posts(t, a.ada, "#elsewhere", 1)[0], "text", "x")
		w.fails(t, "channel_not_found", who, "chat.postMessage", "channel", a.private, "text", "x")
		w.fails(t, "channel_not_found", who, "chat.postMessage", "channel", w.other.public, "text", "x")
		w.fails(t, "is_archived", who, "chat.postMessage", "channel", a.archived, "text", "x")
	}
	w.fails(t, "not_in_channel", narrow, "chat.postMessage", "channel", elsewhere, "text", "x")
	w.fails(t, "not_in_channel", a.robot, "conversations.history", "channel", elsewhere)
	w.fails(t, "not_in_channel", a.eve, "chat.postMessage", "channel", elsewhere, "text", "x") // people join
}
