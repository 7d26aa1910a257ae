package chat

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func keysOf(t *testing.T, v any) []string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(object))
}

func TestChannelObjectKeys(t *testing.T) {
	channel := "context_team_id created creator id is_archived is_channel is_ext_shared is_general is_group is_im is_mpim " +
		"is_org_shared is_pending_ext_shared is_private is_shared name name_normalized pending_connected_team_ids " +
		"pending_shared previous_names purpose shared_team_ids topic unlinked updated"
	for _, test := range []struct {
		kind ChannelType
		want string
	}{
		{PublicChannel, channel},
		{PrivateChannel, channel},
		{GroupDM, channel},
		{DM, "context_team_id created id is_archived is_im is_org_shared updated user"},
	} {
		got := strings.Join(keysOf(t, Channel{Type: test.kind}.Object()), " ")
		if got != test.want {
			t.Errorf("%s has the keys\n%s, want\n%s", test.kind, got, test.want)
		}
	}
}

func TestChannelObjectTimes(t *testing.T) {
	o := Channel{Type: PublicChannel, CreatedMS: 1_700_000_000_123, UpdatedMS: 1_700_000_001_456, Topic: Blurb{"x", "U1", 1_700_000_002_789}}.Object()
	if o.Created != 1_700_000_000 || o.Updated != 1_700_000_001_456 || o.Topic.LastSet != 1_700_000_002 {
		t.Errorf("created %d, updated %d, last_set %d", o.Created, o.Updated, o.Topic.LastSet)
	}
}

func TestDMIsWithTheOther(t *testing.T) {
	pair := Channel{Type: DM, DMUsers: []UserID{"U1", "U2"}}
	if got := pair.ObjectFor("U1").User; got != "U2" {
		t.Errorf("U1 talks to %s", got)
	}
	if got := pair.ObjectFor("U2").User; got != "U1" {
		t.Errorf("U2 talks to %s", got)
	}
	alone := Channel{Type: DM, DMUsers: []UserID{"U1"}}
	if got := alone.ObjectFor("U1").User; got != "U1" {
		t.Errorf("alone, U1 talks to %s", got)
	}
}

func TestUserObject(t *testing.T) {
	o := User{ID: "U0123456789", Name: "ada", RealName: "Ada King Lovelace", TimeZone: "Asia/Kolkata", Role: Admin}.Object()
	if !o.IsAdmin || o.IsOwner || o.IsRestricted || o.IsBot {
		t.Errorf("roles of an admin: %+v", o)
	}
	if o.TZ != "Asia/Kolkata" || o.TZOffset != 19800 {
		t.Errorf("zone %s, offset %d", o.TZ, o.TZOffset)
	}
	if o.Profile.FirstName != "Ada" || o.Profile.LastName != "King Lovelace" {
		t.Errorf("names %q, %q", o.Profile.FirstName, o.Profile.LastName)
	}
	if o.Color != colorOf("U0123456789") || len(o.Profile.AvatarHash) != 12 {
		t.Errorf("color %s, avatar hash %s", o.Color, o.Profile.AvatarHash)
	}
}

func TestUserObjectOfGuestsAndStrangeZones(t *testing.T) {
	guest := User{Name: "guest", Role: SingleGuest, TimeZone: "Nowhere/Land"}.Object()
	if !guest.IsRestricted || !guest.IsUltraRestricted {
		t.Errorf("a single-channel guest is restricted both ways: %+v", guest)
	}
	if guest.TZ != "UTC" || guest.TZOffset != 0 || guest.RealName != "guest" {
		t.Errorf("zone %s, offset %d, real name %q", guest.TZ, guest.TZOffset, guest.RealName)
	}
}

func TestBotObjects(t *testing.T) {
	b := Bot{ID: "B1", Workspace: "T1", User: "U1", App: "A1", Name: "robot", UpdatedMS: 5_000}
	if got := strings.Join(keysOf(t, b.Object()), " "); got != "app_id deleted icons id name updated user_id" {
		t.Errorf("bot has %s", got)
	}
	if got := strings.Join(keysOf(t, b.Profile()), " "); got != "app_id deleted icons id name team_id updated" {
		t.Errorf("bot_profile has %s", got)
	}
}
