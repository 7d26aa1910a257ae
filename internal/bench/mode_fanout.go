//go:build linux

package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// fanned is one measured stretch of posting to connected members.
type fanned struct {
	took      time.Duration
	cpu       time.Duration // of the server
	own       time.Duration // of the load generator
	messages  int64
	delivered int64
}

// fan connects everyone, posts, and waits until all that was posted arrived.
func (l *load) fan(ctx context.Context, posters int, p *posting) (fanned, *ledger, error) {
	sockets, led, err := l.connect(l.everyone())
	if err != nil {
		return fanned{}, nil, err
	}
	defer sockets.close()
	p.text = led.text
	if p.window > 0 {
		led.complete = func(c int32, _ int64, _ time.Time) { p.done[c].Add(1) }
	}
	if err := l.startPosting(ctx, posters, p); err != nil {
		return fanned{}, nil, err
	}
	defer p.wait()
	profiled := l.profile(l.Duration)
	f := l.stretch(sockets, led, p)
	l.drain(sockets, led, p)
	if err := errors.Join(p.err(), profiled()); err != nil {
		return f, led, err
	}
	if sockets.failures > 0 {
		return f, led, fmt.Errorf("%d sockets failed, the first: %w", sockets.failures, sockets.failure)
	}
	return f, led, nil
}

// warming is what comes before a measured stretch.
const warming = 2 * time.Second

// stretch warms up, then measures.
func (l *load) stretch(sockets *poll, led *ledger, p *posting) fanned {
	sockets.rest(warming)
	led.latency = histogram{}
	start, cpu, own, posted, delivered := time.Now(), l.process.cpu(), ownCPU(), p.posted.Load(), led.delivered
	sockets.rest(l.Duration)
	return fanned{time.Since(start), l.process.cpu() - cpu, ownCPU() - own, p.posted.Load() - posted, led.delivered - delivered}
}

// drain stops the posters, while their sockets are served, and waits up to
// 20 s for what is under way.
func (l *load) drain(sockets *poll, led *ledger, p *posting) {
	stopped := make(chan struct{})
	go func() { p.wait(); close(stopped) }()
	sockets.run(time.Now().Add(time.Minute), func() bool {
		select {
		case <-stopped:
			return true
		default:
			return false
		}
	})
	for c, n := range p.next {
		led.rooms[c].sent = n
	}
	before, last := int64(-1), time.Now()
	sockets.run(time.Now().Add(20*time.Second), func() bool {
		if led.delivered != before {
			before, last = led.delivered, time.Now()
		}
		// Lost is costly to count: it is asked for in pauses only.
		return time.Since(last) > 50*time.Millisecond && led.lost() == 0
	})
}

func (f fanned) measures(led *ledger) []Measure {
	m := []Measure{
		{Name: "messages", Unit: "msg/s", Value: float64(f.messages) / f.took.Seconds()},
		{Name: "deliveries", Unit: "/s", Value: float64(f.delivered) / f.took.Seconds()},
		{Name: "server CPU per delivery", Unit: "µs", Value: us(f.cpu) / float64(max(f.delivered, 1))},
		{Name: "server CPU per message", Unit: "µs", Value: us(f.cpu) / float64(max(f.messages, 1))},
		{Name: "server CPU", Unit: "cores", Value: f.cpu.Seconds() / f.took.Seconds()},
		{Name: "load generator CPU", Unit: "cores", Value: f.own.Seconds() / f.took.Seconds()},
	}
	return append(append(m, latencies(&led.latency)...), led.faults()...)
}

func fanoutSetting(l *load) string {
	return fmt.Sprintf("%d msg/s into %d channels of %d, %d sockets", l.Rate, len(l.people.channels), len(l.people.channels[0].members), len(l.everyone()))
}

// measureFanout keeps a rate, as an office does.
func measureFanout(ctx context.Context, l *load) ([]Measure, error) {
	posters := min(4*l.Posters, len(l.people.channels))
	p := &posting{pace: time.Second * time.Duration(posters) / time.Duration(l.Rate)}
	f, led, err := l.fan(ctx, posters, p)
	if err != nil {
		return nil, err
	}
	m := f.measures(led)
	m[2].Bar, m[2].AtMost = 12, true
	return m, nil
}

func floodSetting(l *load) string {
	return fmt.Sprintf("as fast as it goes into %d channels of %d, at most 16 messages of a channel under way", len(l.people.channels), len(l.people.channels[0].members))
}

// measureFlood posts as fast as the members read: a channel gets its next
// message when at most 16 are still on their way to somebody.
func measureFlood(ctx context.Context, l *load) ([]Measure, error) {
	f, led, err := l.fan(ctx, l.Posters, &posting{window: 16})
	if err != nil {
		return nil, err
	}
	m := f.measures(led)
	m[1].Bar = 150_000
	return m, nil
}

func bigSetting(l *load) string {
	return fmt.Sprintf("5 msg/s into one channel of %d", len(l.people.channels[0].members))
}

// measureBig looks at when the last member of a big channel has a message.
func measureBig(ctx context.Context, l *load) ([]Measure, error) {
	l.people.keepRooms(1)
	sockets, led, err := l.connect(l.everyone())
	if err != nil {
		return nil, err
	}
	defer sockets.close()
	var last histogram
	led.complete = func(_ int32, _ int64, sent time.Time) { last.add(time.Since(sent)) }
	p := &posting{text: led.text, pace: time.Second / 5}
	if err := l.startPosting(ctx, 1, p); err != nil {
		return nil, err
	}
	defer p.wait()
	profiled := l.profile(l.Duration)
	f := l.stretch(sockets, led, p)
	l.drain(sockets, led, p)
	if err := errors.Join(p.err(), profiled()); err != nil {
		return nil, err
	}
	return append([]Measure{
		{Name: "last delivery p50", Unit: "ms", Value: ms(last.quantile(0.50))},
		{Name: "last delivery p99", Unit: "ms", Value: ms(last.quantile(0.99)), Bar: 250, AtMost: true},
	}, f.measures(led)...), nil
}

// keepRooms leaves only the first n channels under test.
func (p *population) keepRooms(n int) {
	p.channels = p.channels[:min(n, len(p.channels))]
	for u, rooms := range p.rooms {
		kept := rooms[:0]
		for _, c := range rooms {
			if int(c) < n {
				kept = append(kept, c)
			}
		}
		p.rooms[u] = kept
	}
}
