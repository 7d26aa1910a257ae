//go:build linux

package bench

import (
	"bytes"
	"testing"

	"github.com/gobwas/ws"
)

func TestFramesOfAllSizesAreSplit(t *testing.T) {
	var stream []byte
	sizes := []int{0, 1, 125, 126, 127, 65535, 65536, 70000}
	for _, n := range sizes {
		stream = append(stream, ws.MustCompileFrame(ws.NewTextFrame(bytes.Repeat([]byte("x"), n)))...)
	}
	for _, want := range sizes {
		opcode, payload, rest, whole := splitFrame(stream)
		if !whole || opcode != ws.OpText || len(payload) != want {
			t.Fatalf("frame %v of %d bytes (whole: %v), want text of %d", opcode, len(payload), whole, want)
		}
		for _, cut := range []int{0, 1, 3, 9, len(stream) - len(rest) - 1} {
			if cut >= len(stream)-len(rest) {
				continue
			}
			if _, _, _, whole := splitFrame(stream[:cut]); whole {
				t.Fatalf("the first %d bytes of a frame of %d count as whole", cut, want)
			}
		}
		stream = rest
	}
}
