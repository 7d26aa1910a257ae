//go:build linux

package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

func postSetting(l *load) string {
	return fmt.Sprintf("%d posters, %d channels, no socket", l.Posters, len(l.people.channels))
}

// measurePost posts as fast as the posters are answered, then looks whether
// the last message of some channels is there.
func measurePost(ctx context.Context, l *load) ([]Measure, error) {
	texts := newLedger(l.runName(), &population{}, nil)
	p := &posting{text: texts.text}
	if err := l.startPosting(ctx, l.Posters, p); err != nil {
		return nil, err
	}
	time.Sleep(time.Second) // warm
	start, cpu, own, posted := time.Now(), l.process.cpu(), ownCPU(), p.posted.Load()
	profiled := l.profile(l.Duration)
	time.Sleep(l.Duration)
	took, used, ours, n := time.Since(start), l.process.cpu()-cpu, ownCPU()-own, p.posted.Load()-posted
	p.wait()
	if err := errors.Join(p.err(), profiled()); err != nil {
		return nil, err
	}
	if err := l.checkLast(p); err != nil {
		return nil, err
	}
	return append([]Measure{
		{Name: "saved", Unit: "msg/s", Value: float64(n) / took.Seconds(), Bar: 8000},
		{Name: "server CPU per message", Unit: "µs", Value: us(used) / float64(n)},
		{Name: "server CPU", Unit: "cores", Value: used.Seconds() / took.Seconds()},
		{Name: "load generator CPU", Unit: "cores", Value: ours.Seconds() / took.Seconds()},
	}, latencies(&p.latency)...), nil
}

// checkLast compares the newest message of 50 random channels with the last
// one that was acknowledged there.
func (l *load) checkLast(p *posting) error {
	conn, err := newPoster(l.host)
	if err != nil {
		return err
	}
	defer conn.close()
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		c := random.IntN(len(p.next))
		if p.next[c] == 0 {
			continue
		}
		r := l.people.channels[c]
		body, err := conn.call("conversations.history", l.token(r.members[0]), "limit=1&channel="+r.id)
		if err != nil {
			return err
		}
		if want := fmt.Sprintf("tb %s %d %d ", l.runName(), c, p.next[c]-1); !strings.Contains(string(body), want) {
			return fmt.Errorf("the newest message of %s is not the last acknowledged one (%q): %.300s", r.id, want, body)
		}
	}
	return nil
}
