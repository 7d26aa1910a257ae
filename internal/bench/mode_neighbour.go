//go:build linux

package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

func neighbourSetting(l *load) string {
	return fmt.Sprintf("%d msg/s into %d channels of %d, quiet; then beside another workspace that asks for %d/s, of which %d/s are its limit",
		l.Rate, len(l.people.channels), len(l.people.channels[0].members), floodFactor*l.FloodLimit, l.FloodLimit)
}

// floodFactor is how far beyond its limit the other workspace goes.
const floodFactor = 50

// measureNeighbour compares one workspace's deliveries while it is alone with
// those while another one floods the server.
func measureNeighbour(ctx context.Context, l *load) ([]Measure, error) {
	others, err := readSeed(l.FloodSeed)
	if err != nil {
		return nil, err
	}
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
	l.stretch(sockets, led, p)
	quiet := led.latency

	f := startFlood(ctx, l.host, others, floodFactor*l.FloodLimit)
	defer f.wait()
	profiled := l.profile(l.Duration)
	before := f.counts()
	loaded := l.stretch(sockets, led, p)
	flooded, during := led.latency, f.counts().since(before)
	f.wait()
	l.drain(sockets, led, p)
	if err := errors.Join(p.err(), profiled()); err != nil {
		return nil, err
	}
	seconds := l.Duration.Seconds() + 2 // stretch's warming up too
	return append([]Measure{
		{Name: "p99 beside the flood, against quiet", Unit: "times", Value: float64(flooded.quantile(0.99)) / float64(quiet.quantile(0.99)), Bar: 1.5, AtMost: true},
		{Name: "quiet p50", Unit: "ms", Value: ms(quiet.quantile(0.50))},
		{Name: "quiet p99", Unit: "ms", Value: ms(quiet.quantile(0.99))},
		{Name: "flooded p50", Unit: "ms", Value: ms(flooded.quantile(0.50))},
		{Name: "flooded p99", Unit: "ms", Value: ms(flooded.quantile(0.99))},
		{Name: "flood asked", Unit: "/s", Value: float64(during.asked) / seconds},
		{Name: "of it refused as too much", Unit: "/s", Value: float64(during.refused) / seconds},
		{Name: "posts, searches, uploads, sockets done", Unit: "/s", Value: float64(during.done) / seconds},
		{Name: "failed otherwise", Value: float64(during.failed)},
		{Name: "server CPU", Unit: "cores", Value: loaded.cpu.Seconds() / loaded.took.Seconds()},
		{Name: "load generator CPU", Unit: "cores", Value: loaded.own.Seconds() / loaded.took.Seconds()},
	}, led.faults()...), nil
}
