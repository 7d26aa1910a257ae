package webapi

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"taut/chat"
)

// The keys that Slack's clients find in a conversation, by its type.
const (
	channelKeys = "context_team_id created creator id is_archived is_channel is_ext_shared is_general is_group is_im is_mpim " +
		"is_org_shared is_pending_ext_shared is_private is_shared name name_normalized pending_connected_team_ids pending_shared " +
		"previous_names purpose purpose.creator purpose.last_set purpose.value shared_team_ids topic topic.creator topic.last_set topic.value unlinked updated"
	dmKeys      = "context_team_id created id is_archived is_im is_org_shared updated user"
	readingKeys = "last_read latest priority unread_count unread_count_display"
	changedKeys = "is_member last_read"
	infoKeys    = "is_frozen parent_conversation properties properties.tabs"
)

// wantKeys compares the keys of the object at path, but those of a message in
// it, with the words of want.
func wantKeys(t *testing.T, r result, path string, want ...string) {
	t.Helper()
	object, ok := r.at(path).(map[string]any)
	if !ok {
		t.Errorf("no object at %s: %v", path, r)
		return
	}
	got := slices.DeleteFunc(result(object).keys(), func(key string) bool { return strings.HasPrefix(key, "latest.") })
	words := strings.Fields(strings.Join(want, " "))
	slices.Sort(words)
	if !slices.Equal(got, words) {
		t.Errorf("%s has the keys\n%v, want\n%v", path, got, words)
	}
}

// ids lists the values of a key of the objects at path.
func (r result) ids(path, key string) []string {
	list, _ := r.at(path).([]any)
	ids := []string{}
	for _, item := range list {
		switch item := item.(type) {
		case map[string]any:
			ids = append(ids, item[key].(string))
		case string:
			ids = append(ids, item)
		}
	}
	return ids
}

func TestConversationsInfo(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.ada, "conversations.info", "channel", a.public)
	wantKeys(t, got, "channel", channelKeys, readingKeys, infoKeys, "is_member")
	if got.at("channel.is_member") != true || got.at("channel.latest.subtype") != chat.SubtypeJoin {
		t.Errorf("ada's channel: %v", got)
	}
	got = w.ok(t, a.eve, "conversations.info", "channel", a.public, "include_num_members", "true", "include_locale", 1)
	wantKeys(t, got, "channel", channelKeys, infoKeys, "is_member", "num_members", "locale")
	if got.at("channel.num_members") != 3.0 || got.at("channel.is_member") != false {
		t.Errorf("eve's view: %v", got)
	}
	got = w.ok(t, a.robot, "conversations.info", "channel", a.public)
	wantKeys(t, got, "channel", channelKeys, infoKeys, "is_member", "last_read")
	got = w.ok(t, a.ada, "conversations.info", "channel", a.dm)
	wantKeys(t, got, "channel", dmKeys, readingKeys, "is_open")
	if got.text("channel.user") != string(a.bob.id) {
		t.Errorf("ada's DM is with %s", got.text("channel.user"))
	}
	w.fails(t, "invalid_arguments", a.ada, "conversations.info")
}

// What the caller may not see does not exist, whatever is asked of it.
func TestConversationsUnseen(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	for _, method := range []string{
		"archive", "close", "history", "info", "invite", "join", "kick", "leave", "mark", "members", "open", "rename", "replies",
		"setPurpose", "setTopic", "unarchive",
	} {
		for _, unseen := range []struct {
			who     person
			channel chat.ChannelID
		}{
			{a.ada, a.secret},
			{a.owner, a.secret},
			{a.guest, a.public},
			{a.eve, a.dm},
			{a.ada, w.other.public},
			{a.ada, w.other.dm},
			{a.robot, w.other.private},
			{a.ada, "C0000000000"},
			{a.ada, "nonsense"},
			{a.ada, chat.ChannelID(a.ada.id)},
		} {
			w.fails(t, "channel_not_found", unseen.who, "conversations."+method, "channel", unseen.channel,
				"name", "x", "ts", "1.000000", "user", a.bob.id, "users", a.bob.id, "topic", "x")
		}
	}
}

