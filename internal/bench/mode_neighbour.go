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

// floodRounds are a run's pairs of a quiet stretch and a flooded one. What else
// the machine does comes and goes, so each is held against its own neighbour.
const floodRounds = 5

// beside is a run: the measured workspace's sockets and posters, and what all
// rounds saw together.
type beside struct {
	*load
	sockets *poll
	led     *ledger
	posting *posting

	quiet, flooded histogram
	times          []float64 // p99 of each round's flooded stretch against its quiet one
	loaded         fanned    // all flooded stretches
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
	b.stretch(b.sockets, b.led, b.posting)
	quiet := b.led.latency

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
	flooded := b.led.latency

	b.quiet.merge(&quiet)
	b.flooded.merge(&flooded)
	b.times = append(b.times, float64(flooded.quantile(0.99))/float64(quiet.quantile(0.99)))
	b.loaded.took += loaded.took
	b.loaded.cpu += loaded.cpu
	b.loaded.own += loaded.own
	return nil
}

func (b *beside) measures() []Measure {
	slices.Sort(b.times)
	seconds := b.counts.Took.Seconds()
	return []Measure{
		{Name: "p99 beside the flood, against quiet, median of rounds", Unit: "times", Value: b.times[len(b.times)/2], Bar: 1.5, AtMost: true},
		{Name: "p99 of all rounds, against quiet", Unit: "times", Value: float64(b.flooded.quantile(0.99)) / float64(b.quiet.quantile(0.99))},
		{Name: "quiet p50", Unit: "ms", Value: ms(b.quiet.quantile(0.50))},
		{Name: "quiet p99", Unit: "ms", Value: ms(b.quiet.quantile(0.99))},
		{Name: "flooded p50", Unit: "ms", Value: ms(b.flooded.quantile(0.50))},
		{Name: "flooded p99", Unit: "ms", Value: ms(b.flooded.quantile(0.99))},
		// Where others keep the processors, the flood hardly asks, and the times say nothing.
		{Name: "flood asked", Unit: "/s", Value: float64(b.counts.Asked) / seconds, Bar: 0.9 * floodFactor * float64(b.FloodLimit)},
		{Name: "of it refused as too much", Unit: "/s", Value: float64(b.counts.Refused) / seconds},
		{Name: "posts, searches, uploads, sockets done", Unit: "/s", Value: float64(b.counts.Done) / seconds},
		{Name: "failed otherwise", Value: float64(b.counts.Failed)},
		{Name: "server CPU", Unit: "cores", Value: b.loaded.cpu.Seconds() / b.loaded.took.Seconds()},
		{Name: "load generator CPU", Unit: "cores", Value: b.loaded.own.Seconds() / b.loaded.took.Seconds()},
		{Name: "flood's own CPU", Unit: "cores", Value: b.counts.CPU.Seconds() / seconds},
	}
}
