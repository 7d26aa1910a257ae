package gateway

import (
	"sync"

	"taut/chat"
)

const (
	// maxOwed is how many bytes of answers a client may leave unread before its
	// own frames are read no further.
	maxOwed = 64 << 10
	// maxControl ends a socket that owes more: what comes without a frame of its
	// own, and the many answers of one frame, can't wait.
	maxControl = 1 << 20
	// maxHanded is how many of one socket's frames may be in its shard's inbox,
	// so that no socket fills it.
	maxHanded = 16
)

// flow holds a reader back while its client doesn't take the answers, or its
// shard has not come to the frames before. So a flood waits in the flooder's
// own connection. Events are not part of it: they have the log to wait in.
type flow struct {
	mu     sync.Mutex
	room   sync.Cond
	owed   int // bytes that can't be had again, queued or being written
	handed int // commands in the inbox
	ended  bool
}

// wait returns when the reader may read on.
func (f *flow) wait() {
	f.mu.Lock()
	for (f.owed > maxOwed || f.handed >= maxHanded) && !f.ended {
		f.room.Wait()
	}
	f.mu.Unlock()
}

// owe counts a frame in. False: too many are unread.
func (f *flow) owe(n int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.owed += n
	return f.owed <= maxControl
}

// pay counts frames off that were written.
func (f *flow) pay(n int) {
	if n > 0 {
		f.change(func() { f.owed -= n })
	}
}

func (f *flow) handOver() { f.change(func() { f.handed++ }) }
func (f *flow) handled()  { f.change(func() { f.handed-- }) }
func (f *flow) end()      { f.change(func() { f.ended = true }) }

func (f *flow) change(do func()) {
	f.mu.Lock()
	do()
	f.room.Signal() // the reader is the only one to wait
	f.mu.Unlock()
}

// hand takes what the client asked for to the shard.
func (s *session) hand(i item) {
	s.flow.handOver()
	s.shard.inbox.command(&handed{s, i})
}

// handed is a command that counts as its socket's until the shard has done it.
type handed struct {
	session *session
	item    item
}

func (h *handed) do(sh *shard) {
	h.session.flow.handled()
	h.item.do(sh)
}

const (
	framesPerSecond = 100
	frameBurst      = 200
	// frameDebt is how many frames beyond are refused before the socket is closed.
	frameDebt = 400

	typingPerSecond = 5
	typingBurst     = 10
)

// pace is a bucket of tokens that may go into debt. Its zero value is full.
type pace struct {
	left float64
	at   int64 // milliseconds
}

// take takes n tokens and tells how many are left, negative where there were too
// few.
func (p *pace) take(n, rate, burst float64) float64 {
	now := chat.Now().UnixMilli()
	since := max(now-p.at, 0) // a clock that was set back takes nothing
	p.left = min(p.left+float64(since)/1000*rate, burst) - n
	p.at = now
	return p.left
}

// count takes a frame's tokens; fault where the client has overdone it for too
// long.
func (s *session) count(n float64) (within bool, err error) {
	left := s.frames.take(n, framesPerSecond, frameBurst)
	if left < -frameDebt {
		return false, fault{tooFast}
	}
	return left >= 0, nil
}
