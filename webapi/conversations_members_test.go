package webapi

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"taut/chat"
)

func TestConversationsJoin(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.eve, "conversations.join", "channel", a.public)
	wantKeys(t, got, "channel", channelKeys, changedKeys)
	if got["warning"] != nil || got.at("channel.is_member") != true {
		t.Errorf("first join: %v", got)
	}
	got = w.ok(t, a.eve, "conversations.join", "channel", a.public)
	if got.text("warning") != "already_in_channel" || got.text("response_metadata.warnings.0") != "already_in_channel" {
		t.Errorf("second join: %v", got)
	}
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.join", "channel", a.dm)
	w.fails(t, "is_archived", a.eve, "conversations.join", "channel", a.archived)
	w.ok(t, a.robot, "conversations.join", "channel", w.generalID(t, a.ada))
}

func TestConversationsLeave(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	w.ok(t, a.bob, "conversations.leave", "channel", a.public)
	if got := w.ok(t, a.bob, "conversations.leave", "channel", a.public); got["not_in_channel"] != true {
		t.Errorf("second leave: %v", got)
	}
	w.fails(t, "cant_leave_general", a.ada, "conversations.leave", "channel", w.generalID(t, a.ada))
	w.fails(t, "last_member", a.bob, "conversations.leave", "channel", a.secret)
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.leave", "channel", a.dm)
	visitor := a.guestIn(t, a.private)
	w.fails(t, "user_is_restricted", visitor, "conversations.leave", "channel", a.private)
	w.ok(t, a.bob, "conversations.leave", "channel", a.private)
	w.fails(t, "channel_not_found", a.bob, "conversations.leave", "channel", a.private)
	w.fails(t, "channel_not_found", a.bob, "conversations.history", "channel", a.private)
}

func TestConversationsKick(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	general := w.generalID(t, a.ada)
	w.fails(t, "cant_kick_self", a.ada, "conversations.kick", "channel", a.public, "user", a.ada.id)
	w.fails(t, "cant_kick_from_general", a.owner, "conversations.kick", "channel", general, "user", a.bob.id)
	w.fails(t, "restricted_action", a.bob, "conversations.kick", "channel", a.public, "user", a.ada.id)
	w.fails(t, "not_in_channel", a.eve, "conversations.kick", "channel", a.public, "user", a.bob.id)
	w.fails(t, "not_in_channel", a.ada, "conversations.kick", "channel", a.public, "user", a.eve.id)
	w.fails(t, "user_not_found", a.ada, "conversations.kick", "channel", a.public, "user", w.other.bob.id)
	w.fails(t, "user_not_found", a.ada, "conversations.kick", "channel", a.public)
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.kick", "channel", a.dm, "user", a.bob.id)
	got := w.ok(t, a.ada, "conversations.kick", "channel", a.public, "user", a.bob.id)
	if errors, ok := got["errors"].(map[string]any); !ok || len(errors) > 0 {
		t.Errorf("errors are %v, want an empty object", got["errors"])
	}
	w.fails(t, "not_in_channel", a.bob, "chat.postMessage", "channel", a.public, "text", "x")
}

func TestConversationsInvite(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.ada, "conversations.invite", "channel", a.private, "users", string(a.eve.id)+","+string(a.robot.id))
	wantKeys(t, got, "channel", channelKeys, changedKeys)
	if got["errors"] != nil {
		t.Errorf("errors: %v", got)
	}
	for _, test := range []struct {
		want string
		who  person
		args []any
	}{
		{"already_in_channel", a.ada, []any{"users", a.bob.id}},
		{"cant_invite_self", a.ada, []any{"users", a.ada.id}},
		{"user_not_found", a.ada, []any{"users", w.other.eve.id}},
		{"user_not_found", a.ada, []any{"users", "U0000000000"}},
		{"user_not_found", a.ada, []any{"users", "U0000000000," + string(a.bob.id), "force", "true"}},
		{"no_user", a.ada, nil},
		{"not_in_channel", a.owner, []any{"users", a.eve.id}},
	} {
		w.fails(t, test.want, test.who, "conversations.invite", append([]any{"channel", a.public}, test.args...)...)
	}
	w.fails(t, "method_not_supported_for_channel_type", a.ada, "conversations.invite", "channel", a.dm, "users", a.eve.id)
}

