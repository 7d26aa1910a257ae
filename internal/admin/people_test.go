package admin

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/auth"
	"taut/chat"
)

func TestPeople(t *testing.T) {
	s := open(t)
	a, ctx := behindDoor(t, s), t.Context()
	if _, err := a.CreateWorkspace(ctx, NewWorkspace{Domain: "acme"}); err != nil {
		t.Fatal(err)
	}
	for i := range peoplePage {
		if _, err := a.AddUser(ctx, NewUser{Name: fmt.Sprint("user", i)}); err != nil {
			t.Fatal(err)
		}
	}
	first, err := a.People(ctx, ListPeople{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.People(ctx, ListPeople{After: first.Next})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.People) != peoplePage || len(second.People) != 1 || second.Next != "" {
		t.Errorf("pages of %d and %d, and then %q", len(first.People), len(second.People), second.Next)
	}
}

func TestOffBoarding(t *testing.T) {
	s := open(t)
	a, ctx := behindDoor(t, s), t.Context()
	if _, err := a.CreateWorkspace(ctx, NewWorkspace{Domain: "acme"}); err != nil {
		t.Fatal(err)
	}
	ada, err := a.AddUser(ctx, NewUser{Name: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	bot, err := a.AddBot(ctx, NewBot{Name: "helper", RealName: "The Helper"})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := s.Workspace(bot.WorkspaceID).Bot(ctx, bot.BotID); err != nil || b.Name != "The Helper" {
		t.Errorf("the bot is %+v, %v", b, err)
	}
	account := Account{Name: "ada"}
	further, err := a.MakeToken(ctx, account)
	if err != nil || further.Token == ada.Token || authenticate(t, s, further.Token).User != ada.UserID {
		t.Errorf("a further token: %+v, %v", further, err)
	}
	botToken, err := a.MakeToken(ctx, Account{Name: "helper"})
	if err != nil || authenticate(t, s, botToken.Token).TokenType != chat.BotToken {
		t.Errorf("a bot's further token: %v", err)
	}
	p, err := a.SetActive(ctx, SetActive{account, false})
	if err != nil || p.Active || p.UserID != ada.UserID {
		t.Errorf("deactivated: %+v, %v", p, err)
	}
	service, err := auth.New(ctx, s, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Authenticate(ctx, ada.Token); chat.CodeOf(err) != chat.Inactive {
		t.Errorf("the token of a deactivated user: %v", err)
	}
	if _, err := a.MakeToken(ctx, account); chat.CodeOf(err) != chat.Inactive {
		t.Errorf("a token for a deactivated user: %v", err)
	}
	if _, err := a.SetActive(ctx, SetActive{account, true}); err != nil {
		t.Error(err)
	}
	refuse := func(why string, tokens ...string) {
		t.Helper()
		service, err := auth.New(ctx, s, prometheus.NewRegistry())
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range tokens {
			if _, err := service.Authenticate(ctx, text); chat.CodeOf(err) != chat.Unauthenticated {
				t.Errorf("%s: %v", why, err)
			}
		}
	}
	refuse("a token from before the deactivation", ada.Token, further.Token)
	fresh, err := a.MakeToken(ctx, account)
	if err != nil {
		t.Fatal(err)
	}
	authenticate(t, s, fresh.Token)
	// A deactivation that was cut off left the tokens.
	w := s.Workspace(ada.WorkspaceID)
	for _, deleted := range []bool{true, false} {
		if deleted {
			_, err = w.UpdateUser(ctx, ada.UserID, func(u *chat.User) error { u.Deleted = true; return nil })
		} else {
			_, err = a.SetActive(ctx, SetActive{account, true})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	refuse("a token that a deactivation left", fresh.Token)
	if _, err := a.SetActive(ctx, SetActive{Account{Name: "owner"}, false}); chat.CodeOf(err) != chat.Forbidden {
		t.Errorf("the primary owner: %v", err)
	}
}

func TestErrorsAreInPlainWords(t *testing.T) {
	s := open(t)
	for name, a := range map[string]Admin{"client": behindDoor(t, s), "local": Local{Store: s}} {
		ctx := t.Context()
		a.CreateWorkspace(ctx, NewWorkspace{Domain: "acme"})
		a.AddUser(ctx, NewUser{Workspace: "acme", Name: "grace", Email: "grace@example.com"})
		for want, err := range map[string]error{
			"the handle grace is taken":                     second(a.AddUser(ctx, NewUser{Workspace: "acme", Name: "grace", Email: "g@example.com"})),
			"the handle owner is taken":                     second(a.AddBot(ctx, NewBot{Workspace: "acme", Name: "owner"})),
			"the e-mail address grace@example.com is taken": second(a.AddUser(ctx, NewUser{Workspace: "acme", Name: "g", Email: "grace@example.com"})),
			"the domain acme is taken":                      second(a.CreateWorkspace(ctx, NewWorkspace{Domain: "acme"})),
			"there is no workspace with the domain nosuch":  second(a.AddBot(ctx, NewBot{Workspace: "nosuch", Name: "b"})),
			`"grace at home" is not an e-mail address`:      second(a.AddUser(ctx, NewUser{Workspace: "acme", Name: "g", Email: "grace at home"})),
			"acme has nobody with the handle eve":           second(a.MakeToken(ctx, Account{"acme", "eve"})),
		} {
			if err == nil || err.Error() != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
	}
}

func TestLogNamesWhoItWas(t *testing.T) {
	var log bytes.Buffer
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	door := NewDoor(server.Listener.Addr(), server.Listener.Addr(), server.URL)
	Serve(mux, Local{Store: open(t)}, door.Secret, slog.New(slog.NewTextHandler(&log, nil)))
	c, err := NewClient(door).CreateWorkspace(t.Context(), NewWorkspace{Domain: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	server.Close() // waits for the handler
	if want := fmt.Sprintf("workspace=%s user=%s", c.WorkspaceID, c.UserID); !strings.Contains(log.String(), want) {
		t.Errorf("the log is %s, want %s in it", log.String(), want)
	}
}
