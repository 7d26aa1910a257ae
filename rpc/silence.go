package rpc

import (
	"sync"
	"time"
)

// asideFor is how long a node that stands still is passed over before one question
// tries it again.
const asideFor = 5 * time.Second

// silences note which nodes give no answers, so that not everybody waits for one that
// stands still: its connection is there, and nobody knows better before its lease ends.
type silences struct {
	mu sync.Mutex
	of map[silent]*hearing // guarded by mu
}

// silent is a node, or one of its methods, as others may need nothing that is stuck.
type silent struct{ node, method string }

type hearing struct {
	heard time.Time // when the last answer came
	until time.Time // nobody asks before; zero: nobody has to wait
}

// ask tells whether a node may be asked. Of those who find that its time is over one is
// told so, the others when it was answered.
func (s *silences) ask(node, method string) bool {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	both := s.both(node, method)
	for _, of := range both {
		if now.Before(of.until) {
			return false
		}
	}
	for _, of := range both {
		if !of.until.IsZero() {
			of.until = now.Add(asideFor)
		}
	}
	return true
}

// answered says that it speaks.
func (s *silences) answered(node, method string) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range s.both(node, method) {
		of.heard, of.until = now, time.Time{}
	}
}

// waited says that somebody who asked at a time waits no more. One that answered others
// meanwhile is slow, and not silent.
func (s *silences) waited(node, method string, since time.Time) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range s.both(node, method) {
		if !of.heard.After(since) {
			of.until = now.Add(asideFor)
		}
	}
}

// both are of the node and of the method. It is under mu.
func (s *silences) both(node, method string) (both [2]*hearing) {
	for i, key := range []silent{{node, ""}, {node, method}} {
		if s.of[key] == nil {
			s.of[key] = new(hearing)
		}
		both[i] = s.of[key]
	}
	return both
}
