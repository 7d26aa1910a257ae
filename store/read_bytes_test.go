package store

import (
	"testing"

	"taut/chat"
)

// A page ends with the event that is beyond the reader's bytes, and the next one
// goes on there.
func TestPageBytes(t *testing.T) {
	s := openStore(t)
	info, owner, err := s.CreateWorkspace(t.Context(), NewWorkspace{Domain: "acme", Name: "Acme", Owner: NewUser{Name: "owner"}})
	if err != nil {
		t.Fatal(err)
	}
	w := s.Workspace(info.ID)
	for range 5 {
		for _, away := range []bool{true, false} {
			if err := w.SetAway(t.Context(), owner.ID, away); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := chat.ReadRequest{Stream: info.ID.User(owner.ID), Limit: 100}
	whole, err := s.Read(t.Context(), r)
	if err != nil || len(whole.Events) < 10 {
		t.Fatalf("%d events, %v", len(whole.Events), err)
	}
	r.Bytes = len(whole.Events[len(whole.Events)-1].Payload) + 1
	var n int
	for r.After < whole.Head {
		page, err := s.Read(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Events) > 4 {
			t.Fatalf("%d events in a page of %d bytes", len(page.Events), r.Bytes)
		}
		n += len(page.Events)
		r.After = page.Next
	}
	if n != len(whole.Events) {
		t.Errorf("%d events in small pages, %d in one", n, len(whole.Events))
	}
}
