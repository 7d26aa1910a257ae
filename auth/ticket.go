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
	// maxTicket bounds what is decoded; none is as long.
	maxTicket = 1 << 10
	// maxUsedTickets bounds the memory of redeemed tickets: 30 s of 8,000 a second.
	maxUsedTickets = 240_000
)

// ticket is what the text of a ticket says. It is signed, so that it needs no
// memory until it is redeemed, and any node can redeem it.
type ticket struct {
	Nonce     string           `json:"n"`
	Expires   int64            `json:"e"` // milliseconds since 1970
	Workspace chat.WorkspaceID `json:"w"`
	User      chat.UserID      `json:"u"`
	TokenID   string           `json:"t"`
}

// NewTicket makes the ticket that rtm.connect hands out: it stands for the
// caller once, within 30 s.
func (s *Service) NewTicket(_ context.Context, c chat.Caller) (string, error) {
	body, err := json.Marshal(ticket{
		Nonce:     rand.Text(),
		Expires:   chat.Now().Add(ticketLife).UnixMilli(),
		Workspace: c.Workspace,
		User:      c.User,
		TokenID:   c.TokenID,
	})
	if err != nil {
		return "", fmt.Errorf("encode a ticket: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(body), body...)), nil
}

// RedeemTicket gives the caller that a ticket stands for, as they are now: what
// was revoked since opens no socket. Unauthenticated for a ticket that is forged,
// too old or used; else as for the token.
func (s *Service) RedeemTicket(ctx context.Context, text string) (chat.Caller, error) {
	t, ok := s.open(text)
	if !ok || !s.used.add(t.Nonce, time.UnixMilli(t.Expires), chat.Now()) {
		s.metrics.refused.Inc()
		return chat.Caller{}, errUsedTicket
	}
	a, err := s.answerOf(ctx, t)
	if err != nil {
		return chat.Caller{}, err
	}
	if a.err != nil {
		return chat.Caller{}, a.err
	}
	s.metrics.tickets.Inc()
	return a.caller, nil
}

// answerOf is what is known of a ticket's token: mostly what rtm.connect has
// just asked for.
func (s *Service) answerOf(ctx context.Context, t ticket) (answer, error) {
	if cached, ok := s.cache.byID(person{t.Workspace, t.User}, t.TokenID, time.Now()); ok {
		s.metrics.hits.Inc()
		return cached, nil
	}
	s.metrics.misses.Inc()
	a, err := s.lookByID(ctx, t.Workspace, t.TokenID)
	if !final(err) {
		return answer{}, err
	}
	a.err = err
	return a, nil
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