func TestConversationsList(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.ada, "conversations.list")
	wantKeys(t, got, "channels.0", channelKeys, "is_member num_members")
	names := got.ids("channels", "name")
	slices.Sort(names)
	if want := []string{"general", "old", "project", "random"}; !slices.Equal(names, want) {
		t.Errorf("public channels are %v, want %v", names, want)
	}
	for _, test := range []struct {
		who   person
		types string
		want  []string
	}{
		{a.ada, "private_channel", []string{string(a.private)}},
		{a.bob, "private_channel", []string{string(a.private), string(a.secret)}},
		{a.eve, "private_channel,im,mpim", nil},
		{a.ada, "im", []string{string(a.dm)}},
		{a.guest, "public_channel,private_channel,mpim,im", nil},
	} {
		got := w.ok(t, test.who, "conversations.list", "types", test.types).ids("channels", "id")
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s sees of %s %v, want %v", test.who.name, test.types, got, test.want)
		}
	}
	if got := w.ok(t, a.ada, "conversations.list", "exclude_archived", "1").ids("channels", "name"); slices.Contains(got, "old") {
		t.Errorf("not archived: %v", got)
	}
	im := w.ok(t, a.ada, "conversations.list", "types", "im")
	wantKeys(t, im, "channels.0", dmKeys, "is_user_deleted priority")
	w.fails(t, "invalid_types", a.ada, "conversations.list", "types", "public")
	w.fails(t, "invalid_limit", a.ada, "conversations.list", "limit", "-1")
	w.fails(t, "invalid_limit", a.ada, "conversations.list", "limit", "many")
	w.fails(t, "invalid_cursor", a.ada, "conversations.list", "cursor", "?")
	w.fails(t, "invalid_cursor", a.ada, "conversations.list", "cursor", base64.StdEncoding.EncodeToString([]byte("user:U1")))
}

func TestUsersConversations(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.ada, "users.conversations", "types", "public_channel,private_channel,im")
	names := got.ids("channels", "id")
	for _, want := range []chat.ChannelID{a.public, a.private, a.dm, a.archived} {
		if !slices.Contains(names, string(want)) {
			t.Errorf("ada's channels %v lack %s", names, want)
		}
	}
	// Of bob's channels ada sees the public ones and those that she is in too.
	got = w.ok(t, a.ada, "users.conversations", "user", a.bob.id, "types", "public_channel,private_channel,im,mpim")
	names = got.ids("channels", "id")
	if slices.Contains(names, string(a.secret)) || !slices.Contains(names, string(a.private)) {
		t.Errorf("bob's channels, for ada: %v", names)
	}
	wantKeys(t, w.ok(t, a.bob, "users.conversations", "types", "private_channel"), "channels.0", channelKeys)
	w.fails(t, "user_not_found", a.ada, "users.conversations", "user", w.other.bob.id)
	w.fails(t, "invalid_types", a.ada, "users.conversations", "types", "x")
}

// Each page begins after the last one's end, so writes in between move nothing.
// TestUsersConversationsNotMuted: the caller's own muted ones are left out, and nothing
// is said of other people's.
func TestUsersConversationsNotMuted(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	list := func(p person) []string {
		return w.ok(t, p, "users.conversations", "user", a.bob.id, "types", "public_channel,private_channel", "exclude_muted", true).ids("channels", "id")
	}
	before := list(a.bob)
	w.ok(t, a.bob, "users.prefs.set", "name", "muted_channels", "value", a.private)
	want := slices.DeleteFunc(slices.Clone(before), func(id string) bool { return id == string(a.private) })
	if got := list(a.bob); !slices.Equal(got, want) || len(want) == len(before) {
		t.Errorf("lists %v, of %v", got, before)
	}
	if got := list(a.ada); !slices.Contains(got, string(a.private)) {
		t.Errorf("a colleague's list knows what bob muted: %v", got)
	}
}

