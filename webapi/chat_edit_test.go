package webapi

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
	"taut/store"
)

func TestEditWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(5 * 365 * 24 * time.Hour) // a ts has ten digits since 2001
		w := newWorld(t)
		a := &w.acme
		_, err := a.bound.SetSettings(t.Context(), store.Actor{User: a.owner.id}, func(s *chat.Settings) error {
			s.EditMinutes = 5
			return nil
		})
		must(t, err)
		mine, robots := w.posts(t, a.ada, a.public, 1)[0], w.posts(t, a.robot, a.public, 1)[0]
		edit := []any{"channel", a.public, "ts", mine, "text", "edited"}
		time.Sleep(4 * time.Minute)
		w.ok(t, a.ada, "chat.update", edit...)
		time.Sleep(2 * time.Minute)
		w.fails(t, "edit_window_closed", a.ada, "chat.update", edit...)
		w.fails(t, "cant_update_message", a.bob, "chat.update", edit...)
		w.ok(t, a.robot, "chat.update", "channel", a.public, "ts", robots, "text", "a program's goes on")
		w.ok(t, a.ada, "chat.delete", "channel", a.public, "ts", mine)
	})
}

func TestEditedMentions(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	mentions := func(p person) float64 {
		t.Helper()
		for _, c := range w.ok(t, p, "client.counts")["channels"].([]any) {
			if c := result(c.(map[string]any)); c.text("id") == string(a.public) {
				return c.at("mention_count").(float64)
			}
		}
		t.Fatal("the channel is not counted")
		return 0
	}
	ts := w.posts(t, a.robot, a.public, 1, "text", fmt.Sprintf("<@%s>", a.ada.id))[0]
	if mentions(a.ada) != 1 || mentions(a.bob) != 0 {
		t.Error("the post does not count")
	}
	update := []any{"channel", a.public, "ts", ts}
	w.ok(t, a.robot, "chat.update", append(update, "text", fmt.Sprintf("<@%s>", a.bob.id))...)
	if mentions(a.ada) != 0 || mentions(a.bob) != 1 {
		t.Error("the edit does not count")
	}
	w.ok(t, a.robot, "chat.update", append(update, "metadata", `{"event_type":"x","event_payload":{}}`)...)
	if mentions(a.ada) != 0 || mentions(a.bob) != 1 {
		t.Error("an edit of something else changes the mentions")
	}
	w.ok(t, a.robot, "chat.update", append(update, "text", "<!channel>")...)
	if mentions(a.ada) != 1 || mentions(a.bob) != 1 {
		t.Error("the edit does not count for everybody")
	}
}

func TestBroadcastLater(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	root := w.posts(t, a.ada, a.public, 1)[0]
	reply := w.posts(t, a.bob, a.public, 1, "thread_ts", root, "text", "the reply")[0]
	update := []any{"channel", a.public, "ts", reply, "reply_broadcast", "true"}
	w.fails(t, "cant_update_message", a.ada, "chat.update", update...)
	w.fails(t, "no_dual_broadcast_content_update", a.bob, "chat.update", append(update, "text", "another")...)
	got := w.ok(t, a.bob, "chat.update", append(update, "text", "the reply")...)
	if got.text("message.subtype") != "thread_broadcast" || got.text("message.root.ts") != root || got.at("message.edited") != nil {
		t.Errorf("shown as %v", got["message"])
	}
	history := w.ok(t, a.ada, "conversations.history", "channel", a.public)
	if history.text("messages.0.ts") != reply || history.text("messages.0.subtype") != "thread_broadcast" {
		t.Errorf("history shows %v", history.at("messages.0"))
	}
	w.fails(t, "cant_broadcast_message", a.bob, "chat.update", update...)
	w.fails(t, "cant_broadcast_message", a.ada, "chat.update", "channel", a.public, "ts", root, "reply_broadcast", "true")
	w.fails(t, "message_not_found", a.ada, "chat.update", "channel", a.public, "ts", "1234567890.123456", "reply_broadcast", "true")
	w.fails(t, "channel_not_found", w.other.ada, "chat.update", update...)
}
