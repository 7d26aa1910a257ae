//go:build linux

package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// posting is a run's posters. Each owns every k-th channel, so that a
// channel's messages are sent one after another.
type posting struct {
	load    *load
	text    func(channel int32, n int64, at time.Time) string
	next    []int64       // by channel: the number of its next message; owned by its poster
	pace    time.Duration // between two messages of one poster; 0: as fast as they are answered
	window  int64         // messages of a channel that may be under way; 0: any number
	done    []atomic.Int64
	posted  atomic.Int64
	failed  atomic.Int64
	failure atomic.Pointer[string]

	stop    context.CancelFunc
	posters sync.WaitGroup

	mu      sync.Mutex
	latency histogram // of the calls; whole once wait returned
}

func (l *load) startPosting(ctx context.Context, posters int, p *posting) error {
	ctx, p.stop = context.WithCancel(ctx)
	p.load = l
	p.next = make([]int64, len(l.people.channels))
	p.done = make([]atomic.Int64, len(l.people.channels))
	posters = min(posters, len(l.people.channels))
	for i := range posters {
		conn, err := newPoster(l.host)
		if err != nil {
			p.wait()
			return err
		}
		offset := p.pace * time.Duration(i) / time.Duration(posters)
		p.posters.Go(func() {
			defer conn.close()
			p.post(ctx, conn, i, posters, offset)
		})
	}
	return nil
}

// wait stops the posters and awaits them.
func (p *posting) wait() {
	p.stop()
	p.posters.Wait()
}

func (p *posting) post(ctx context.Context, conn *poster, first, step int, offset time.Duration) {
	var latency histogram
	due := time.Now().Add(offset)
	for c, calls := first, 0; ctx.Err() == nil; calls++ {
		if p.pace > 0 && !sleepUntil(ctx, due) {
			break
		}
		due = due.Add(p.pace)
		if p.hasRoom(c) {
			p.send(conn, c, calls, &latency)
		} else if c+step >= len(p.next) {
			sleepUntil(ctx, time.Now().Add(100*time.Microsecond))
		}
		if c += step; c >= len(p.next) {
			c = first
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latency.merge(&latency)
}

func (p *posting) hasRoom(c int) bool {
	return p.window == 0 || p.next[c]-p.done[c].Load() < p.window
}

// send posts the channel's next message as one of its members in turn. One
// that fails is sent again under the same number: the ledger shows if the
// server took it after all.
func (p *posting) send(conn *poster, c, turn int, latency *histogram) {
	r := p.load.people.channels[c]
	author := r.members[turn%len(r.members)]
	start := time.Now()
	err := conn.post(p.load.token(author), r.id, p.text(int32(c), p.next[c], start))
	if err != nil {
		p.failed.Add(1)
		text := err.Error()
		p.failure.CompareAndSwap(nil, &text)
		return
	}
	latency.add(time.Since(start))
	p.next[c]++
	p.posted.Add(1)
}

// err says what the first failed call failed with.
func (p *posting) err() error {
	if text := p.failure.Load(); text != nil {
		return fmt.Errorf("%d calls failed, the first with: %s", p.failed.Load(), *text)
	}
	return nil
}

func sleepUntil(ctx context.Context, at time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Until(at)):
		return true
	}
}
