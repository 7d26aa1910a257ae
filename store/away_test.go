package store

import (
	"context"
	"encoding/json"
	"testing"

	"taut/chat"
)

func TestSetAway(t *testing.T) {
	s := openStore(t)
	ctx := context.Background()
	info, owner, err := s.CreateWorkspace(ctx, NewWorkspace{Domain: "acme", Name: "Acme", Owner: NewUser{Name: "owner"}})
	if err != nil {
		t.Fatal(err)
	}
	w := s.Workspace(info.ID)
	for _, away := range []bool{true, true, false} {
		if err := w.SetAway(ctx, owner.ID, away); err != nil {
			t.Fatal(err)
		}
		if snapshot, err := w.Memberships(ctx, owner.ID); err != nil || snapshot.Away != away {
			t.Fatalf("a socket that opens now begins with away %v (%v), want %v", snapshot.Away, err, away)
		}
		if u, err := w.User(ctx, owner.ID); err != nil || u.Away != away {
			t.Errorf("away is %v (%v), want %v", u.Away, err, away)
		}
	}
	page, err := s.Read(ctx, chat.ReadRequest{Stream: info.ID.User(owner.ID), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range page.Events {
		var payload struct{ Type, Presence string }
		if err := json.Unmarshal(e.Payload, &payload); err != nil {
			t.Fatal(err)
		}
		if payload.Type == "manual_presence_change" {
			told = append(told, payload.Presence)
		}
	}
	if len(told) != 2 || told[0] != "away" || told[1] != "active" {
		t.Errorf("the devices were told %v", told)
	}
	if err := w.SetAway(ctx, "U0000000000", true); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("of nobody: %v", err)
	}
}
