//go:build e2e && mariadb && s3

package e2e

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

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
	lost := map[*phase]int{}
	for m := range w.awaited {
		if m.acked {
			lost[m.phase]++
		}
	}
	for _, p := range w.phases {
		if p.name == "" {
			continue // what was said at the end
		}
		o := outcome{phase: p, lost: lost[p]}
		o.p50, o.p99, o.most = p.spread()
		if r.rounds[p.name] == nil {
			r.names = append(r.names, p.name)
		}
		r.rounds[p.name] = append(r.rounds[p.name], o)
	}
}

// What is beyond tolerance times a bar, and beyond busy, fails the test: the machine may
// have other work. The table says what was missed.
const (
	tolerance = 3
	busy      = time.Second
)

// report prints a table in Markdown, and fails the test for what must not be.
func (r *results) report(t *testing.T) {
	t.Helper()
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%s; load average %.14s\n\n", r.size, load)
	fmt.Println("| fault | messages | lost | doubled | out of order | pause p50 | p99 | longest | bar |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
	for _, name := range r.names {
		r.row(t, name)
	}
}

// row is of a fault in all rounds.
func (r *results) row(t *testing.T, name string) {
	t.Helper()
	var bar time.Duration
	var messages, lost, doubled, order int
	var p50, p99, most []int64
	for _, o := range r.rounds[name] {
		bar = o.bar
		messages, lost, doubled, order = messages+o.messages, lost+o.lost, doubled+o.doubled, order+o.order
		p50, p99, most = append(p50, o.p50), append(p99, o.p99), append(most, o.most)
	}
	worst := time.Duration(slices.Max(p99)) * time.Millisecond
	fmt.Printf("| %s | %d | %d | %d | %d | %s | %s | %s | %s |\n",
		name, messages, lost, doubled, order, between(p50), between(p99), between(most), verdict(bar, worst))
	if lost+doubled+order > 0 {
		t.Errorf("%s: %d lost, %d doubled, %d out of order", name, lost, doubled, order)
	}
	if bar > 0 && worst > max(tolerance*bar, busy) {
		t.Errorf("%s: a pause of %s (p99), far beyond %s", name, worst, bar)
	}
}

func verdict(bar, p99 time.Duration) string {
	switch {
	case bar == 0:
		return ""
	case p99 > bar:
		return fmt.Sprintf("≤ %s: **missed**", bar)
	}
	return fmt.Sprintf("≤ %s: met", bar)
}

func between(ms []int64) string {
	least, most := slices.Min(ms), slices.Max(ms)
	if least == most {
		return fmt.Sprintf("%d ms", most)
	}
	return fmt.Sprintf("%d–%d ms", least, most)
}
