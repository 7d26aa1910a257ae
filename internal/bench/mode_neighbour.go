//go:build linux

package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

func neighbourSetting(l *load) string {
	return fmt.Sprintf("%d msg/s into %d channels of %d, quiet and, by turns, beside another workspace that asks for %d/s, of which %d/s are its limit",
		l.Rate, len(l.people.channels), len(l.people.channels[0].members), floodFactor*l.FloodLimit, l.FloodLimit)
}

// floodFactor is how far beyond its limit the other workspace goes.
const floodFactor = 50

// floodRounds are a run's pairs of a quiet stretch and a flooded one. What else the
// machine does comes and goes: they follow each other by turns, and the median counts.
const floodRounds = 5

// leastMessages are in each stretch, or its p99 is that of a handful of messages, which
// anything else on the machine decides.
const leastMessages = 1000

// stretches are a run's quiet ones, or its flooded ones.
type stretches struct {
	all   histogram
	p99   []float64 // of each, in ms
	least int64     // messages in one
}

func (s *stretches) add(latency *histogram, messages int64) {
	if len(s.p99) == 0 || messages < s.least {
		s.least = messages
	}
	s.all.merge(latency)
	s.p99 = append(s.p99, ms(latency.quantile(0.99)))
}

func (s *stretches) median() float64 { return slices.Sorted(slices.Values(s.p99))[len(s.p99)/2] }

func (s *stretches) measures(name string) []Measure {
	return []Measure{
		{Name: name + " p50", Unit: "ms", Value: ms(s.all.quantile(0.50))},
		{Name: name + " p99, median stretch", Unit: "ms", Value: s.median()},
		{Name: name + " p99, best stretch", Unit: "ms", Value: slices.Min(s.p99)},
		{Name: name + " p99, worst stretch", Unit: "ms", Value: slices.Max(s.p99)},
		{Name: name + " p99, all stretches together", Unit: "ms", Value: ms(s.all.quantile(0.99))},
	}
}

// beside is a run: the measured workspace's sockets and posters, and what all
// rounds saw together.
type beside struct {
	*load
	sockets *poll
	led     *ledger
	posting *posting

	quiet, flooded stretches
	loaded         fanned // all flooded stretches
	counts         floodCounts
}

// measureNeighbour compares one workspace's deliveries while it is alone with
// those while another one floods the server.
func measureNeighbour(ctx context.Context, l *load) ([]Measure, error) {
	sockets, led, err := l.connect(l.everyone())
	if err != nil {
		return nil, err
	}
	defer sockets.close()
	posters := min(4*l.Posters, len(l.people.channels))
	p := &posting{text: led.text, pace: time.Second * time.Duration(posters) / time.Duration(l.Rate)}
	if err := l.startPosting(ctx, posters, p); err != nil {
		return nil, err
	}
	defer p.wait()
	b := beside{load: l, sockets: sockets, led: led, posting: p}
	for round := range floodRounds {
		if err := b.round(ctx, round == floodRounds-1); err != nil {
			return nil, err
		}
	}
	l.drain(sockets, led, p)
	return append(b.measures(), led.faults()...), p.err()
}

// round is a quiet stretch and a flooded one.
func (b *beside) round(ctx context.Context, last bool) (err error) {
	quiet := b.stretch(b.sockets, b.led, b.posting)
	b.quiet.add(&b.led.latency, quiet.messages)

	f, err := startFlooder(ctx, b.Options, floodFactor*b.FloodLimit)
	if err != nil {
		return err
	}
	defer func() {
		counts, ended := f.end()
		b.counts.add(counts)
		err = errors.Join(err, ended)
	}()
	if last {
		profiled := b.profile(warming + b.Duration)
		defer func() { err = errors.Join(err, profiled()) }()
	}
	loaded := b.stretch(b.sockets, b.led, b.posting)
	b.flooded.add(&b.led.latency, loaded.messages)
	b.loaded.took += loaded.took
	b.loaded.cpu += loaded.cpu
	b.loaded.own += loaded.own
	return nil
}

func (b *beside) measures() []Measure {
	seconds := b.counts.Took.Seconds()
	m := []Measure{
		{Name: "p99 beside the flood, against quiet, of the median stretches", Unit: "times", Value: b.flooded.median() / b.quiet.median(), Bar: 1.5, AtMost: true},
		{Name: "the same, of all stretches together", Unit: "times", Value: float64(b.flooded.all.quantile(0.99)) / float64(b.quiet.all.quantile(0.99))},
		{Name: "messages in a stretch, at least", Value: float64(min(b.quiet.least, b.flooded.least)), Bar: leastMessages},
	}
	m = append(append(m, b.quiet.measures("quiet")...), b.flooded.measures("flooded")...)
	return append(m, []Measure{
		// Where others keep the processors, the flood hardly asks, and the times say nothing.
		{Name: "flood asked", Unit: "/s", Value: float64(b.counts.Asked) / seconds, Bar: 0.9 * floodFactor * float64(b.FloodLimit)},
		{Name: "of it refused as too much", Unit: "/s", Value: float64(b.counts.Refused) / seconds},
		{Name: "posts, searches, uploads, sockets done", Unit: "/s", Value: float64(b.counts.Done) / seconds},
		{Name: "failed otherwise", Value: float64(b.counts.Failed)},
		{Name: "server CPU", Unit: "cores", Value: b.loaded.cpu.Seconds() / b.loaded.took.Seconds()},
		{Name: "load generator CPU", Unit: "cores", Value: b.loaded.own.Seconds() / b.loaded.took.Seconds()},
		{Name: "flood's own CPU", Unit: "cores", Value: b.counts.CPU.Seconds() / seconds},
	}...)
}
