package main

import (
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
)

// room is how much more may be allocated before the collector runs again.
func room() uint64 {
	goal := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(goal)
	return goal[0].Value.Uint64() - inUse()
}

// The collector runs after 32 MiB of garbage where little is in use, and as ever
// where much is: also when that changes from one run to the next.
func TestHeap(t *testing.T) {
	stop := keepHeap(func(string) string { return "" })
	for range 3 {
		for runtime.GC(); room() < leastGarbage*7/8; runtime.GC() { // until it was told
		}
		much := make([]byte, 2*leastGarbage)
		for runtime.GC(); room() > 4*leastGarbage; runtime.GC() {
		}
		runtime.KeepAlive(much)
	}
	stop()
	if runtime.GC(); room() > leastGarbage/2 {
		t.Errorf("after all %d bytes may be garbage", room())
	}
}

func TestHeapIsTheOperators(t *testing.T) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv(name, "100")
		before := room()
		stop := keepHeap(os.Getenv)
		if after := room(); after > 2*before {
			t.Errorf("in spite of %s %d bytes may be garbage, before %d", name, after, before)
		}
		stop()
		t.Setenv(name, "")
	}
}

func TestPercent(t *testing.T) {
	for used, want := range map[uint64]int{0: 800, 4 << 20: 800, 16 << 20: 200, 32 << 20: 100, 65 << 20: 100, 10 << 30: 100} {
		if got := percentFor(used); got != want {
			t.Errorf("%d bytes are used: %d %%, want %d", used, got, want)
		}
	}
}
