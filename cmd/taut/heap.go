package main

// heapFloor is what the collector takes as in use beside what is. It collects when
// as much is garbage as is in use, which for a server of few clients is a few MiB:
// then a workspace that floods makes it collect several times a second, and what is
// under way for others waits for milliseconds each time. So at least this much may be
// garbage. The floor itself is never touched, and so takes no memory.
const heapFloor = 64 << 20

// newHeapFloor is nil where the operator has told the collector what to do.
func newHeapFloor(env func(string) string) []byte {
	if env("GOGC") != "" || env("GOMEMLIMIT") != "" {
		return nil
	}
	return make([]byte, heapFloor)
}
