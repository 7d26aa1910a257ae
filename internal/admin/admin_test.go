package admin

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{
		Data: t.TempDir(), Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// behindDoor serves a store as a running server does, and gives a client of it.
func behindDoor(t *testing.T, s *store.Store) *Client {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	folder := t.TempDir()
	door := NewDoor(server.Listener.Addr(), server.Listener.Addr(), server.URL)
	Serve(mux, Local{Store: s}, door.Secret, slog.New(slog.DiscardHandler))
	if err := door.Write(folder); err != nil {
		t.Fatal(err)
	}
	read, err := ReadDoor(folder)
	if err != nil || read != door {
		t.Fatalf("the door reads %+v, %v; want %+v", read, err, door)
	}
	info, err := os.Stat(filepath.Join(folder, doorFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the door's mode is %v, %v", info.Mode(), err)
	}
	return NewClient(read)
}

// TestAdmin runs the same acts on the store itself and through the door.
func TestAdmin(t *testing.T) {
	for name, make := range map[string]func(*testing.T, *store.Store) Admin{
		"local":  func(_ *testing.T, s *store.Store) Admin { return Local{Store: s} },
		"client": func(t *testing.T, s *store.Store) Admin { return behindDoor(t, s) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			testAdmin(t, s, make(t, s))
		})
	}
}

func testAdmin(t *testing.T, s *store.Store, a Admin) {
	ctx := t.Context()
	if _, err := a.AddBot(ctx, NewBot{Name: "helper"}); chat.CodeOf(err) != chat.NotFound {
		t.Errorf("a bot without a workspace: %v", err)
	}
	owner, err := a.CreateWorkspace(ctx, NewWorkspace{Domain: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	ada, err := a.AddUser(ctx, NewUser{Name: "ada", Email: "ada@example.com", Role: chat.Admin})
	if err != nil {
		t.Fatal(err)
	}
	bot, err := a.AddBot(ctx, NewBot{Workspace: "acme", Name: "helper"})
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []struct {
		text string
		user chat.UserID
		role chat.Role
		kind chat.TokenType
	}{
		{owner.Token, owner.UserID, chat.PrimaryOwner, chat.UserToken},
		{ada.Token, ada.UserID, chat.Admin, chat.UserToken},
		{bot.Token, bot.UserID, chat.Member, chat.BotToken},
		{bot.AppToken, bot.UserID, chat.Member, chat.AppToken},
	} {
		c := authenticate(t, s, token.text)
		if c.User != token.user || c.Role != token.role || c.TokenType != token.kind || c.Workspace != owner.WorkspaceID {
			t.Errorf("%s… is the token of %+v, want %+v", token.text[:5], c, token)
		}
	}
	hash, err := s.Workspace(owner.WorkspaceID).PasswordHash(ctx, ada.UserID)
	if err != nil || !auth.CheckPassword(hash, ada.Password) {
		t.Errorf("the password that was shown is not ada's: %v", err)
	}
	for what, err := range map[string]error{
		"domain":    second(a.CreateWorkspace(ctx, NewWorkspace{Domain: "acme"})),
		"name":      second(a.AddUser(ctx, NewUser{Name: "ada", Email: "other@example.com"})),
		"email":     second(a.AddUser(ctx, NewUser{Name: "other", Email: "ada@example.com"})),
		"bad name":  second(a.AddUser(ctx, NewUser{Name: "Ada Lovelace"})),
		"bad role":  second(a.AddUser(ctx, NewUser{Name: "eve", Role: "king"})),
		"workspace": second(a.AddUser(ctx, NewUser{Workspace: "other", Name: "eve"})),
	} {
		if code := chat.CodeOf(err); code == "" || code == chat.Internal || code == chat.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func authenticate(t *testing.T, s *store.Store, token string) chat.Caller {
	t.Helper()
	service, err := auth.New(t.Context(), s, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	c, err := service.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOnlyWorkspaceNeedsNoName(t *testing.T) {
	l := Local{Store: open(t)}
	for _, domain := range []string{"acme", "other"} {
		if _, err := l.CreateWorkspace(t.Context(), NewWorkspace{Domain: domain}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.AddUser(t.Context(), NewUser{Name: "ada"}); chat.CodeOf(err) != chat.Invalid {
		t.Errorf("which of two workspaces: %v", err)
	}
}

func TestDoorWantsItsSecret(t *testing.T) {
	c := behindDoor(t, open(t))
	c.Door.Secret = "guessed"
	if _, err := c.CreateWorkspace(t.Context(), NewWorkspace{Domain: "acme"}); chat.CodeOf(err) != chat.Unauthenticated {
		t.Errorf("with a wrong secret: %v", err)
	}
	if c.Alive(t.Context()) {
		t.Error("another server's door counts as this one's")
	}
}

func TestDoorRefusesWhatItDoesNotKnow(t *testing.T) {
	c := behindDoor(t, open(t))
	for _, body := range []string{"", "{", `{"domian":"acme"}`, `{"domain":"` + strings.Repeat("a", maxBody) + `"}`} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+c.Door.Ops+"/admin/workspaces", bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		nonce, err := c.knock(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", scheme+" "+nonce+" "+clientProof(c.Door.Secret, nonce, r.Method, r.URL.Path, []byte(body)))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%.20q: %s", body, answer.Status)
		}
	}
}

func TestDoorOfAKilledServerIsDead(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	door := NewDoor(server.Listener.Addr(), server.Listener.Addr(), server.URL)
	server.Close()
	if NewClient(door).Alive(t.Context()) {
		t.Error("nobody listens, and it is alive")
	}
	folder := t.TempDir()
	if err := RemoveDoor(folder); err != nil {
		t.Errorf("removing what is not there: %v", err)
	}
}
