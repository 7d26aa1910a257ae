package gateway

import (
	"testing"

	"taut/chat"
)

func TestPaceIgnoresAClockThatWasSetBack(t *testing.T) {
	p := pace{left: 5, at: chat.Now().UnixMilli() + 3_600_000}
	if left := p.take(1, framesPerSecond, frameBurst); left != 4 {
		t.Errorf("%v tokens are left, want 4", left)
	}
}
