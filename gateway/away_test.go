package gateway_test

import (
	"testing"
	"testing/synctest"
	"time"

	"taut/chat"
)

// A socket's lease says what its user set last, at once and ever after: a presence
// server that is new to the user knows it from there.
func TestLeasesFollowManualAway(t *testing.T) {
	bubble(t, nil, func(r *rig) {
		town(r, "ann", "bob")
		r.connect("ann")
		r.connect("bob")
		synctest.Wait()
		for _, presence := range []string{"away", "active", "away"} {
			r.world.event(chat.StreamID(userID("ann")), map[string]any{"type": "manual_presence_change", "presence": presence})
			synctest.Wait()
			for _, when := range []string{"at once", "after a renewal"} {
				r.presence.mu.Lock()
				ann, bob := r.presence.away[userID("ann")], r.presence.away[userID("bob")]
				r.presence.mu.Unlock()
				if ann != (presence == "away") || bob {
					t.Errorf("%s, %s: away are ann %v, bob %v", presence, when, ann, bob)
				}
				time.Sleep(15 * time.Second)
				synctest.Wait()
			}
		}
	})
}
