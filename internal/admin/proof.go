package admin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Both sides prove that they know the door's secret, which itself never goes
// over the connection: whoever listens on the port of a server that was killed
// learns nothing. The client sends a nonce; the server answers with one of its
// own and a proof over both; then the client sends its request with a proof over
// the server's nonce and all of the request.

// scheme is that of the Authorization header: "Door NONCE PROOF".
const scheme = "Door"

// challenge is the server's answer to a knock.
type challenge struct {
	Nonce string `json:"nonce"`
	Proof string `json:"proof"`
}

func newNonce() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// prove is the proof of one side: over what is said, which may hold no newline
// but in the last part.
func prove(secret, side string, said ...string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(side + "\n" + strings.Join(said, "\n")))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func serverProof(secret, theirs, ours string) string { return prove(secret, "server", theirs, ours) }

func clientProof(secret, nonce, method, path string, body []byte) string {
	return prove(secret, "client", nonce, method, path, string(body))
}

func same(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

const (
	nonceLife = time.Minute
	maxNonces = 256
)

// nonces are those that the server gave out; each is good for one request.
type nonces struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func newNonces() *nonces { return &nonces{until: map[string]time.Time{}} }

// issue makes one. With too many out, any of them goes: their owners knock again.
func (n *nonces) issue(now time.Time) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	for nonce, until := range n.until {
		if len(n.until) >= maxNonces || now.After(until) {
			delete(n.until, nonce)
		}
	}
	nonce := newNonce()
	n.until[nonce] = now.Add(nonceLife)
	return nonce
}

func (n *nonces) redeem(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	until, ok := n.until[nonce]
	delete(n.until, nonce)
	return ok && now.Before(until)
}

// authorization takes the header apart.
func authorization(r *http.Request) (nonce, proof string, ok bool) {
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), scheme+" ")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, " ")
}
