//go:build e2e && mariadb && s3

package e2e

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
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

// results are the phases of all rounds.
type results struct {
	names  []string // in the order in which they came first
	rounds map[string][]outcome
	size   string
}

// outcome is a phase after the end.
type outcome struct {
	*phase
	lost           int
	p50, p99, most int64
}

// add takes what a crowd lived through.
func (r *results) add(w *crowd) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.rounds == nil {
		r.rounds = map[string][]outcome{}
	}
	r.size = fmt.Sprintf("%d clients, %d channels", len(w.readers), len(w.lively)+len(w.silent))
	for _, p := range w.phases {
		if p.name == "" {
			continue
		}
		o := outcome{phase: p}
		o.p50, o.p99, o.most = p.spread()
		for m := range w.awaited {
			if m.acked && m.phase == p {
				o.lost++
			}
		}
		if r.rounds[p.name] == nil {
			r.names = append(r.names, p.name)
		}
		r.rounds[p.name] = append(r.rounds[p.name], o)
	}
}

// tolerance is how often a bar fails the test: the machine may have other work. The
// table says what was missed.
const tolerance = 3

// report prints a table in Markdown, and fails the test for what must not be.
func (r *results) report(t *testing.T) {
	t.Helper()
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%s; load average %s\n\n", r.size, strings.Join(strings.Fields(string(load))[:3], " "))
	fmt.Println("| fault | messages | lost | doubled | out of order | pause p50 | p99 | longest | bar |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
	for _, name := range r.names {
		of := r.rounds[name]
		bar := of[0].bar
		sum := func(number func(outcome) int) (n int) {
			for _, o := range of {
				n += number(o)
			}
			return n
		}
		spread := func(number func(outcome) int64) string {
			least, most := int64(math.MaxInt64), int64(0)
			for _, o := range of {
				least, most = min(least, number(o)), max(most, number(o))
			}
			if least == most {
				return fmt.Sprintf("%d ms", most)
			}
			return fmt.Sprintf("%d–%d ms", least, most)
		}
		worst := int64(0)
		for _, o := range of {
			worst = max(worst, o.p99)
		}
		lost, doubled, order := sum(func(o outcome) int { return o.lost }), sum(func(o outcome) int { return o.doubled }), sum(func(o outcome) int { return o.order })
		fmt.Printf("| %s | %d | %d | %d | %d | %s | %s | %s | %s |\n", name, sum(func(o outcome) int { return o.messages }), lost, doubled, order,
			spread(func(o outcome) int64 { return o.p50 }), spread(func(o outcome) int64 { return o.p99 }), spread(func(o outcome) int64 { return o.most }),
			verdict(bar, worst))
		if lost+doubled+order > 0 {
			t.Errorf("%s: %d lost, %d doubled, %d out of order", name, lost, doubled, order)
		}
		if bar > 0 && worst > (tolerance*bar).Milliseconds() {
			t.Errorf("%s: a pause of %d ms (p99), far beyond %s", name, worst, bar)
		}
	}
}

func verdict(bar time.Duration, p99 int64) string {
	switch {
	case bar == 0:
		return ""
	case p99 > bar.Milliseconds():
		return fmt.Sprintf("≤ %s: **missed**", bar)
	}
	return fmt.Sprintf("≤ %s: met", bar)
}
