package webapi

import (
	"context"
	"fmt"
	"testing"
	"time"

	"taut/chat"
	"taut/store"
)

func TestScheduledMessages(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	at := time.Now().Add(time.Hour).Unix()
	got := w.ok(t, a.ada, "chat.scheduleMessage", "channel", "#project", "text", "hello <@"+string(a.bob.id)+">", "post_at", at)
	if got.text("channel") != string(a.public) || got.text("message.type") != "delayed_message" || got.at("message.blocks") == nil {
		t.Errorf("scheduled: %v", got)
	}
	id := got.text("scheduled_message_id")
	for i := range 3 {
		w.ok(t, a.ada, "chat.scheduleMessage", "channel", a.private, "text", "x", "post_at", at+int64(i))
	}
	first := w.ok(t, a.ada, "chat.scheduledMessages.list", "limit", 3)
	if first.text("scheduled_messages.0.blocks.0.type") != "rich_text" {
		t.Errorf("listed: %v", first)
	}
	next := w.ok(t, a.ada, "chat.scheduledMessages.list", "limit", 3, "cursor", first.text("response_metadata.next_cursor"))
	if n, m := len(first["scheduled_messages"].([]any)), len(next["scheduled_messages"].([]any)); n != 3 || m != 1 || next.text("response_metadata.next_cursor") != "" {
		t.Errorf("pages of %d and %d", n, m)
	}
	if bobs := w.ok(t, a.bob, "chat.scheduledMessages.list"); len(bobs["scheduled_messages"].([]any)) > 0 {
		t.Errorf("another's messages are listed: %v", bobs)
	}
	w.fails(t, "invalid_scheduled_message_id", a.bob, "chat.deleteScheduledMessage", "channel", a.public, "scheduled_message_id", id)
	w.fails(t, "invalid_scheduled_message_id", a.ada, "chat.deleteScheduledMessage", "channel", a.private, "scheduled_message_id", id)
	w.fails(t, "invalid_scheduled_message_id", w.other.ada, "chat.deleteScheduledMessage", "channel", a.public, "scheduled_message_id", id)
	w.ok(t, a.ada, "chat.deleteScheduledMessage", "channel", a.public, "scheduled_message_id", id)
	w.fails(t, "invalid_scheduled_message_id", a.ada, "chat.deleteScheduledMessage", "channel", a.public, "scheduled_message_id", id)
}

// What a caller says about links is kept until the message is sent.
func TestScheduledLinks(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	schedule := func(who person, want chat.Links, more ...any) {
		t.Helper()
		at := time.Now().Add(time.Hour).Unix()
		w.ok(t, who, "chat.scheduleMessage", append([]any{"channel", a.public, "text", "x", "post_at", at}, more...)...)
		all, _, err := a.bound.ScheduledMessages(t.Context(), store.ScheduledQuery{User: who.id})
		must(t, err)
		if got := all[0].Content.Links; got != want {
			t.Errorf("%v keeps %+v, want %+v", more, got, want)
		}
		must(t, a.bound.DeleteScheduled(t.Context(), who.id, a.public, all[0].ID))
	}
	schedule(a.ada, chat.Links{})
	schedule(a.robot, chat.Links{NoPages: true})
	schedule(a.robot, chat.Links{}, "unfurl_links", "true")
	schedule(a.ada, chat.Links{NoPages: true, NoPictures: true}, "unfurl_links", "false", "unfurl_media", "false")
}

