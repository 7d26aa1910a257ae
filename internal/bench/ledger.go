package bench

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// ledger knows of each member of each channel what they must see next: the
// n-th message of a channel carries n in its text, and one poster sends them
// in order, so everybody must see 0, 1, 2 …
type ledger struct {
	run     string
	latency histogram
	rooms   []roomLedger

	delivered  int64
	doubled    int64
	outOfOrder int64
	// complete is called when all members have the n-th message of a channel.
	complete func(channel int32, n int64, sent time.Time)
}

type roomLedger struct {
	next    map[int32]int64 // by user: what they must see next
	missing map[missed]bool
	counts  map[int64]int // by n: members that have it
	members int
	sent    int64 // messages sent; set when the posters are done
}

type missed struct {
	user int32
	n    int64
}

func newLedger(run string, p *population, connected func(user int32) bool) *ledger {
	l := &ledger{run: run, rooms: make([]roomLedger, len(p.channels))}
	for c, r := range p.channels {
		rl := roomLedger{next: make(map[int32]int64, len(r.members)), counts: map[int64]int{}}
		for _, m := range r.members {
			if connected(m) {
				rl.next[m] = 0
			}
		}
		rl.members = len(rl.next)
		l.rooms[c] = rl
	}
	return l
}

// text makes the n-th message of a channel.
func (l *ledger) text(channel int32, n int64, at time.Time) string {
	return fmt.Sprintf("tb %s %d %d %d the quick brown fox jumps over the lazy dog", l.run, channel, n, at.UnixNano())
}

var textMark = []byte(`"text":"tb `)

// see takes a frame that a user's socket got.
func (l *ledger) see(user int32, frame []byte, now time.Time) {
	i := bytes.Index(frame, textMark)
	if i < 0 {
		return
	}
	rest := frame[i+len(textMark):]
	run, rest := word(rest)
	if string(run) != l.run {
		return
	}
	channel, rest := number(rest)
	n, rest := number(rest)
	nanos, _ := number(rest)
	if channel < 0 || channel >= int64(len(l.rooms)) {
		return
	}
	sent := time.Unix(0, nanos)
	l.latency.add(now.Sub(sent))
	l.count(user, int32(channel), n, sent)
}

func (l *ledger) count(user, channel int32, n int64, sent time.Time) {
	r := &l.rooms[channel]
	next, member := r.next[user]
	switch {
	case !member:
		return
	case n < next && !r.missing[missed{user, n}]:
		l.doubled++
		return
	case n < next:
		delete(r.missing, missed{user, n})
		l.outOfOrder++
	default:
		for ; next < n; next++ {
			r.skip(user, next)
		}
		r.next[user] = n + 1
	}
	l.delivered++
	r.counts[n]++
	if r.counts[n] == r.members {
		delete(r.counts, n)
		if l.complete != nil {
			l.complete(channel, n, sent)
		}
	}
}

func (r *roomLedger) skip(user int32, n int64) {
	if r.missing == nil {
		r.missing = map[missed]bool{}
	}
	r.missing[missed{user, n}] = true
}

// lost is how many deliveries of the messages sent are outstanding.
func (l *ledger) lost() (lost int64) {
	for i := range l.rooms {
		r := &l.rooms[i]
		lost += int64(len(r.missing))
		for _, next := range r.next {
			lost += r.sent - next
		}
	}
	return lost
}

func word(b []byte) (first, rest []byte) {
	i := bytes.IndexByte(b, ' ')
	if i < 0 {
		return b, nil
	}
	return b[:i], b[i+1:]
}

func number(b []byte) (int64, []byte) {
	first, rest := word(b)
	n, err := strconv.ParseInt(string(first), 10, 64)
	if err != nil {
		return -1, nil
	}
	return n, rest
}
