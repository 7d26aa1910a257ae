package webapi

import "testing"

func TestTeamInfo(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.eve, "team.info")
	wantKeys(t, got, "team", "avatar_base_url domain email_domain icon icon.image_102 icon.image_132 icon.image_230 icon.image_34 icon.image_44 "+
		"icon.image_68 icon.image_88 icon.image_default id is_verified name url")
	if got.text("team.domain") != "acme" || got.text("team.url") != "https://taut.example/" {
		t.Errorf("the team is %v", got)
	}
	w.ok(t, a.eve, "team.info", "team", a.workspace.ID, "domain", "acme")
	w.fails(t, "team_not_found", a.eve, "team.info", "team", w.other.workspace.ID)
	w.fails(t, "team_not_found", a.eve, "team.info", "domain", "other")
}

func TestEmojiList(t *testing.T) {
	w := newWorld(t)
	got := w.ok(t, w.acme.robot, "emoji.list")
	if emoji, ok := got["emoji"].(map[string]any); !ok || len(emoji) > 0 || got.text("cache_ts") == "" {
		t.Errorf("got %v", got)
	}
}

func TestBotsInfo(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.eve, "bots.info", "bot", a.robot.bot)
	wantKeys(t, got, "bot", "app_id deleted icons icons.image_36 icons.image_48 icons.image_72 id name updated user_id")
	w.ok(t, a.eve, "bots.info")
	w.fails(t, "bot_not_found", a.eve, "bots.info", "bot", w.other.robot.bot)
	w.fails(t, "bot_not_found", a.guest, "bots.info", "bot", a.robot.bot)
	_, err := a.bound.Join(t.Context(), a.public, a.guest.id, a.ada.id)
	must(t, err)
	w.ok(t, a.guest, "bots.info", "bot", a.robot.bot)
}

func TestPrefs(t *testing.T) {
	w := newWorld(t)
	a := w.acme
	got := w.ok(t, a.eve, "users.prefs.get")
	if muted, ok := got.at("prefs.muted_channels").(string); !ok || muted != "" {
		t.Errorf("muted_channels is %v", got.at("prefs.muted_channels"))
	}
	must(t, a.bound.SetPref(t.Context(), a.eve.id, "muted_channels", []byte(`"`+string(a.public)+`"`)))
	if got := w.ok(t, a.eve, "users.prefs.get"); got.text("prefs.muted_channels") != string(a.public) {
		t.Errorf("after a change: %v", got)
	}
}
