package auth

import (
	"crypto/sha256"
	"sync"
	"time"

	"taut/chat"
)

// How long an answer is believed, and how many are kept. An unknown token is
// remembered briefly, so that a client that keeps trying it costs no query
// each time, and its token works soon after it was made.
const (
	knownFor     = 60 * time.Second
	unknownFor   = 2 * time.Second
	cacheEntries = 65_536
)

type tokenHash [sha256.Size]byte

// answer is what the store said of a token: a caller or a refusal.
type answer struct {
	of      person // whose token it is; none where it is nobody's
	caller  chat.Caller
	err     error
	expires time.Time
	// session: the token is good with this cookie only.
	session bool
	cookie  tokenHash
}

type person struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

// cache is a bounded map of answers, which can forget all of a user's.
type cache struct {
	max int

	mu      sync.RWMutex
	answers map[tokenHash]answer
	byUser  map[person]map[tokenHash]struct{}
	// generation grows with each forget: what was read from the store before is
	// not put in after it.
	generation uint64
}

func newCache(max int) *cache {
	return &cache{max: max, answers: map[tokenHash]answer{}, byUser: map[person]map[tokenHash]struct{}{}}
}

// get finds an answer that may still be believed. Where there is none, the
// generation is what put wants with the answer that the store gives now.
func (c *cache) get(h tokenHash, now time.Time) (a answer, generation uint64, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	a, ok = c.answers[h]
	return a, c.generation, ok && now.Before(a.expires)
}

// byID is get for a token that is known by its owner and id.
func (c *cache) byID(p person, id string, now time.Time) (a answer, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for h := range c.byUser[p] {
		if a := c.answers[h]; a.caller.TokenID == id && now.Before(a.expires) {
			return a, true
		}
	}
	return answer{}, false
}

func (c *cache) put(h tokenHash, a answer, generation uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation != c.generation {
		return
	}
	c.remove(h)
	if len(c.answers) >= c.max {
		c.evict()
	}
	c.answers[h] = a
	if a.of == (person{}) {
		return
	}
	if c.byUser[a.of] == nil {
		c.byUser[a.of] = map[tokenHash]struct{}{}
	}
	c.byUser[a.of][h] = struct{}{}
}

// evict drops any one entry: the loser is read again.
func (c *cache) evict() {
	for h := range c.answers {
		c.remove(h)
		return
	}
}

func (c *cache) remove(h tokenHash) {
	a, ok := c.answers[h]
	if !ok {
		return
	}
	delete(c.answers, h)
	delete(c.byUser[a.of], h)
	if len(c.byUser[a.of]) == 0 {
		delete(c.byUser, a.of)
	}
}

// forget drops all that is known of a user.
func (c *cache) forget(p person) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	for h := range c.byUser[p] {
		delete(c.answers, h)
	}
	delete(c.byUser, p)
}

// forgetAll drops all that is known of a workspace's users.
func (c *cache) forgetAll(w chat.WorkspaceID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	for p, hashes := range c.byUser {
		if p.workspace != w {
			continue
		}
		for h := range hashes {
			delete(c.answers, h)
		}
		delete(c.byUser, p)
	}
}