// Of several users all are invited or none; with force, those who can be.
func TestConversationsInviteMany(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	users := string(a.bob.id) + "," + string(a.eve.id)
	got := w.call(t, a.ada, "conversations.invite", "channel", a.public, "users", users)
	if got.text("error") != "already_in_channel" || got.text("errors.0.user") != string(a.bob.id) || got.text("errors.0.error") != "already_in_channel" || got.at("errors.0.ok") != false {
		t.Errorf("without force: %v", got)
	}
	members := func() []string {
		return w.ok(t, a.ada, "conversations.members", "channel", a.public).ids("members", "")
	}
	if slices.Contains(members(), string(a.eve.id)) {
		t.Error("eve was invited though bob could not be")
	}
	got = w.ok(t, a.ada, "conversations.invite", "channel", a.public, "users", users, "force", "true")
	if got.text("errors.0.user") != string(a.bob.id) || !slices.Contains(members(), string(a.eve.id)) {
		t.Errorf("with force: %v", got)
	}
}

func TestInvitedGuests(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	visitor := a.guestIn(t, a.public)
	w.fails(t, "ura_max_channels", a.ada, "conversations.invite", "channel", a.private, "users", visitor.id)
	w.fails(t, "no_permission", visitor, "conversations.invite", "channel", a.public, "users", a.eve.id)
	w.ok(t, a.ada, "conversations.invite", "channel", a.private, "users", a.guest.id)
	w.ok(t, a.ada, "conversations.invite", "channel", a.public, "users", a.guest.id)
	got := w.ok(t, a.guest, "conversations.list", "types", "public_channel,private_channel").ids("channels", "id")
	want := []string{string(a.private), string(a.public)}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the guest sees %v, want %v", got, want)
	}
}

// Invited into many channels at once, a guest of a single one is in one; the others
// are told what they would be told later.
func TestSingleGuestIsInvitedByMany(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	visitor := a.user(t, "visitor", chat.SingleGuest)
	rooms := make([]string, 6)
	for i := range rooms {
		rooms[i] = w.ok(t, a.ada, "conversations.create", "name", fmt.Sprint("room-", i)).text("channel.id")
	}
	answers := make([]result, len(rooms))
	var done sync.WaitGroup
	for i, room := range rooms {
		done.Go(func() {
			answers[i] = w.call(t, a.ada, "conversations.invite", "channel", room, "users", visitor.id, "force", fmt.Sprint(i%2 == 0))
		})
	}
	done.Wait()
	in := 0
	for i, got := range answers {
		member := slices.Contains(w.ok(t, a.ada, "conversations.members", "channel", rooms[i]).ids("members", ""), string(visitor.id))
		if member {
			in++
		}
		if refused := got.text("errors.0.error") == "ura_max_channels"; member == refused || member != (got.at("ok") == true) {
			t.Errorf("member %t, answer %v", member, got)
		}
	}
	if in != 1 {
		t.Errorf("in %d channels", in)
	}
}

func TestDeactivatedCannotBeInvited(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	_, err := a.bound.UpdateUser(t.Context(), a.eve.id, func(u *chat.User) error {
		u.Deleted = true
		return nil
	})
	must(t, err)
	w.fails(t, "cant_invite", a.ada, "conversations.invite", "channel", a.public, "users", a.eve.id)
	w.fails(t, "user_disabled", a.ada, "conversations.open", "users", a.eve.id)
}

// Joins, kicks and invites of one user race each other; whatever comes of it,
// each answer is one that Slack gives.
func TestMembershipRaces(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	allowed := []string{"", "not_in_channel", "already_in_channel"}
	var done sync.WaitGroup
	for _, act := range []func() result{
		func() result { return w.call(t, a.bob, "conversations.join", "channel", a.public) },
		func() result { return w.call(t, a.bob, "conversations.leave", "channel", a.public) },
		func() result { return w.call(t, a.ada, "conversations.kick", "channel", a.public, "user", a.bob.id) },
		func() result { return w.call(t, a.ada, "conversations.invite", "channel", a.public, "users", a.bob.id) },
		func() result { return w.call(t, a.bob, "chat.postMessage", "channel", a.public, "text", "x") },
	} {
		done.Go(func() {
			for range 20 {
				if got := act(); !slices.Contains(allowed, got.text("error")) {
					t.Errorf("got %v", got)
				}
			}
		})
	}
	done.Wait()
}
