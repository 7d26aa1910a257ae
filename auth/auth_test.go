package auth

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/store"
)

// house is a store with one workspace and a service that follows its commits.
type house struct {
	*Service
	store     *store.Store
	counted   *prometheus.Registry // the store's metrics
	workspace chat.Workspace
	owner     chat.User
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{counted: prometheus.NewRegistry()}
	s, err := store.Open(t.Context(), store.Options{
		Data:    t.TempDir(),
		Log:     slog.New(slog.DiscardHandler),
		Metrics: h.counted,
		Committed: func(events []chat.Event) {
			if h.Service != nil {
				h.Follow(events)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h.store = s
	h.workspace, h.owner, err = s.CreateWorkspace(t.Context(), store.NewWorkspace{
		Domain: "acme", Name: "Acme", Owner: store.NewUser{Name: "owner", Email: "owner@acme.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if h.Service, err = New(t.Context(), s, prometheus.NewRegistry()); err != nil {
		t.Fatal(err)
	}
	return h
}

// token makes and keeps a token of the owner.
func (h *house) token(t *testing.T, scopes ...string) string {
	t.Helper()
	text, err := NewToken(chat.UserToken, h.workspace.ID, h.owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.store.Workspace(h.workspace.ID).CreateToken(t.Context(), store.NewToken{
		Hash: HashToken(text), Type: chat.UserToken, User: h.owner.ID, Scopes: scopes,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (h *house) update(t *testing.T, change func(*chat.User)) {
	t.Helper()
	_, err := h.store.Workspace(h.workspace.ID).UpdateUser(t.Context(), h.owner.ID, func(u *chat.User) error {
		change(u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTokenTexts(t *testing.T) {
	w, u, a := chat.WorkspaceID(chat.NewID("T")), chat.UserID(chat.NewID("U")), chat.AppID(chat.NewID("A"))
	slack := regexp.MustCompile(`^xo\w\w(-\d+){3}-[0-9a-f]+$`)
	for _, kind := range []chat.TokenType{chat.UserToken, chat.BotToken} {
		text, err := NewToken(kind, w, u)
		if err != nil || !slack.MatchString(text) || !strings.HasPrefix(text, string(kind)+"-") {
			t.Errorf("%s token %q, %v", kind, text, err)
		}
		if got, ok := workspaceOf(text); !ok || got != w {
			t.Errorf("%q names workspace %q, want %s", text, got, w)
		}
		if len(text) > maxTokenLength {
			t.Errorf("%q is longer than the limit", text)
		}
	}
	text, err := NewAppToken(w, a)
	if err != nil || !strings.HasPrefix(text, "xapp-1-"+string(a)+"-") {
		t.Errorf("app token %q, %v", text, err)
	}
	if got, ok := workspaceOf(text); !ok || got != w {
		t.Errorf("%q names workspace %q, want %s", text, got, w)
	}
	if _, err := NewToken(chat.UserToken, "T1", u); err == nil {
		t.Error("a token for a malformed workspace")
	}
}

func TestAuthenticate(t *testing.T) {
	h := newHouse(t)
	token := h.token(t, "chat:write")
	for range 2 { // from the store, then from the cache
		c, err := h.Authenticate(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if c.Workspace != h.workspace.ID || c.User != h.owner.ID || c.Role != chat.PrimaryOwner ||
			c.TokenType != chat.UserToken || len(c.Scopes) != 1 || c.TokenID == "" {
			t.Errorf("caller %+v", c)
		}
		if strings.Contains(token, c.TokenID) {
			t.Error("the token's id is a part of its text")
		}
	}
}

func TestEveryScope(t *testing.T) {
	h := newHouse(t)
	c, err := h.Authenticate(t.Context(), h.token(t, EveryScope))
	if err != nil || len(c.Scopes) != len(userScopes) {
		t.Errorf("%d scopes, %v; want %d", len(c.Scopes), err, len(userScopes))
	}
}

func TestRefusals(t *testing.T) {
	h := newHouse(t)
	token := h.token(t)
	other := chat.FormatID("T", 42)
	elsewhere, err := NewToken(chat.UserToken, chat.WorkspaceID(other), h.owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "x", "xoxp-", "xoxp-1-2-3-abc", "xoxp-99999999999999999999-1-1-a", "xoxz" + token[4:],
		token + "0", strings.ToUpper(token), strings.Repeat("x", 10_000), elsewhere, "xoxp--1-2-3-a",
	} {
		if c, err := h.Authenticate(t.Context(), text); chat.CodeOf(err) != chat.Unauthenticated {
			t.Errorf("%.60q: %+v, %v; want unauthenticated", text, c, err)
		}
	}
}

func TestChangesOfTheUserAreSeenAtOnce(t *testing.T) {
	h := newHouse(t)
	token := h.token(t)
	if _, err := h.Authenticate(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	h.update(t, func(u *chat.User) { u.Role = chat.Guest })
	if c, err := h.Authenticate(t.Context(), token); err != nil || c.Role != chat.Guest {
		t.Errorf("after a change of role: %s, %v", c.Role, err)
	}
	h.update(t, func(u *chat.User) { u.Deleted = true })
	if _, err := h.Authenticate(t.Context(), token); chat.CodeOf(err) != chat.Inactive {
		t.Errorf("after deactivation: %v", err)
	}
}

func TestRevokedTokenIsUnknown(t *testing.T) {
	h := newHouse(t)
	token := h.token(t)
	if _, err := h.Authenticate(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := h.store.Workspace(h.workspace.ID).RevokeToken(t.Context(), HashToken(token)); err != nil {
		t.Fatal(err)
	}
	h.Forget(h.workspace.ID, h.owner.ID)
	if _, err := h.Authenticate(t.Context(), token); chat.CodeOf(err) != chat.Unauthenticated {
		t.Errorf("after revocation: %v", err)
	}
}

func TestFailureOfTheStoreIsNoAnswer(t *testing.T) {
	h := newHouse(t)
	token := h.token(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Authenticate(ctx, token); err == nil || chat.CodeOf(err) == chat.Unauthenticated {
		t.Errorf("with a cancelled context: %v", err)
	}
	if _, err := h.Authenticate(t.Context(), token); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestTicket(t *testing.T) {
	h := newHouse(t)
	want, err := h.Authenticate(t.Context(), h.token(t, EveryScope))
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := h.NewTicket(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	if len(ticket) > 600 || regexp.MustCompile(`[^A-Za-z0-9_-]`).MatchString(ticket) {
		t.Errorf("ticket %q is long or not fit for a URL", ticket)
	}
	h.update(t, func(u *chat.User) { u.Role = chat.Admin })
	got, err := h.RedeemTicket(t.Context(), ticket)
	if err != nil || got.User != want.User || got.TokenID != want.TokenID || got.Role != chat.Admin || len(got.Scopes) != len(want.Scopes) {
		t.Errorf("redeemed %+v, %v", got, err)
	}
	if _, err := h.RedeemTicket(t.Context(), ticket); chat.CodeOf(err) != chat.Unauthenticated {
		t.Errorf("the second time: %v", err)
	}
}

func TestTicketIsRefusedForgedOrOld(t *testing.T) {
	h := newHouse(t)
	caller, err := h.Authenticate(t.Context(), h.token(t, EveryScope))
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := h.NewTicket(t.Context(), caller)
	if err != nil {
		t.Fatal(err)
	}
	last := "A"
	if strings.HasSuffix(ticket, last) {
		last = "g"
	}
	for _, forged := range []string{"", "A", ticket[:20], ticket[:len(ticket)-1] + last, "A" + ticket, strings.Repeat("A", 10_000)} {
		if _, err := h.RedeemTicket(t.Context(), forged); chat.CodeOf(err) != chat.Unauthenticated {
			t.Errorf("%.40q: %v", forged, err)
		}
	}
	h.update(t, func(u *chat.User) { u.Deleted = true })
	if _, err := h.RedeemTicket(t.Context(), ticket); chat.CodeOf(err) != chat.Inactive {
		t.Errorf("of a deactivated user: %v", err)
	}
}

func TestUsedTicketsAreBoundedAndForgotten(t *testing.T) {
	u := newUsedTickets(2)
	now := time.Unix(1_700_000_000, 0)
	for nonce, want := range map[string]bool{"a": true, "b": true} {
		if got := u.add(nonce, now.Add(ticketLife), now); got != want {
			t.Errorf("%s: %v", nonce, got)
		}
	}
	if u.add("a", now.Add(ticketLife), now) {
		t.Error("a used nonce is good again")
	}
	if u.add("c", now.Add(ticketLife), now) {
		t.Error("there is room beyond the limit")
	}
	later := now.Add(ticketLife + 2*time.Second)
	if !u.add("c", later.Add(ticketLife), later) || len(u.expires) != 1 {
		t.Errorf("old ones are kept: %v", u.expires)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(3)
	now := time.Now()
	for i := range byte(10) {
		c.put(tokenHash{i}, answer{of: person{user: "U"}, expires: now.Add(time.Hour)}, 0)
	}
	if len(c.answers) != 3 || len(c.byUser[person{user: "U"}]) != 3 {
		t.Errorf("%d answers, %d of the user; want 3", len(c.answers), len(c.byUser[person{user: "U"}]))
	}
}

func TestCacheForgets(t *testing.T) {
	c := newCache(10)
	now := time.Now()
	ada, bob := person{"T", "UADA"}, person{"T", "UBOB"}
	put := func(i byte, p person) {
		_, generation, _ := c.get(tokenHash{i}, now)
		c.put(tokenHash{i}, answer{of: p, expires: now.Add(time.Minute)}, generation)
	}
	put(1, ada)
	put(2, ada)
	put(3, bob)
	_, before, _ := c.get(tokenHash{4}, now)
	c.forget(ada)
	for i, want := range map[byte]bool{1: false, 2: false, 3: true} {
		if _, _, ok := c.get(tokenHash{i}, now); ok != want {
			t.Errorf("entry %d: %v, want %v", i, ok, want)
		}
	}
	// What was read before the forget must not come back after it.
	c.put(tokenHash{4}, answer{expires: now.Add(time.Minute)}, before)
	if _, _, ok := c.get(tokenHash{4}, now); ok {
		t.Error("an answer of before the forget was put in")
	}
	if _, _, ok := c.get(tokenHash{3}, now.Add(2*time.Minute)); ok {
		t.Error("an expired answer is believed")
	}
}

func TestPasswords(t *testing.T) {
	hash, err := HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	again, err := HashPassword("correct horse")
	if err != nil || again == hash {
		t.Errorf("two hashes of a password are the same, %v", err)
	}
	if !CheckPassword(hash, "correct horse") {
		t.Error("the password does not match its hash")
	}
	for _, wrong := range []string{"", "Correct horse", "correct horse ", strings.Repeat("x", 2000)} {
		if CheckPassword(hash, wrong) {
			t.Errorf("%.20q matches", wrong)
		}
	}
	for _, bad := range []string{"", "x", "$argon2id$v=19$m=4294967295,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$"} {
		if CheckPassword(bad, "") {
			t.Errorf("hash %q matches", bad)
		}
	}
	if _, err := HashPassword(""); err == nil {
		t.Error("an empty password has a hash")
	}
}

func FuzzAuthenticateText(f *testing.F) {
	f.Add("xoxp-1-2-3-abc")
	f.Add("xapp-1-A0000000001-12-abc")
	f.Fuzz(func(t *testing.T, text string) {
		if w, ok := workspaceOf(text); ok && !chat.ValidID(string(w), "T") {
			t.Errorf("%q names workspace %q", text, w)
		}
	})
}
