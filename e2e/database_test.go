//go:build e2e && mariadb

package e2e

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"taut/internal/history"
	"taut/internal/testenv/mariadb"
)

// TestDatabaseDiesUnderLoad kills the primary of the nodes' database under load and
// promotes its replica, lets the new one stand still and promotes again, and kills one
// that comes back in place; then a node, whose channels others take over from what that
// database says. The nodes go on by themselves: nothing is lost, seen twice or out of order.
func TestDatabaseDiesUnderLoad(t *testing.T) {
	pair, err := mariadb.StartPair()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pair.Remove)
	n := &nodes{t: t, certs: filepath.Join(t.TempDir(), "certs")}
	if n.dsn, err = pair.NewDatabase(); err != nil {
		t.Fatal(err)
	}
	n.gateways("node")
	r := n.talking()
	var faults []fault
	during := func(name string, do func() error) {
		t.Helper()
		r.record.Add(history.Record{Kind: history.Pause})
		begin := time.Now()
		if err := do(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r.progress(150, r.readers...)
		r.record.Add(history.Record{Kind: history.Go})
		faults = append(faults, fault{name, begin.UnixMilli(), time.Now().UnixMilli()})
	}
	during("the primary is killed and its replica promoted", func() error {
		if err := pair.Primary().Down(syscall.SIGKILL); err != nil {
			return err
		}
		return pair.Promote()
	})
	during("a replica follows the new primary", pair.Rejoin)
	during("the new primary stands still and its replica is promoted", func() error {
		if err := pair.Primary().Freeze(); err != nil {
			return err
		}
		return pair.Promote()
	})
	during("a replica follows once more", pair.Rejoin)
	during("the primary is killed and started again", func() error { return pair.Restart(syscall.SIGKILL) })
	during("a node is killed, others are it, and it is started again", func() error {
		n.gates[1].kill()
		n.ownedAbout(map[string]int{"node-0": 8192, "node-2": 8192})
		n.gates[1].start()
		n.ownedAbout(thirds)
		return nil
	})
	n.judged(r)
	t.Logf("%d messages acknowledged", r.acked())
	for _, f := range faults {
		t.Log(f.pause(r.record), f.standstill(r.record))
	}
}

// standstill tells the longest time in which nobody saw anything.
func (f fault) standstill(record *history.Recorder) string {
	last, longest := f.begin, int64(0)
	for _, rec := range record.Records() {
		if rec.Kind == history.See && f.begin <= rec.AtMS && rec.AtMS <= f.end {
			longest, last = max(longest, rec.AtMS-last), max(last, rec.AtMS)
		}
	}
	return fmt.Sprintf("after a standstill of %d ms", longest)
}
