//go:build e2e && mariadb && s3

package e2e

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"taut/internal/history"
)

// phase is what became of the messages that were sent during a fault. Times are the
// test's own, from when a message was first sent to when somebody was shown it: they
// hold the API's part, and that of a client who came back elsewhere.
type phase struct {
	name     string
	bar      time.Duration // of the pause at p99; 0: there is none
	messages int
	doubled  int           // shown twice
	order    int           // shown after a later one
	pauses   map[int]int64 // the latest message of each reader, in ms
	slowest  string        // tells of the latest one of all
	latest   int64
}

// during runs a fault, with a word in some silent rooms as it begins, and waits until
// everybody has all that was said meanwhile. Where the fault is such that what was
// committed may be late by more than is promised (G13), hindered says so.
func (w *crowd) during(name string, bar time.Duration, hindered bool, do func()) {
	w.t.Helper()
	begin := time.Now()
	p := w.begin()
	p.name, p.bar = name, bar
	if hindered {
		w.record.Add(history.Record{Kind: history.Pause})
	}
	w.hint()
	do()
	w.begin() // what is said from now on is the next one's
	w.caughtUp()
	if hindered {
		w.record.Add(history.Record{Kind: history.Go})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	p50, p99, most := p.spread()
	w.t.Logf("%s: %s, %d messages, pauses of %d, %d and %d ms; %s", name, time.Since(begin).Round(10*time.Millisecond), p.messages, p50, p99, most, p.slowest)
}

// shown notes how long a reader waited for a message.
func (p *phase) shown(reader int, m *sent, nowMS int64) {
	late := nowMS - m.atMS
	p.pauses[reader] = max(p.pauses[reader], late)
	if late <= p.latest {
		return
	}
	p.latest = late
	p.slowest = fmt.Sprintf("%s of %s was shown %d ms late", m.key, m.room.id, late)
	if m.acked {
		p.slowest += fmt.Sprintf(", acknowledged after %d", m.ackedMS-m.atMS)
	}
}

// begin gives the phase that what is said from now on belongs to: the last one, if it
// has no name yet.
func (w *crowd) begin() *phase {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.phases); n > 0 && w.phases[n-1].name == "" {
		return w.phases[n-1]
	}
	p := &phase{pauses: map[int]int64{}}
	w.phases = append(w.phases, p)
	return p
}

// spread is the pause that half of the readers had at most, 99 of 100, and all.
func (p *phase) spread() (p50, p99, most int64) {
	all := slices.Sorted(maps.Values(p.pauses))
	if len(all) == 0 {
		return 0, 0, 0
	}
	return all[len(all)/2], all[len(all)*99/100], all[len(all)-1]
}
