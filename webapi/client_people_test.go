package webapi

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"taut/chat"
	"taut/edgecache"
	"taut/store"
)

// TestClientUsers: by ids and by names, a guest only whom they share a channel with, and
// of another workspace nobody.
func TestClientUsers(t *testing.T) {
	w := newWorld(t)
	a, b := &w.acme, &w.other
	asked := strings.Join([]string{string(a.eve.id), string(b.ada.id), "U000NEVER", string(a.ada.id), string(a.ada.id), string(slackbot), string(b.workspace.ID)}, ",")
	if got := w.ok(t, a.ada, "client.users", "users", asked).ids("users", "id"); !slices.Equal(got, []string{string(a.eve.id), string(a.ada.id), string(slackbot)}) {
		t.Errorf("by ids: %v", got)
	}
	if got := w.ok(t, a.guest, "client.users", "users", asked).ids("users", "id"); !slices.Equal(got, []string{string(slackbot)}) {
		t.Errorf("a guest of no channel sees %v", got)
	}
	if got := w.ok(t, a.guest, "client.users").ids("users", "id"); !slices.Equal(got, []string{string(a.guest.id)}) {
		t.Errorf("a guest of no channel finds %v", got)
	}
	w.ok(t, a.ada, "conversations.invite", "channel", a.public, "users", a.guest.id)
	got := w.ok(t, a.guest, "client.users", "users", asked).ids("users", "id")
	if !slices.Equal(got, []string{string(a.ada.id), string(slackbot)}) { // eve is in no channel with them
		t.Errorf("a guest sees %v", got)
	}
	if got := w.ok(t, a.guest, "client.users", "query", "eve").ids("users", "id"); len(got) != 0 {
		t.Errorf("a guest finds %v", got)
	}
	if got := w.ok(t, a.ada, "client.users", "query", "EVE").ids("users", "id"); len(got) == 0 || got[0] != string(a.eve.id) {
		t.Errorf("by name: %v", got)
	}
	w.fails(t, "invalid_cursor", a.ada, "client.users", "cursor", encodeCursor(channelsCursor, "0:U:x"))
	w.fails(t, "invalid_cursor", a.ada, "client.users", "cursor", encodeCursor(peopleCursor, "x"))
	w.fails(t, "not_allowed_token_type", a.robot, "client.users", "query", "a")
	w.fails(t, "invalid_arguments", a.ada, "client.users", "query", strings.Repeat("é", maxFoundText+1))
	w.fails(t, "too_many_users", a.ada, "client.users", "users", strings.Repeat("U1,", maxUsersInfo)+"U2")
}

// TestClientUsersPages: pages of any size bring each once.
func TestClientUsersPages(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	whole := w.ok(t, a.ada, "client.users", "limit", 1000).ids("users", "id")
	for _, size := range []int{1, 2, 3} {
		var all []string
		for cursor := ""; ; {
			page := w.ok(t, a.ada, "client.users", "limit", size, "cursor", cursor)
			all = append(all, page.ids("users", "id")...)
			if cursor = page.text("response_metadata.next_cursor"); cursor == "" {
				break
			}
		}
		if !slices.Equal(all, whole) || len(all) < 5 {
			t.Errorf("pages of %d: %v, at once %v", size, all, whole)
		}
	}
}

// TestAmongIsCutTheSame: who knows more people than a search looks among finds the same
// ones on each page.
func TestAmongIsCutTheSame(t *testing.T) {
	known := map[chat.UserID]bool{}
	for n := range chat.MaxAmong + 100 {
		known[chat.UserID(fmt.Sprintf("U%06d", n))] = true
	}
	first := among(known)
	if len(first) != chat.MaxAmong || first[0] != "U000000" || !slices.IsSorted(first) || !slices.Equal(first, among(known)) {
		t.Errorf("%d of them, the first %s", len(first), first[0])
	}
}

// TestClientChannels: private ones are in nobody's list, others' in no guest's.
func TestClientChannels(t *testing.T) {
	w := newWorld(t)
	a, b := &w.acme, &w.other
	ids := w.ok(t, a.bob, "client.channels", "limit", 1000, "include_inactive", true).ids("channels", "id")
	for id, want := range map[chat.ChannelID]bool{a.public: true, a.archived: true, a.private: false, a.secret: false, a.dm: false, b.public: false} {
		if slices.Contains(ids, string(id)) != want {
			t.Errorf("%s is in the list: %v, want %v", id, !want, want)
		}
	}
	if got := w.ok(t, a.guest, "client.channels", "include_inactive", true).ids("channels", "id"); len(got) != 0 {
		t.Errorf("a guest of no channel finds %v", got)
	}
	w.ok(t, a.ada, "conversations.invite", "channel", a.public, "users", a.guest.id)
	if got := w.ok(t, a.guest, "client.channels", "include_inactive", true).ids("channels", "id"); !slices.Equal(got, []string{string(a.public)}) {
		t.Errorf("a guest finds %v", got)
	}
	named := fmt.Sprint(a.archived, ",", a.public, ",", a.secret, ",C0NEVERWAS,", b.public)
	for who, want := range map[person]int{a.ada: 2, a.eve: 2, a.guest: 1} {
		if got := w.ok(t, who, "client.channels", "channels", named).ids("channels", "id"); len(got) != want || !slices.Contains(got, string(a.public)) {
			t.Errorf("%s finds %v among %s", who.name, got, named)
		}
	}
	w.fails(t, "invalid_arguments", a.ada, "client.channels", "channels", strings.Repeat("C0NEVERWAS,", chat.MaxDirectoryPage+1))
	found := w.ok(t, a.ada, "client.channels", "query", "general")
	if found.text("channels.0.name") != "general" || found.at("channels.0.is_general") != true || found.at("channels.0.is_member") != true {
		t.Errorf("found %v", found)
	}
	name := fmt.Sprint("renamed-", 1)
	w.ok(t, a.ada, "conversations.rename", "channel", a.public, "name", name)
	if got := w.ok(t, a.bob, "client.channels", "query", name).ids("channels", "id"); !slices.Equal(got, []string{string(a.public)}) {
		t.Errorf("just renamed: %v", got)
	}
}

