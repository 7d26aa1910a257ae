package webapi

import (
	"fmt"
	"strings"
	"testing"
)

func init() {
	for path, types := range map[string]string{"channels[]": "string", "inviter": "string", "date_expire": "number"} {
		addedKeys = append(addedKeys, struct{ shape, path, types, why string }{"account.invitation", path, types, "of our own"})
	}
	for _, path := range []string{"first", "code_required"} {
		addedKeys = append(addedKeys, struct{ shape, path, types, why string }{"account.setupInfo", path, "bool", "of our own"})
	}
}

var _ = callsOf(func(t *testing.T, w *world) []shapeCall {
	return []shapeCall{{person{}, "account.setupInfo", nil}}
})

// What a method of manage.* doesn't know is refused by its name: a guest who is
// meant must not become a member.
func TestManageRefusesUnknownArguments(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	for wrong, args := range map[string][]any{
		"type":        {"type", "guest", "channels", a.public},
		"channel_ids": {"role", "guest", "channel_ids", a.public},
	} {
		got := w.call(t, a.owner, "manage.invites.create", args...)
		if got["error"] != "invalid_arguments" || !strings.Contains(fmt.Sprint(got.at("response_metadata.messages")), "unknown argument: "+wrong) {
			t.Errorf("%v: %v", args, got)
		}
	}
	got := w.call(t, a.owner, "manage.invites.create", "channels", a.public)
	if got["error"] != "invalid_arguments" || !strings.Contains(fmt.Sprint(got.at("response_metadata.messages")), "role=guest") {
		t.Errorf("channels of nobody's: %v", got)
	}
	w.fails(t, "invalid_arguments", a.owner, "manage.users.deactivate", "user", a.ada.id, "reason", "x")
	w.ok(t, a.owner, "manage.usage", "team_id", a.workspace.ID, "cursor", "x", "limit", 5, "_x_reason", "sdk")
	for name := range manageOptional {
		if w.server.table[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
}

// Channels may be named as chat.postMessage takes them, and are found by no other
// means: not those of another workspace, nor what the caller doesn't see.
func TestManageTakesChannelNames(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	name := w.ok(t, a.owner, "conversations.info", "channel", a.public).text("channel.name")
	hidden := w.ok(t, a.bob, "conversations.info", "channel", a.secret).text("channel.name")
	for _, by := range []string{name, "#" + name, string(a.public)} {
		if got := w.ok(t, a.owner, "manage.webhooks.create", "channel", by).text("webhook.channel"); got != string(a.public) {
			t.Errorf("%s is %s", by, got)
		}
		invite := w.ok(t, a.owner, "manage.invites.create", "role", "guest", "channels", by+","+string(a.public))
		if got := invite.at("invite.channels").([]any); len(got) != 1 || got[0] != string(a.public) {
			t.Errorf("%s is %v", by, got)
		}
		shown := w.browser().ok(t, "account.invitation", map[string]any{"code": codeOf(t, invite.text("invite.url"))})
		owner, err := a.bound.User(t.Context(), a.owner.id)
		must(t, err)
		if fmt.Sprint(shown["channels"]) != "["+name+"]" || shown["inviter"] != owner.RealName || shown["role"] != "guest" || shown["date_expire"].(float64) == 0 {
			t.Errorf("it is shown as %v", shown)
		}
	}
	for _, by := range []string{hidden, "#" + hidden, "nowhere"} {
		w.fails(t, "channel_not_found", a.owner, "manage.webhooks.create", "channel", by)
		w.fails(t, "channel_not_found", a.owner, "manage.invites.create", "role", "guest", "channels", by)
	}
}
