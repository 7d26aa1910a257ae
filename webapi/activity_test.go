package webapi

import (
	"fmt"
	"slices"
	"testing"
)

// activities are what a feed's items say of themselves.
func (r result) activities() (all []string) {
	for _, i := range r["items"].([]any) {
		item := result(i.(map[string]any))
		line := item.text("type") + " " + item.text("message.text")
		if name := item.text("reaction.name"); name != "" {
			line += fmt.Sprint(" ", name, " ", item.at("reaction.count"))
		}
		all = append(all, line)
	}
	return all
}

func TestActivity(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	post := func(who person, text string, args ...any) string {
		return w.ok(t, who, "chat.postMessage", append([]any{"channel", a.private, "text", text}, args...)...).text("ts")
	}
	mine := post(a.ada, "mine")
	named := post(a.bob, fmt.Sprintf("look <@%s>", a.ada.id))
	post(a.bob, "all <!channel>")
	post(a.ada, "myself <!channel>")
	post(a.bob, "first", "thread_ts", mine)
	post(a.bob, "second", "thread_ts", mine)
	post(a.ada, "answer", "thread_ts", mine)
	react := func(who person, name string) {
		w.ok(t, who, "reactions.add", "channel", a.private, "timestamp", mine, "name", name)
	}
	react(a.bob, "tada")
	react(a.ada, "tada")
	react(a.bob, "eyes")
	want := []string{"message_reaction mine eyes 1", "message_reaction mine tada 2", "thread_reply second", "at_channel all <!channel>",
		fmt.Sprintf("at_user look <@%s>", a.ada.id)}
	if got := w.ok(t, a.ada, "activity.feed").activities(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var paged []string
	for cursor := ""; ; {
		page := w.ok(t, a.ada, "activity.feed", "limit", 1, "cursor", cursor)
		paged = append(paged, page.activities()...)
		if cursor = page.text("response_metadata.next_cursor"); cursor == "" || len(paged) > len(want) {
			break
		}
	}
	if !slices.Equal(paged, want) {
		t.Errorf("page by page %q", paged)
	}
	if got := w.ok(t, a.ada, "activity.feed", "types", "thread_reply,reaction").activities(); !slices.Equal(got, want[:3]) {
		t.Errorf("of two types %q", got)
	}
	w.fails(t, "invalid_arguments", a.ada, "activity.feed", "types", "all")
	w.fails(t, "invalid_cursor", a.ada, "activity.feed", "cursor", "x")

	w.ok(t, a.bob, "reactions.remove", "channel", a.private, "timestamp", mine, "name", "tada")
	w.ok(t, a.bob, "chat.delete", "channel", a.private, "ts", named)
	if got := w.ok(t, a.ada, "activity.feed").activities(); !slices.Equal(got, []string{want[0], want[2], want[3]}) {
		t.Errorf("after a removal and a deletion %q", got)
	}
	// Who is not there any more, or was never, has none of it.
	w.ok(t, a.ada, "conversations.leave", "channel", a.private)
	for _, who := range []person{a.ada, a.eve, w.other.ada} {
		if got := w.ok(t, who, "activity.feed").activities(); len(got) > 0 {
			t.Errorf("%s has %q", who.id, got)
		}
	}
	// What was for all before somebody came was not for them.
	w.ok(t, a.bob, "conversations.invite", "channel", a.private, "users", a.eve.id)
	if got := w.ok(t, a.eve, "activity.feed").activities(); len(got) > 0 {
		t.Errorf("who came later has %q", got)
	}
	post(a.bob, "now <!channel>")
	if got := w.ok(t, a.eve, "activity.feed").activities(); !slices.Equal(got, []string{"at_channel now <!channel>"}) {
		t.Errorf("who is there has %q", got)
	}
}
