package main

import (
	"os"
	"runtime"
	"runtime/metrics"
	"testing"
)

// garbage is how much more may be allocated after a collection before the next one.
func garbage() uint64 {
	runtime.GC()
	read := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(read)
	return read[0].Value.Uint64() - read[1].Value.Uint64()
}

func TestHeapFloor(t *testing.T) {
	unset := func(string) string { return "" }
	floor := newHeapFloor(unset)
	if got := garbage(); got < heapFloor {
		t.Errorf("with the floor %d bytes may be garbage", got)
	}
	runtime.KeepAlive(floor)
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv(name, "100")
		if newHeapFloor(os.Getenv) != nil {
			t.Errorf("the operator's %s is not all that counts", name)
		}
		t.Setenv(name, "")
	}
}
