package webapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMembersAmong(t *testing.T) {
	w := newWorld(t)
	a, b := &w.acme, &w.other
	among := func(who person, users ...any) []string {
		var ids []string
		for i := range users {
			users[i] = fmt.Sprint(users[i])
			ids = append(ids, users[i].(string))
		}
		got := w.ok(t, who, "client.membersAmong", "channel", a.public, "users", strings.Join(ids, ","))
		var members []string
		for _, m := range got.at("members").([]any) {
			members = append(members, m.(string))
		}
		slices.Sort(members)
		return members
	}
	if got, want := among(a.ada, a.bob.id, a.eve.id, b.ada.id, "U00000000XX"), []string{string(a.bob.id)}; !slices.Equal(got, want) {
		t.Errorf("in the channel are %v, want %v", got, want)
	}
	w.fails(t, "channel_not_found", a.ada, "client.membersAmong", "channel", a.secret, "users", a.bob.id)
	w.fails(t, "channel_not_found", a.ada, "client.membersAmong", "channel", b.public, "users", b.ada.id)
	w.fails(t, "not_allowed_token_type", a.robot, "client.membersAmong", "channel", a.public, "users", a.bob.id)
}

// Moved about, bookmarks stand in the order of a list that is changed alike, and
// their ranks say so.
func TestMoveBookmark(t *testing.T) {
	w := newWorld(t)
	a, b := &w.acme, &w.other
	var want []string
	for i := range 6 {
		want = append(want, w.ok(t, a.ada, "bookmarks.add", "channel_id", a.public, "type", "link", "title", fmt.Sprint(i), "link", "https://example.com").text("bookmark.id"))
	}
	move := func(id string, place int) {
		t.Helper()
		w.ok(t, a.bob, "client.moveBookmark", "channel", a.public, "bookmark_id", id, "place", place)
		want = slices.DeleteFunc(want, func(other string) bool { return other == id })
		want = slices.Insert(want, min(place, len(want)), id)
		var got, ranks []string
		for _, m := range w.ok(t, a.ada, "bookmarks.list", "channel_id", a.public).at("bookmarks").([]any) {
			got = append(got, m.(map[string]any)["id"].(string))
			ranks = append(ranks, m.(map[string]any)["rank"].(string))
		}
		if !slices.Equal(got, want) || !slices.IsSorted(ranks) {
			t.Fatalf("after %s to %d: %v, ranks %v, want %v", id, place, got, ranks, want)
		}
	}
	move(want[0], 5)
	move(want[5], 0)
	move(want[2], 2)
	move(want[3], 99)
	for range 60 { // more often than there is room between two
		move(want[2], 1)
	}
	for range 60 {
		move(want[5], 0)
	}

	w.fails(t, "not_found", a.ada, "client.moveBookmark", "channel", a.public, "bookmark_id", "Bk00000000XX", "place", 0)
	theirs := w.ok(t, b.ada, "bookmarks.add", "channel_id", b.public, "title", "x", "type", "link", "link", "https://example.com").text("bookmark.id")
	w.fails(t, "not_found", a.ada, "client.moveBookmark", "channel", a.public, "bookmark_id", theirs, "place", 0)
	w.fails(t, "channel_not_found", a.ada, "client.moveBookmark", "channel", b.public, "bookmark_id", theirs, "place", 0)
	w.fails(t, "channel_not_found", a.ada, "client.moveBookmark", "channel", a.secret, "bookmark_id", theirs, "place", 0)
	w.fails(t, "access_denied", a.eve, "client.moveBookmark", "channel", a.public, "bookmark_id", want[0], "place", 1)
}