// TestTheCacheMakesNoDifference: with it and without, the answers are the same.
func TestTheCacheMakesNoDifference(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	w.ok(t, a.ada, "client.users") // the cache has it from here on
	w.ok(t, a.ada, "conversations.invite", "channel", a.public, "users", a.guest.id)
	w.ok(t, a.bob, "users.profile.set", "profile", `{"display_name":"Bobby","status_text":"out","status_emoji":":x:","phone":"5","title":"t"}`)
	must(t, a.bound.SetAway(t.Context(), a.ada.id, true))
	must(t, a.bound.Archive(t.Context(), a.public, a.ada.id))
	everybody := strings.Join(w.ok(t, a.owner, "users.list").ids("members", "id"), ",")
	cached := w.server.directory
	for _, p := range []person{a.owner, a.ada, a.guest} {
		for _, call := range [][]any{
			{"users.info", "users", everybody}, {"users.info", "users", string(a.bob.id), "include_locale", true}, {"users.info", "users", "U000NEVER"},
			{"client.users", "users", everybody}, {"client.users", "query", "b"}, {"client.users", "include_inactive", true},
			{"client.channels"}, {"client.channels", "include_inactive", true}, {"client.userBoot", "include_users", true},
		} {
			w.server.directory = cached
			got := w.call(t, p, call[0].(string), call[1:]...)
			w.server.directory = edgecache.Direct{Store: w.store}
			want := w.call(t, p, call[0].(string), call[1:]...)
			delete(got, "cache_ts")
			delete(want, "cache_ts")
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s %v:\nwith    %v\nwithout %v", p.name, call, got, want)
			}
		}
	}
	// As the store has them one by one, too.
	for _, id := range strings.Split(everybody, ",") {
		one, many := w.ok(t, a.ada, "users.info", "user", id), w.ok(t, a.ada, "users.info", "users", id)
		if !reflect.DeepEqual(one.at("user"), many.at("users.0")) {
			t.Errorf("%s alone\n%v\namong others\n%v", id, one.at("user"), many.at("users.0"))
		}
	}
}

// TestBootWithUsers: the people of the caller's DMs come with the first answer.
func TestBootWithUsers(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	if got := w.ok(t, a.ada, "client.userBoot"); got.at("users") != nil {
		t.Errorf("users that nobody asked for: %v", got.at("users"))
	}
	if got := w.ok(t, a.ada, "client.userBoot", "include_users", true).ids("users", "id"); !slices.Contains(got, string(a.bob.id)) || slices.Contains(got, string(a.eve.id)) {
		t.Errorf("the first users are %v", got)
	}
}

// late is a directory that has yet to hear that a channel became private.
type late struct {
	chat.Directory
	found chat.FoundChannels
}

func (l late) SearchChannels(context.Context, chat.WorkspaceID, chat.DirectoryQuery) (chat.FoundChannels, error) {
	return l.found, nil
}

// TestClientChannelsOfALateDirectory: what isn't public any more is not among them, by its
// id neither.
func TestClientChannelsOfALateDirectory(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	ch := a.owned(t, "plans-of-all")
	before, err := w.server.directory.SearchChannels(t.Context(), a.workspace.ID, chat.DirectoryQuery{Restricted: true, Among: []string{string(ch), string(a.public)}})
	must(t, err)
	_, err = a.bound.Convert(t.Context(), ch, store.Actor{User: a.owner.id}, chat.PrivateChannel)
	must(t, err)
	w.server.directory = late{w.server.directory, before}
	for _, args := range [][]any{{"query", "p"}, {"channels", string(ch) + "," + string(a.public)}} {
		for _, p := range []person{a.eve, a.owner} {
			got := w.ok(t, p, "client.channels", args...)["channels"].([]any)
			if len(before.Channels) != 2 || len(got) != 1 || got[0].(map[string]any)["id"] != string(a.public) {
				t.Errorf("%v as %s: %v of %v", args, p.name, got, before.Channels)
			}
		}
	}
}
