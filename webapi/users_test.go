package webapi

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"taut/chat"
)

const userKeys = "color deleted has_2fa id is_admin is_app_user is_bot is_email_confirmed is_owner is_primary_owner is_restricted is_ultra_restricted name profile " +
	"profile.avatar_hash profile.display_name profile.display_name_normalized profile.first_name profile.image_192 profile.image_24 profile.image_32 " +
	"profile.image_48 profile.image_512 profile.image_72 profile.last_name profile.phone profile.real_name profile.real_name_normalized profile.skype " +
	"profile.status_emoji profile.status_emoji_display_info profile.status_expiration profile.status_text profile.status_text_canonical profile.team profile.title " +
	"real_name team_id tz tz_label tz_offset updated who_can_share_contact_card"

func TestUsersInfo(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.eve, "users.info", "user", a.ada.id)
	wantKeys(t, got, "user", userKeys, "profile.email")
	if got.text("user.name") != "ada" || got.text("user.team_id") != string(a.workspace.ID) || got.at("user.is_bot") != false {
		t.Errorf("ada is %v", got)
	}
	if url := got.text("user.profile.image_72"); !strings.HasPrefix(url, "https://taut.example/avatars/") {
		t.Errorf("ada's picture is at %s", url)
	}
	robot := w.ok(t, a.eve, "users.info", "user", a.robot.id, "include_locale", "true")
	wantKeys(t, robot, "user", userKeys, "locale profile.api_app_id profile.bot_id")
	if robot.text("user.profile.bot_id") != string(a.robot.bot) || robot.at("user.is_bot") != true {
		t.Errorf("the robot is %v", robot)
	}
	if got := w.ok(t, a.eve, "users.info", "user", a.owner.id); got.at("user.is_primary_owner") != true || got.at("user.is_admin") != true {
		t.Errorf("the owner is %v", got)
	}
	if got := w.ok(t, a.eve, "users.info", "user", slackbot); got.text("user.name") != "slackbot" {
		t.Errorf("slackbot is %v", got)
	}
	if got := w.ok(t, a.eve, "users.info", "users", string(a.ada.id)+","+string(a.bob.id)); !slices.Equal(got.ids("users", "name"), []string{"ada", "bob"}) {
		t.Errorf("both are %v", got)
	}
	w.fails(t, "user_not_found", a.eve, "users.info", "user", w.other.ada.id)
	w.fails(t, "user_not_found", a.eve, "users.info", "user", "x")
	w.fails(t, "user_not_found", a.eve, "users.info", "users", string(w.other.ada.id))
	w.fails(t, "invalid_arguments", a.eve, "users.info")
	w.fails(t, "user_not_visible", a.guest, "users.info", "user", a.ada.id)
	w.ok(t, a.guest, "users.info", "user", a.guest.id)
}

func TestUsersList(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	everybody := []string{"ada", "bob", "eve", "guest", "owner", "robot"}
	got := w.ok(t, a.eve, "users.list")
	names := got.ids("members", "name")
	slices.Sort(names)
	if !slices.Equal(names, everybody) {
		t.Errorf("everybody is %v, want %v", names, everybody)
	}
	if _, ok := got["cache_ts"].(float64); !ok {
		t.Errorf("cache_ts is %v", got["cache_ts"])
	}
	var paged []string
	for cursor := ""; ; {
		got := w.ok(t, a.eve, "users.list", "limit", 4, "cursor", cursor)
		paged = append(paged, got.ids("members", "name")...)
		if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
			break
		}
	}
	slices.Sort(paged)
	if !slices.Equal(paged, everybody) {
		t.Errorf("by pages everybody is %v", paged)
	}
	w.fails(t, "invalid_cursor", a.eve, "users.list", "cursor", "x")
}

func TestUsersListOfGuest(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	if got := w.ok(t, a.guest, "users.list").ids("members", "name"); !slices.Equal(got, []string{"guest"}) {
		t.Errorf("alone, the guest knows %v", got)
	}
	visitor := a.guestIn(t, a.private)
	var names []string
	for cursor := ""; ; {
		got := w.ok(t, visitor, "users.list", "limit", 1, "cursor", cursor)
		names = append(names, got.ids("members", "name")...)
		if cursor = got.text("response_metadata.next_cursor"); cursor == "" {
			break
		}
	}
	slices.Sort(names)
	if want := []string{"ada", "bob", "visitor"}; !slices.Equal(names, want) {
		t.Errorf("the guest knows %v, want %v", names, want)
	}
}

func TestUsersLookupByEmail(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	if got := w.ok(t, a.eve, "users.lookupByEmail", "email", "Ada@Example.com"); got.text("user.id") != string(a.ada.id) {
		t.Errorf("found %v", got)
	}
	w.fails(t, "users_not_found", a.eve, "users.lookupByEmail", "email", "nobody@example.com")
	w.fails(t, "users_not_found", a.guest, "users.lookupByEmail", "email", "ada@example.com")
	w.fails(t, "invalid_arguments", a.eve, "users.lookupByEmail")
}

