package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"taut/chat"
)

const (
	ticketLife = 30 * time.Second
	// maxTicket bounds what is decoded: one of a caller with many scopes has 2 KiB.
	maxTicket = 8 << 10
	// maxUsedTickets bounds the memory of redeemed tickets: 30 s of 8,000 a second.
	maxUsedTickets = 240_000
)

// ticket is what the text of a ticket says. It is signed, so that it needs no
// memory until it is redeemed, and any node can redeem it.
type ticket struct {
	Nonce   string      `json:"n"`
	Expires int64       `json:"e"` // milliseconds since 1970
	Caller  chat.Caller `json:"c"`
}

// NewTicket makes the ticket that rtm.connect hands out: it stands for the
// caller once, within 30 s.
func (s *Service) NewTicket(_ context.Context, c chat.Caller) (string, error) {
	c.Scopes = shorten(c.TokenType, c.Scopes)
	body, err := json.Marshal(ticket{
		Nonce:   rand.Text(),
		Expires: chat.Now().Add(ticketLife).UnixMilli(),
		Caller:  c,
	})
	if err != nil {
		return "", fmt.Errorf("encode a ticket: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(body), body...)), nil
}

// RedeemTicket gives the caller that a ticket stands for, with the role that
// the user has now. Unauthenticated for a ticket that is forged, too old or
// used; Inactive as for a token.
func (s *Service) RedeemTicket(ctx context.Context, text string) (chat.Caller, error) {
	t, ok := s.open(text)
	if !ok || !s.used.add(t.Nonce, time.UnixMilli(t.Expires), chat.Now()) {
		s.metrics.refused.Inc()
		return chat.Caller{}, errUsedTicket
	}
	c := t.Caller
	u, err := s.activeUser(ctx, c.Workspace, c.User)
	if err != nil {
		return chat.Caller{}, err
	}
	// What was revoked since opens no socket.
	if token, err := s.store.Workspace(c.Workspace).TokenByID(ctx, c.TokenID); err != nil || token.Revoked {
		if err == nil || chat.CodeOf(err) == chat.NotFound {
			return chat.Caller{}, errRevoked
		}
		return chat.Caller{}, fmt.Errorf("look up a ticket's token: %w", err)
	}
	s.metrics.tickets.Inc()
	c.Role = u.Role
	c.Scopes = expand(c.TokenType, c.Scopes)
	return c, nil
}

var errUsedTicket = chat.NewError(chat.Unauthenticated, "ticket")

func (s *Service) sign(body []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(body)
	return mac.Sum(nil)
}

func (s *Service) open(text string) (t ticket, ok bool) {
	if len(text) > maxTicket {
		return t, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < sha256.Size {
		return t, false
	}
	signature, body := raw[:sha256.Size], raw[sha256.Size:]
	if !hmac.Equal(signature, s.sign(body)) || json.Unmarshal(body, &t) != nil {
		return t, false
	}
	return t, chat.Now().UnixMilli() < t.Expires
}

// usedTickets remembers what was redeemed, until it would be too old anyway.
// Full, it refuses: a ticket is never good twice, and rtm.connect can be asked
// again.
type usedTickets struct {
	max int

	mu      sync.Mutex
	expires map[string]time.Time
	sweepAt time.Time
}

func newUsedTickets(max int) *usedTickets {
	return &usedTickets{max: max, expires: map[string]time.Time{}}
}

// add tells whether nonce is new, and remembers it.
func (u *usedTickets) add(nonce string, expires, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if now.After(u.sweepAt) {
		u.sweep(now)
	}
	if _, used := u.expires[nonce]; used || len(u.expires) >= u.max {
		return false
	}
	u.expires[nonce] = expires
	return true
}

// sweep drops the old ones, at most once a second.
func (u *usedTickets) sweep(now time.Time) {
	for nonce, expires := range u.expires {
		if now.After(expires) {
			delete(u.expires, nonce)
		}
	}
	u.sweepAt = now.Add(time.Second)
}
