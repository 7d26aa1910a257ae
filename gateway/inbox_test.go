package gateway

import (
	"strings"
	"testing"

	"taut/chat"
)

// An inbox of events is bounded by their bytes too.
func TestInboxWeighsBigEvents(t *testing.T) {
	event := func(size int) *delivery {
		return newDelivery([]chat.Event{{Type: "message", Payload: []byte(`{"text":"` + strings.Repeat("x", size) + `"}`)}})
	}
	q := newInbox(20)
	for i, c := range []struct {
		size int
		ok   bool
	}{{10 * heavy, true}, {10 * heavy, false}, {8 * heavy, true}, {10, false}} {
		if ok := q.offer(event(c.size)); ok != c.ok {
			t.Errorf("offer %d of %d bytes: %v", i, c.size, ok)
		}
	}
	q.take(nil)
	if !q.offer(event(100 * heavy)) {
		t.Error("an empty inbox refuses an event for its size")
	}
}