func TestUsersProfileGet(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	if got := w.ok(t, a.eve, "users.profile.get"); got.text("profile.real_name") != "eve" || got.at("profile.fields") == nil || got.at("profile.team") != nil {
		t.Errorf("eve's own: %v", got)
	}
	if got := w.ok(t, a.eve, "users.profile.get", "user", a.ada.id); got.text("profile.real_name") != "ada" {
		t.Errorf("ada's: %v", got)
	}
	w.fails(t, "user_not_found", a.eve, "users.profile.get", "user", w.other.ada.id)
}

func TestUsersProfileSet(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.eve, "users.profile.set", "profile", `{"status_text":"reading","status_emoji":":books:","first_name":"Eve","last_name":"X","fields":{}}`)
	if got.text("username") != "eve" || got.text("profile.status_text") != "reading" || got.text("profile.real_name") != "Eve X" {
		t.Errorf("after the change: %v", got)
	}
	w.ok(t, a.eve, "users.profile.set", "name", "status_text", "value", "")
	if got := w.ok(t, a.ada, "users.info", "user", a.eve.id); got.text("user.profile.status_text") != "" || got.text("user.profile.status_emoji") != ":books:" {
		t.Errorf("for others: %v", got)
	}
	w.ok(t, a.owner, "users.profile.set", "user", a.eve.id, "profile", `{"title":"Reader"}`)
	w.fails(t, "not_admin", a.eve, "users.profile.set", "user", a.ada.id, "profile", `{}`)
	w.fails(t, "cannot_update_admin_user", a.admin(t), "users.profile.set", "user", a.owner.id, "profile", `{}`)
	w.fails(t, "invalid_profile", a.eve, "users.profile.set", "profile", `[]`)
	w.fails(t, "invalid_profile", a.eve, "users.profile.set", "profile", `{"title":1}`)
	w.fails(t, "invalid_profile", a.eve, "users.profile.set")
	w.fails(t, "too_long", a.eve, "users.profile.set", "name", "status_text", "value", strings.Repeat("x", 101))
	w.fails(t, "user_not_found", a.owner, "users.profile.set", "user", w.other.eve.id, "profile", `{}`)
	w.fails(t, "not_allowed_token_type", a.robot, "users.profile.set", "profile", `{}`)
}

// doorbell is a presence service in which who is put into active is there.
type doorbell struct {
	chat.Presence
	mu     sync.Mutex
	active map[chat.UserID]bool
	away   map[chat.UserID]bool
}

func newDoorbell(active ...chat.UserID) *doorbell {
	d := &doorbell{active: map[chat.UserID]bool{}, away: map[chat.UserID]bool{}}
	for _, u := range active {
		d.active[u] = true
	}
	return d
}

func (d *doorbell) Get(_ context.Context, _ chat.WorkspaceID, u chat.UserID) (chat.PresenceState, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return chat.PresenceState{User: u, Active: d.active[u] && !d.away[u], Online: d.active[u], Connections: len(d.active), LastActiveMS: 5_000}, nil
}

func (d *doorbell) SetAway(_ context.Context, _ chat.WorkspaceID, u chat.UserID, away bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away[u] = away
	return nil
}

func TestPresence(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	bell := newDoorbell(a.ada.id)
	w.server.presence = bell
	presence := func(of person) string {
		return w.ok(t, a.eve, "users.getPresence", "user", of.id).text("presence")
	}
	if presence(a.ada) != "active" || presence(a.bob) != "away" {
		t.Errorf("ada is %s, bob %s", presence(a.ada), presence(a.bob))
	}
	w.ok(t, a.ada, "users.setPresence", "presence", "away")
	if presence(a.ada) != "away" || !bell.away[a.ada.id] {
		t.Errorf("away, ada is %s", presence(a.ada))
	}
	own := w.ok(t, a.ada, "users.getPresence")
	if own["manual_away"] != true || own["online"] != true || own["connection_count"] != 1.0 || own["auto_away"] != false || own["last_activity"] != 5.0 {
		t.Errorf("ada's own: %v", own)
	}
	// It is durable: a presence server that knows nothing changes nothing.
	bell.away = map[chat.UserID]bool{}
	if presence(a.ada) != "away" {
		t.Errorf("after a restart, ada is %s", presence(a.ada))
	}
	w.ok(t, a.ada, "users.setPresence", "presence", "auto")
	if presence(a.ada) != "active" {
		t.Errorf("back, ada is %s", presence(a.ada))
	}
	if got := w.ok(t, a.eve, "users.getPresence", "user", a.ada.id); len(got) != 2 {
		t.Errorf("of others one learns %v", got)
	}
	w.fails(t, "invalid_presence", a.ada, "users.setPresence", "presence", "busy")
	w.fails(t, "invalid_arguments", a.ada, "users.setPresence")
	w.fails(t, "user_not_found", a.ada, "users.getPresence", "user", w.other.bob.id)
}
