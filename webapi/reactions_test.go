package webapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"taut/store"
)

func TestReactions(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "x").text("ts")
	item := []any{"channel", a.public, "timestamp", ts}
	with := func(name string) []any { return append([]any{"name", name}, item...) }
	w.ok(t, a.ada, "reactions.add", with("thumbsup")...)
	w.ok(t, a.bob, "reactions.add", with(":+1:")...)
	w.ok(t, a.bob, "reactions.add", with("thumbsup::skin-tone-2")...)
	w.fails(t, "already_reacted", a.ada, "reactions.add", with("thumbsup")...)
	got := w.ok(t, a.ada, "reactions.get", item...)
	if got.text("type") != "message" || got.text("channel") != string(a.public) || got.text("message.ts") != ts || got.text("message.permalink") == "" {
		t.Errorf("get answers %v", got)
	}
	if got.text("message.reactions.0.name") != "+1" || got.at("message.reactions.0.count") != 2.0 ||
		!strings.Contains(fmt.Sprint(got), "+1::skin-tone-2") {
		t.Errorf("reactions %v", got.at("message.reactions"))
	}
	w.ok(t, a.ada, "reactions.remove", with("thumbsup")...)
	w.fails(t, "no_reaction", a.ada, "reactions.remove", with("thumbsup")...)
	if got := w.ok(t, a.ada, "reactions.get", item...); got.at("message.reactions.0.count") != 1.0 {
		t.Errorf("reactions %v", got.at("message.reactions"))
	}
}

// A message names fifty reactors; who asks is always among them.
func TestCallerIsNamed(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	ts := w.ok(t, a.ada, "chat.postMessage", "channel", a.public, "text", "x").text("ts")
	for i := range 50 {
		u, err := a.bound.CreateUser(t.Context(), store.NewUser{Name: fmt.Sprint("fan", i), Email: fmt.Sprintf("fan%d@example.com", i)})
		must(t, err)
		_, err = a.bound.Join(t.Context(), a.public, u.ID, "")
		must(t, err)
		must(t, a.bound.AddReaction(t.Context(), a.public, tsOf(t, ts), u.ID, "eyes"))
	}
	item := []any{"channel", a.public, "timestamp", ts}
	w.ok(t, a.ada, "reactions.add", append(item, "name", "eyes")...)
	named := func(who person) bool {
		got := w.ok(t, who, "reactions.get", item...)
		if got.at("message.reactions.0.count") != 51.0 {
			t.Errorf("count %v", got.at("message.reactions.0.count"))
		}
		return slices.Contains(got.at("message.reactions.0.users").([]any), any(string(who.id)))
	}
	if !named(a.ada) || named(a.bob) {
		t.Error("ada reacted, and bob did not")
	}
}

func TestReactionErrors(t *testing.T) {
	w := newWorld(t)
	a, o := &w.acme, &w.other
	ts := w.ok(t, a.bob, "chat.postMessage", "channel", a.secret, "text", "x").text("ts")
	for _, method := range []string{"reactions.add", "reactions.remove"} {
		for _, test := range []struct {
			want string
			args []any
		}{
			{"no_item_specified", []any{"name", "x"}},
			{"no_item_specified", []any{"name", "x", "channel", a.public}},
			{"file_not_found", []any{"name", "x", "file", "F1"}},
			{"bad_timestamp", []any{"name", "x", "channel", a.public, "timestamp", "x"}},
			{"message_not_found", []any{"name", "x", "channel", a.public, "timestamp", "1.000001"}},
			{"channel_not_found", []any{"name", "x", "channel", a.secret, "timestamp", ts}},
			{"channel_not_found", []any{"name", "x", "channel", o.public, "timestamp", ts}},
			{"invalid_name", []any{"channel", a.public, "timestamp", "1.000001"}},
			{"invalid_name", []any{"name", "a b", "channel", a.public, "timestamp", "1.000001"}},
			{"invalid_name", []any{"name", "👍", "channel", a.public, "timestamp", "1.000001"}},
			{"invalid_name", []any{"name", "x::skin-tone-9", "channel", a.public, "timestamp", "1.000001"}},
		} {
			w.fails(t, test.want, a.ada, method, test.args...)
		}
	}
	w.fails(t, "channel_not_found", a.ada, "reactions.get", "channel", a.secret, "timestamp", ts)
	w.fails(t, "message_not_found", a.ada, "reactions.get", "channel", a.public, "timestamp", "1.000001")
	w.fails(t, "user_not_found", a.ada, "reactions.list", "user", o.ada.id)
	w.fails(t, "invalid_cursor", a.ada, "reactions.list", "cursor", "x")
}

func TestReactionsList(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for i := range 5 {
		ts := w.ok(t, a.bob, "chat.postMessage", "channel", a.public, "text", fmt.Sprint("m", i)).text("ts")
		w.ok(t, a.bob, "reactions.add", "channel", a.public, "timestamp", ts, "name", "eyes")
	}
	hidden := w.ok(t, a.bob, "chat.postMessage", "channel", a.secret, "text", "hidden").text("ts")
	w.ok(t, a.bob, "reactions.add", "channel", a.secret, "timestamp", hidden, "name", "eyes")
	list := func(who person) (texts []string) {
		for cursor := ""; ; {
			got := w.ok(t, who, "reactions.list", "user", a.bob.id, "limit", 2, "cursor", cursor)
			for _, item := range got["items"].([]any) {
				texts = append(texts, result(item.(map[string]any)).text("message.text"))
			}
			if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
				return texts
			}
		}
	}
	// Channels count their ts each by itself, so that the hidden one may come anywhere.
	bobs := list(a.bob)
	others := slices.DeleteFunc(slices.Clone(bobs), func(text string) bool { return text == "hidden" })
	if len(bobs) != 6 || fmt.Sprint(others) != "[m4 m3 m2 m1 m0]" {
		t.Errorf("bob sees %v", bobs)
	}
	if got := fmt.Sprint(list(a.ada)); got != "[m4 m3 m2 m1 m0]" {
		t.Errorf("ada sees %s", got)
	}
}

func TestReactionsByPage(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	ts := w.posts(t, a.ada, a.public, 5)
	for _, at := range ts {
		w.ok(t, a.ada, "reactions.add", "channel", a.public, "timestamp", at, "name", "eyes")
		w.ok(t, a.ada, "reactions.add", "channel", a.public, "timestamp", at, "name", "tada")
	}
	hidden := w.posts(t, a.bob, a.private, 1)[0]
	w.ok(t, a.ada, "reactions.add", "channel", a.private, "timestamp", hidden, "name", "eyes")
	var seen []string
	for page := 1; page <= 4; page++ {
		got := w.ok(t, a.eve, "reactions.list", "user", a.ada.id, "count", 2, "page", page)
		if got.at("paging.total") != 5.0 || got.at("paging.pages") != 3.0 || got.at("paging.page") != float64(page) || got.at("paging.count") != 2.0 {
			t.Errorf("page %d has %v", page, got["paging"])
		}
		for _, item := range got["items"].([]any) {
			seen = append(seen, result(item.(map[string]any)).text("message.ts"))
		}
	}
	slices.Reverse(seen)
	if !slices.Equal(seen, ts) {
		t.Errorf("by pages: %v, want %v", seen, ts)
	}
	if got := w.ok(t, a.ada, "reactions.list"); got["paging"] != nil {
		t.Errorf("by cursor: %v", got["paging"])
	}
}
