//go:build linux

package bench

import (
	"context"
	"fmt"
	"time"
)

func idleSetting(l *load) string { return fmt.Sprintf("%d sockets that do nothing", l.Clients) }

// measureIdle compares the server's memory with and without sockets.
func measureIdle(_ context.Context, l *load) ([]Measure, error) {
	users := l.everyone()
	users = users[:min(l.Clients, len(users))]
	empty := l.process.settledMemory(time.Sleep)
	sockets, _, err := l.connect(users)
	if err != nil {
		return nil, err
	}
	defer sockets.close()
	full := l.process.settledMemory(sockets.rest)
	cpu, start := l.process.cpu(), time.Now()
	sockets.rest(l.Duration)
	used := l.process.cpu() - cpu
	if sockets.failures > 0 {
		return nil, fmt.Errorf("%d sockets failed, the first: %w", sockets.failures, sockets.failure)
	}
	return []Measure{
		{Name: "memory per connection", Unit: "KiB", Value: float64(full-empty) / 1024 / float64(len(users)), Bar: 16, AtMost: true},
		{Name: "process without sockets", Unit: "MiB", Value: float64(empty) / (1 << 20)},
		{Name: "process with sockets", Unit: "MiB", Value: float64(full) / (1 << 20)},
		{Name: "server CPU while idle", Unit: "cores", Value: used.Seconds() / time.Since(start).Seconds()},
	}, nil
}