func TestListPagesUnderWrites(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	before := map[string]bool{}
	for _, name := range []string{"one", "two", "three", "four", "five"} {
		before[w.ok(t, a.ada, "conversations.create", "name", name).text("channel.id")] = true
	}
	seen := map[string]int{}
	cursor := ""
	for page := 0; ; page++ {
		got := w.ok(t, a.ada, "conversations.list", "limit", "2", "cursor", cursor)
		for _, id := range got.ids("channels", "id") {
			seen[id]++
		}
		w.ok(t, a.ada, "conversations.create", "name", "new-"+string(rune('a'+page)))
		if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
			break
		}
	}
	for id, n := range seen {
		if delete(before, id); n != 1 {
			t.Errorf("%s was listed %d times", id, n)
		}
	}
	if len(before) > 0 {
		t.Errorf("not listed: %v", before)
	}
}

func TestConversationsMembers(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	want := []string{string(a.ada.id), string(a.bob.id), string(a.robot.id)}
	slices.Sort(want)
	if got := w.ok(t, a.eve, "conversations.members", "channel", a.public).ids("members", ""); !slices.Equal(got, want) {
		t.Errorf("members are %v, want %v", got, want)
	}
	var all []string
	for cursor := ""; ; {
		got := w.ok(t, a.eve, "conversations.members", "channel", a.public, "limit", 1, "cursor", cursor)
		all = append(all, got.ids("members", "")...)
		if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
			break
		}
	}
	if !slices.Equal(all, want) {
		t.Errorf("by pages the members are %v, want %v", all, want)
	}
	w.fails(t, "invalid_limit", a.eve, "conversations.members", "channel", a.public, "limit", "x")
	w.fails(t, "invalid_cursor", a.eve, "conversations.members", "channel", a.public, "cursor", "eA==")
}

func TestMissingScopes(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	narrow := w.scoped(t, a.bob, "channels:read", "channels:history", "users:read")
	w.ok(t, narrow, "conversations.info", "channel", a.public)
	w.fails(t, "missing_scope", narrow, "conversations.info", "channel", a.private)
	w.fails(t, "missing_scope", narrow, "conversations.history", "channel", a.dm)
	w.fails(t, "missing_scope", narrow, "conversations.list", "types", "public_channel,im")
	w.fails(t, "missing_scope", narrow, "conversations.create", "name", "x")
	w.fails(t, "missing_scope", narrow, "users.lookupByEmail", "email", "ada@example.com")
	got := w.call(t, narrow, "conversations.setTopic", "channel", a.public, "topic", "x")
	if got.text("error") != "missing_scope" || got.text("needed") == "" || got.text("provided") != "channels:read,channels:history,users:read" {
		t.Errorf("got %v", got)
	}
	if got := w.ok(t, narrow, "users.info", "user", a.ada.id); got.at("user.profile.email") != nil {
		t.Errorf("without %s: %v", emailScope, got)
	}
}

// FuzzCursor: a cursor is an opaque text to clients, so they may send any.
func FuzzCursor(f *testing.F) {
	f.Add("dXNlcjpVMQ==")
	f.Add("bmV4dF90czox")
	f.Add("dXNlcjp5MQ5=") // bits that say nothing
	f.Add("bmV4dF90czotMQ==")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		var q request
		q.args.set("cursor", value{text: text})
		place, err := q.args.cursor(userCursor)
		if err == nil && place != "" && encodeCursor(userCursor, place) != text {
			// Base64 may carry line ends, which say nothing.
			if strings.ContainsAny(text, "\r\n") {
				return
			}
			t.Errorf("%q is read as %q", text, place)
		}
		if ts, err := q.tsCursor(); err == nil && text != "" && ts <= 0 {
			t.Errorf("%q is the ts %d", text, ts)
		}
	})
}