func TestScheduleRefusals(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	at := time.Now().Add(time.Hour).Unix()
	for _, c := range []struct {
		want string
		who  person
		args []any
	}{
		{"time_in_past", a.ada, []any{"channel", a.public, "text", "x", "post_at", 1}},
		{"time_too_far", a.ada, []any{"channel", a.public, "text", "x", "post_at", time.Now().Add(121 * 24 * time.Hour).Unix()}},
		{"invalid_time", a.ada, []any{"channel", a.public, "text", "x", "post_at", "soon"}},
		{"no_text", a.ada, []any{"channel", a.public, "post_at", at}},
		{"invalid_blocks_format", a.ada, []any{"channel", a.public, "blocks", "{", "post_at", at}},
		{"not_in_channel", a.eve, []any{"channel", a.public, "text", "x", "post_at", at}},
		{"channel_not_found", a.eve, []any{"channel", a.secret, "text", "x", "post_at", at}},
		{"channel_not_found", a.eve, []any{"channel", "C0000000000", "text", "x", "post_at", at}},
		{"channel_not_found", w.other.ada, []any{"channel", a.public, "text", "x", "post_at", at}},
		{"is_archived", a.ada, []any{"channel", a.archived, "text", "x", "post_at", at}},
		{"invalid_arguments", a.ada, []any{"channel", a.public, "text", "x"}},
	} {
		w.fails(t, c.want, c.who, "chat.scheduleMessage", c.args...)
	}
	w.fails(t, "invalid_channel", a.ada, "chat.scheduledMessages.list", "channel", "x")
	w.fails(t, "invalid_cursor", a.ada, "chat.scheduledMessages.list", "cursor", "x")
	for range 30 {
		w.ok(t, a.ada, "chat.scheduleMessage", "channel", a.public, "text", "x", "post_at", at)
	}
	w.fails(t, "restricted_too_many", a.ada, "chat.scheduleMessage", "channel", a.public, "text", "x", "post_at", at)
}

// A message that could not be sent says why.
func TestFailedScheduledMessageIsShown(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	_, err := a.bound.Schedule(t.Context(), store.Scheduled{Channel: a.private, User: a.bob.id, PostAt: 1,
		Content: store.ScheduledContent{Message: chat.Message{Text: "x"}}})
	must(t, err)
	w.ok(t, a.ada, "conversations.kick", "channel", a.private, "user", a.bob.id)
	due, err := w.store.Due(t.Context(), 1000, 0, nil)
	must(t, err)
	_, err = a.bound.SendScheduled(t.Context(), due[0], func(ctx context.Context, m store.Scheduled) (store.Mentioned, error) { return store.Mentioned{}, nil })
	must(t, err)
	if got := w.ok(t, a.bob, "chat.scheduledMessages.list"); got.text("scheduled_messages.0.error") != "not_in_channel" {
		t.Errorf("listed: %v", fmt.Sprint(got))
	}
}

// Files that were uploaded and not shared yet go with a message that is sent later.
func TestScheduledFiles(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	at := time.Now().Add(time.Hour).Unix()
	file, pending, bobs := w.send(t, a.ada, "plan.txt", []byte("1")), w.send(t, a.ada, "late.txt", []byte("2")), w.send(t, a.bob, "his.txt", []byte("3"))
	w.complete(t, a.ada, file)
	w.complete(t, a.bob, bobs)
	schedule := func(files ...any) []any {
		return append([]any{"channel", a.public, "text", "the plan", "post_at", at, "file_ids"}, files...)
	}
	for _, id := range []string{pending, bobs, "F0000000001", "x"} {
		w.fails(t, "file_not_found", a.ada, "chat.scheduleMessage", schedule(id)...)
	}
	w.fails(t, "channel_not_found", w.other.ada, "chat.scheduleMessage", schedule(file)...)
	w.ok(t, a.ada, "chat.scheduleMessage", "channel", a.public, "post_at", at+1, "file_ids", file) // and no text
	w.ok(t, a.ada, "chat.scheduleMessage", schedule(file)...)
	if got := w.ok(t, a.ada, "chat.scheduledMessages.list"); got.text("scheduled_messages.0.files.0.name") != "plan.txt" {
		t.Errorf("listed: %v", got)
	}
	due, err := w.store.Due(t.Context(), at*1000, 0, nil)
	must(t, err)
	_, err = a.bound.SendScheduled(t.Context(), due[0], func(ctx context.Context, m store.Scheduled) (store.Mentioned, error) { return store.Mentioned{}, nil })
	must(t, err)
	got := w.ok(t, a.bob, "conversations.history", "channel", a.public, "limit", 1)
	if got.text("messages.0.text") != "the plan" || got.text("messages.0.files.0.id") != file {
		t.Errorf("sent: %v", got)
	}
	w.ok(t, a.ada, "files.delete", "file", file)
	if got := w.ok(t, a.ada, "chat.scheduledMessages.list"); got.at("scheduled_messages.0.files") != nil {
		t.Errorf("listed with a file that is deleted: %v", got)
	}
}
