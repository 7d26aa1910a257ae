package webapi

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"taut/chat"
)

func TestOwnEmoji(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.ok(t, a.ada, "emoji.add", "mode", "data", "name", "parrot", "image", picture(t, 200, 150))
	w.ok(t, a.bob, "emoji.add", "mode", "alias", "name", "bird", "alias_for", ":parrot:")
	w.ok(t, a.bob, "emoji.add", "mode", "alias", "name", "birdie", "alias_for", "bird") // of what it stands for
	list := w.ok(t, a.guest, "emoji.list")
	if list.text("emoji.bird") != "alias:parrot" || list.text("emoji.birdie") != "alias:parrot" {
		t.Errorf("%v", list)
	}
	url := list.text("emoji.parrot")
	// Aliases show the picture that they stand for; only the one who added it, and admins, remove it.
	for _, tt := range []struct {
		who    person
		remove bool
	}{{a.ada, true}, {a.bob, false}, {a.owner, true}} {
		got := w.ok(t, tt.who, "emoji.adminList")
		if got.text("emoji.0.name") != "bird" || got.text("emoji.0.url") != url || got.text("emoji.0.alias_for") != "parrot" ||
			result(got["emoji"].([]any)[2].(map[string]any)).at("can_delete") != tt.remove {
			t.Errorf("in full: %v", got)
		}
	}
	if got := w.ok(t, w.other.ada, "emoji.adminList"); len(got["emoji"].([]any)) != 0 {
		t.Errorf("the other workspace has %v", got)
	}
	if got := w.fetch(person{}, url); got.Code != http.StatusOK || got.Header().Get("Content-Type") != "image/png" || got.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%s: %d %v", url, got.Code, got.Header())
	}
	if got := w.ok(t, w.other.ada, "emoji.list"); len(got["emoji"].(map[string]any)) != 0 {
		t.Errorf("the other workspace has %v", got)
	}
	if got := w.fetch(person{}, strings.Replace(url, string(a.workspace.ID), string(w.other.workspace.ID), 1)); got.Code != http.StatusNotFound {
		t.Errorf("under another workspace: %d", got.Code)
	}
	// Reactions take it.
	ts := w.posts(t, a.ada, a.public, 1)[0]
	w.ok(t, a.bob, "reactions.add", "channel", a.public, "timestamp", ts, "name", "parrot")
	w.fails(t, "no_permission", a.bob, "emoji.remove", "name", "parrot")
	w.ok(t, a.ada, "emoji.remove", "name", "parrot") // its aliases go with it
	if got := w.ok(t, a.ada, "emoji.list"); len(got["emoji"].(map[string]any)) != 0 {
		t.Errorf("after its removal there is %v", got)
	}
	w.fails(t, "emoji_not_found", a.ada, "emoji.remove", "name", "parrot")
	page, err := w.store.Read(t.Context(), chat.ReadRequest{Stream: a.workspace.ID.Directory(), Limit: 1000})
	must(t, err)
	var told []string
	for _, e := range page.Events {
		if e.Type == "emoji_changed" {
			var body struct {
				Subtype, Name, Value string
				Names                []string
			}
			must(t, json.Unmarshal(e.Payload, &body))
			told = append(told, body.Subtype+" "+body.Name+strings.Join(body.Names, ","))
		}
	}
	if got := strings.Join(told, "; "); got != "add parrot; add bird; add birdie; remove bird,birdie,parrot" {
		t.Errorf("told was %s", got)
	}
}

func TestEmojiRefusals(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	good := picture(t, 20, 20)
	w.ok(t, a.ada, "emoji.add", "name", "taken", "image", good)
	for _, tt := range []struct {
		want string
		args []any
	}{
		{"error_name_taken", []any{"name", "taken", "image", good}},
		{"error_name_taken", []any{"name", "taken", "mode", "alias", "alias_for", "smile"}},
		{"error_missing_name", []any{"image", good}},
		{"error_bad_name_i18n", []any{"name", "a b", "image", good}},
		{"error_bad_name_i18n", []any{"name", "<script>", "image", good}},
		{"error_bad_name_i18n", []any{"name", strings.Repeat("x", chat.MaxEmojiName+1), "image", good}},
		{"error_lower_case_names_only", []any{"name", "Big", "image", good}},
		{"error_name_taken_i18n", []any{"name", "thumbsup", "image", good}},
		{"no_image_uploaded", []any{"name", "x"}},
		{"error_bad_format", []any{"name", "x", "image", []byte("<svg onload=alert(1)>")}},
		{"error_too_big", []any{"name", "x", "image", make([]byte, maxEmojiImage+1)}},
		{"no_alias_selected", []any{"name", "x", "mode", "alias"}},
	} {
		w.fails(t, tt.want, a.ada, "emoji.add", tt.args...)
	}
	w.fails(t, "no_permission", a.guest, "emoji.add", "name", "x", "image", good)
	w.fails(t, "not_allowed_token_type", a.robot, "emoji.add", "name", "x", "image", good)
	w.fails(t, "emoji_not_found", w.other.owner, "emoji.remove", "name", "taken")
}

func TestSetPhoto(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	before := w.ok(t, a.ada, "users.profile.get")
	got := w.ok(t, a.ada, "users.setPhoto", "image", picture(t, 300, 200), "crop_x", 10, "crop_y", 10, "crop_w", 100)
	for _, size := range []string{"24", "32", "48", "72", "192", "512", "1024", "original"} {
		if fetched := w.fetch(person{}, got.text("profile.image_"+size)); fetched.Code != http.StatusOK || fetched.Header().Get("Content-Type") != "image/png" {
			t.Errorf("image_%s: %d %v", size, fetched.Code, fetched.Header())
		}
	}
	shown := w.ok(t, a.bob, "users.info", "user", a.ada.id)
	if shown.text("user.profile.image_72") != got.text("profile.image_72") || shown.at("user.profile.is_custom_image") != true || shown.text("user.profile.avatar_hash") != got.text("profile.avatar_hash") {
		t.Errorf("others see %v", shown.at("user.profile"))
	}
	if types := w.eventTypes(t, a.workspace.ID.Directory()); types[len(types)-1] != "user_change" {
		t.Errorf("the last event is %s", types[len(types)-1])
	}
	w.fails(t, "bad_image", a.ada, "users.setPhoto", "image", []byte("GIF89a"))
	w.fails(t, "bad_image", a.ada, "users.setPhoto")
	w.fails(t, "bad_image", a.ada, "users.setPhoto", "image", picture(t, 9, 9), "crop_w", -5)
	w.fails(t, "too_large", a.ada, "users.setPhoto", "image", make([]byte, maxImage+1))
	w.ok(t, a.ada, "users.deletePhoto")
	after := w.ok(t, a.ada, "users.profile.get")
	if after.text("profile.image_72") != before.text("profile.image_72") || after.at("profile.is_custom_image") != nil {
		t.Errorf("without it: %v", after)
	}
}
