package limit

import (
	"fmt"
	"testing"
	"time"

	"taut/chat"
)

// admitted counts the requests, sent evenly over the time, that are allowed.
func admitted(l *Limiter, u chat.UserID, perSecond int, over time.Duration) int {
	n := 0
	start := time.Unix(1_000, 0)
	total := int(over.Seconds() * float64(perSecond))
	for i := range total {
		if l.Allow("T1", u, start.Add(time.Duration(i)*time.Second/time.Duration(perSecond))) {
			n++
		}
	}
	return n
}

func TestNothingIsRefusedBelowTheLimit(t *testing.T) {
	if got := admitted(New(Limits{}), "U1", 1_000, 5*time.Second); got != 5_000 {
		t.Errorf("%d of 5,000 were allowed", got)
	}
}

func TestAFloodIsRefusedAboveTheLimit(t *testing.T) {
	got := admitted(New(Limits{}), "U1", 4_000, 5*time.Second)
	if got < 5_900 || got > 6_100 { // a second's worth at once, then 1,000 a second
		t.Errorf("%d were allowed", got)
	}
}

func TestTheWorkspaceHasALimitOfItsOwn(t *testing.T) {
	l := New(Limits{User: 10, Workspace: 15})
	now := time.Unix(1_000, 0)
	allowed := 0
	for i := range 40 {
		if l.Allow("T1", chat.UserID(fmt.Sprint("U", i%4)), now) {
			allowed++
		}
	}
	if allowed != 15 {
		t.Errorf("%d were allowed", allowed)
	}
	if !l.Allow("T2", "U1", now) {
		t.Error("another workspace's flood is not ours")
	}
}

func TestTheLimiterForgets(t *testing.T) {
	l := New(Limits{})
	l.kept = 10
	now := time.Unix(1_000, 0)
	for i := range 1_000 {
		l.Allow("T1", chat.UserID(fmt.Sprint("U", i)), now)
	}
	if n := len(l.current) + len(l.previous); n > 20 {
		t.Errorf("%d buckets are kept", n)
	}
}
