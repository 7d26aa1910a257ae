package store

import (
	"errors"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
)

// counted is the value of a counter.
func counted(t *testing.T, reg *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatalf("no counter %s", name)
	return 0
}

// together runs the changes of one stream in one batch, as far as they can be,
// and gives their errors: a change before them holds the committer until all are
// queued.
func together(t *testing.T, s *Store, st chat.Stream, applies ...func(*turn) error) []error {
	t.Helper()
	put := func(apply func(*turn) error) *job {
		j := &job{change: change{stream: st, apply: apply}, done: make(chan struct{})}
		if err := s.committers.put(j); err != nil {
			t.Fatal(err)
		}
		return j
	}
	begun, release := make(chan struct{}), make(chan struct{})
	put(func(*turn) error {
		close(begun)
		<-release
		return errRefused
	})
	<-begun
	jobs := make([]*job, len(applies))
	for i, apply := range applies {
		jobs[i] = put(apply)
	}
	close(release)
	errs := make([]error, len(jobs))
	for i, j := range jobs {
		<-j.done
		errs[i] = j.err
	}
	return errs
}

var errRefused = chat.NewError(chat.Exists, "name")

func emitOne(t *turn) error { return t.emitObject("test", "", map[string]any{}) }

// lookAndRefuse is what refused directory calls do.
func lookAndRefuse(t *turn) error {
	var n int
	if err := t.queryRow("SELECT COUNT(*) FROM meta").Scan(&n); err != nil {
		return err
	}
	return errRefused
}

// A change that looked something up and is refused before it wrote anything
// leaves the batch of the others whole.
func TestRefusalKeepsTheBatch(t *testing.T) {
	reg, o := prometheus.NewRegistry(), testOptions(t)
	o.Metrics = reg
	s := openOptions(t, o)
	team := newTeam(t, s, "team")
	st := team.id.Directory()
	before := len(team.events(st))
	errs := together(t, s, st, emitOne, lookAndRefuse, emitOne, lookAndRefuse, emitOne)
	for i, err := range errs {
		if refuse := i%2 == 1; refuse != errors.Is(err, errRefused) || !refuse && err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
	if n := len(team.events(st)) - before; n != 3 {
		t.Errorf("%d events were committed, want 3", n)
	}
	if n := counted(t, reg, "store_batches_split_total"); n != 0 {
		t.Errorf("the batch was split %v times", n)
	}
}

// Where a turn's look sends what an earlier change wrote, and that fails, the
// turn's refusal doesn't hide it.
func TestRefusalHidesNoFailure(t *testing.T) {
	s := openStore(t)
	team := newTeam(t, s, "team")
	st := team.id.Directory()
	before := len(team.events(st))
	errs := together(t, s, st, emitOne, func(t *turn) error {
		t.exec("INSERT INTO no_such_table (a) VALUES (?)", 1)
		return emitOne(t)
	}, lookAndRefuse, emitOne)
	for i, want := range []bool{true, false, false, true} {
		if (errs[i] == nil) != want {
			t.Errorf("change %d: %v", i, errs[i])
		}
	}
	if !errors.Is(errs[2], errRefused) {
		t.Errorf("the refused one got %v", errs[2])
	}
	if n := len(team.events(st)) - before; n != 2 {
		t.Errorf("%d events were committed, want 2", n)
	}
}
