//go:build mariadb

package store

import (
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/internal/testenv/mariadb"
)

// looker is what looks for the primary of two servers, without a store.
type looker struct {
	*primary
	t      *testing.T
	folder string
}

// newLooker looks by the servers of a pair, with a folder or, for "", without one.
func newLooker(t *testing.T, dsn, folder string) *looker {
	t.Helper()
	p, err := openPrimary(dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.close() })
	if folder != "" {
		if err := p.recall(folder); err != nil {
			t.Fatal(err)
		}
	}
	return &looker{p, t, folder}
}

// finds fails unless a server is the primary, in a term.
func (l *looker) finds(s *mariadb.Server, term int64) {
	l.t.Helper()
	r, err := l.lookSince(l.t.Context(), time.Now())
	if err != nil || r == nil || r.server.address != s.Address() || r.term != term {
		l.t.Fatalf("found %+v, %v; want %s in term %d", r, err, s.Address(), term)
	}
}

// refuses fails unless none is, for a reason.
func (l *looker) refuses(why string) {
	l.t.Helper()
	if r, err := l.lookSince(l.t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), why) {
		l.t.Fatalf("found %+v, %v; want %q", r, err, why)
	}
}

// replicated waits until all servers have a term.
func (l *looker) replicated(term int64) {
	l.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); slices.ContainsFunc(l.askAll(l.t.Context()), func(f finding) bool { return f.term != term }); {
		if time.Now().After(deadline) {
			l.t.Fatalf("term %d is not replicated", term)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// TestRivalsAndTerms: of two servers that were writable the one that answers takes
// over when there is evidence, or in time; and what was the primary is known for it by
// who starts when nothing else answers.
func TestRivalsAndTerms(t *testing.T) {
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pair, err := mariadb.StartPair()
	do(err)
	t.Cleanup(pair.Remove)
	dsn, err := pair.NewDatabase()
	do(err)
	do(pair.Primary().Exec("CREATE TABLE taut1.meta (name VARCHAR(64) PRIMARY KEY, value BLOB)"))
	l := newLooker(t, dsn, t.TempDir())
	r := prometheus.NewRegistry()
	l.register(r)
	l.finds(pair.Primary(), 1)

	// A rival is silent, and a replica follows the other one.
	l.replicated(1)
	do(pair.Replica().Exec("SET GLOBAL read_only = 0"))
	l.refuses("are both writable")
	do(pair.Primary().Down(syscall.SIGKILL))
	l.refuses("let a semi-synchronous replica follow")
	do(pair.Promote())
	l.refuses("takes over in")
	do(pair.Rejoin())
	l.rivals[&mysqlHost{address: "one that stays away"}] = time.Now()
	l.finds(pair.Primary(), 2)

	// A rival is silent, and nothing else happens for long.
	l.replicated(2)
	do(pair.Replica().Exec("SET GLOBAL read_only = 0"))
	l.refuses("are both writable")
	old := pair.Primary()
	do(old.Down(syscall.SIGKILL))
	l.refuses("takes over in")
	for h := range l.rivals {
		if h.address == old.Address() {
			l.rivals[h] = time.Now().Add(-rivalPatience)
		}
	}
	do(pair.Promote())
	l.finds(pair.Primary(), 3)
	families, err := r.Gather()
	do(err)
	seen := map[string]float64{}
	for _, f := range families {
		m := f.GetMetric()[0]
		seen[f.GetName()] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	if want := map[string]float64{"taut_database_term": 3, "taut_database_primary_changes_total": 2}; !maps.Equal(seen, want) {
		t.Errorf("the metrics are %v", seen)
	}

	// The old primary is back, and the new one is away.
	do(old.Up())
	do(pair.Primary().Down(syscall.SIGKILL))
	newLooker(t, dsn, l.folder).refuses(termFile)
	newLooker(t, dsn, t.TempDir()).refuses(errNoReplica.Error())
	do(pair.Primary().Up())
	newLooker(t, dsn, l.folder).finds(pair.Primary(), 3)
	newLooker(t, dsn, "").finds(pair.Primary(), 3)
}

// TestKeepTerm: it is written when it grows, and what is no term is said to be none.
func TestKeepTerm(t *testing.T) {
	const dsn = "u:p@tcp(127.0.0.1:1,127.0.0.1:2)/d"
	l := newLooker(t, dsn, t.TempDir())
	for _, term := range []int64{7, 9} {
		l.term = term
		l.keep()
		if again := newLooker(t, dsn, l.folder); again.term != term || !again.settled {
			t.Errorf("of term %d it is remembered %d, %v", term, again.term, again.settled)
		}
	}
	if one := newLooker(t, "u:p@tcp(127.0.0.1:1)/d", l.folder); one.term != 0 {
		t.Errorf("one server alone is measured by term %d", one.term)
	}
	if err := os.WriteFile(filepath.Join(l.folder, termFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.recall(l.folder); err == nil || !strings.Contains(err.Error(), termFile) {
		t.Errorf("an empty file is %v", err)
	}
	os.RemoveAll(l.folder)
	l.term = 10
	l.keep()
	if l.kept != 9 || !l.unkept {
		t.Errorf("what can't be written is kept as %d", l.kept)
	}
}
