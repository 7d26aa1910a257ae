package admin

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// Everybody without a password gets a link, and nobody else; asked again, the one
// of before is good no more, and who used theirs gets none.
func TestLinks(t *testing.T) {
	s := open(t)
	a, ctx := behindDoor(t, s), t.Context()
	acme, err := a.CreateWorkspace(ctx, NewWorkspace{Domain: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	w := s.Workspace(acme.WorkspaceID)
	for _, name := range []string{"ada", "bob", "gone"} {
		u, err := w.CreateUser(ctx, store.NewUser{Name: name, RealName: name, Email: name + "@example.org"})
		if err != nil {
			t.Fatal(err)
		}
		if name == "gone" {
			if _, err := a.SetActive(ctx, SetActive{Account{Workspace: "acme", Name: u.Name}, false}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := a.AddBot(ctx, NewBot{Name: "robot"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.MakeLinks(ctx, NewLinks{Days: 0}); chat.CodeOf(err) != chat.Invalid {
		t.Errorf("for no days: %v", err)
	}
	links := func() map[string]string {
		page, err := a.MakeLinks(ctx, NewLinks{Days: 3})
		if err != nil || page.Next != "" {
			t.Fatalf("%+v, %v", page, err)
		}
		codes := map[string]string{}
		for _, l := range page.Links {
			codes[l.Email] = strings.TrimPrefix(l.Path, "/reset#")
		}
		return codes
	}
	first, second := links(), links()
	if len(first) != 2 || len(second) != 2 {
		t.Fatalf("made %v and %v", first, second)
	}
	service, err := auth.New(ctx, s, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	const ada = "ada@example.org"
	if _, err := service.Reset(ctx, first[ada], "correct horse battery", ""); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("the link of before: %v", err)
	}
	if _, err := service.Reset(ctx, second[ada], "correct horse battery", ""); err != nil {
		t.Error(err)
	}
	if last := links(); len(last) != 1 || last["bob@example.org"] == "" {
		t.Errorf("made %v", last)
	}
}
