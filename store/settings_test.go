package store

import (
	"encoding/json"
	"testing"

	"taut/chat"
)

func TestSettings(t *testing.T) {
	s := openStore(t)
	tm, other := newTeam(t, s, "acme"), newTeam(t, s, "other")
	by := Actor{User: tm.owner.ID, Address: "192.0.2.1"}
	set := func(update func(*chat.Settings) error) {
		t.Helper()
		_, err := tm.SetSettings(t.Context(), by, update)
		tm.must(err)
	}
	set(func(s *chat.Settings) error {
		s.EditMinutes = 5
		s.Allow = map[chat.Act]chat.Role{chat.AddEmoji: chat.Admin}
		return nil
	})
	set(func(s *chat.Settings) error { s.EditMinutes = 0; return nil })
	set(func(*chat.Settings) error { return nil }) // changes nothing and tells nothing
	_, err := tm.SetSettings(t.Context(), by, func(s *chat.Settings) error {
		s.EditMinutes = 7
		return chat.NewError(chat.Invalid, "x")
	})
	tm.want(err, chat.Invalid, "x")

	got, err := tm.Settings(t.Context())
	tm.must(err)
	if got.EditMinutes != 0 || got.Allows(chat.Member, chat.AddEmoji) || !got.Allows(chat.Admin, chat.AddEmoji) {
		t.Errorf("the settings are %+v", got)
	}
	if others, err := other.Settings(t.Context()); err != nil || others.Allow != nil {
		t.Errorf("another workspace has %+v, %v", others, err)
	}
	told := map[string]int{}
	for _, e := range tm.events(tm.id.Directory()) {
		if e.Type == "team_pref_change" {
			var p struct{ Name string }
			tm.must(json.Unmarshal(e.Payload, &p))
			told[p.Name]++
		}
	}
	if told["allow"] != 1 || told["edit_minutes"] != 2 || len(told) != 2 {
		t.Errorf("told of %v", told)
	}
}

func TestAudit(t *testing.T) {
	s := openStore(t)
	tm, other := newTeam(t, s, "acme"), newTeam(t, s, "other")
	for _, action := range []string{"one", "two", "three"} {
		tm.must(tm.Audit(t.Context(), AuditEntry{Actor: Actor{User: tm.owner.ID, Address: "192.0.2.1"}, Action: action, Target: "U1", Detail: map[string]string{"a": "b"}}))
	}
	tm.must(tm.Audit(t.Context(), AuditEntry{Action: "operator's"}))
	page, next, err := tm.AuditLog(t.Context(), AuditQuery{Actor: tm.owner.ID, Limit: 2})
	tm.must(err)
	if len(page) != 2 || page[0].Action != "three" || page[1].Action != "two" || page[0].Detail["a"] != "b" || page[0].AtMS == 0 {
		t.Fatalf("the first page is %+v", page)
	}
	page, next, err = tm.AuditLog(t.Context(), AuditQuery{Actor: tm.owner.ID, Limit: 2, Before: next})
	tm.must(err)
	if len(page) != 1 || page[0].Action != "one" || next != 0 {
		t.Errorf("the second page is %+v, next %d", page, next)
	}
	if found, _, err := tm.AuditLog(t.Context(), AuditQuery{Action: "operator's"}); err != nil || len(found) != 1 {
		t.Errorf("by action: %+v, %v", found, err)
	}
	if found, _, err := other.AuditLog(t.Context(), AuditQuery{}); err != nil || len(found) != 0 {
		t.Errorf("another workspace sees %+v, %v", found, err)
	}
}
