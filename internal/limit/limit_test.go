package limit

import (
	"fmt"
	"math/rand/v2"
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

// Who searches and posts at once gets as many of the one as of the other, and both
// together what the rate allows.
func TestDearRequestsAreOwed(t *testing.T) {
	const cost = 10
	l := New(Limits{User: 100, Workspace: 100})
	start := time.Unix(1_000, 0)
	cheap, dear := 0, 0
	for l.Allow("T1", "U1", start) {
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 20_000 {
		now := start.Add(time.Duration(i) * time.Millisecond)
		if random.IntN(2) == 0 {
			if l.AllowFor("T1", "U1", 1, now) {
				cheap++
			}
		} else if l.AllowFor("T1", "U2", cost, now) {
			dear++
		}
	}
	if tokens := cheap + cost*dear; tokens < 1_950 || tokens > 2_000+cost {
		t.Errorf("%d cheap and %d dear ones took %d tokens", cheap, dear, tokens)
	}
	if dear < 50 || cheap < 50 {
		t.Errorf("%d cheap and %d dear ones", cheap, dear)
	}
	late := start.Add(time.Hour)
	for l.Allow("T2", "U1", late) {
	}
	late = late.Add(time.Second / 10)
	if !l.AllowFor("T2", "U1", 2*cost, late) || l.Allow("T2", "U2", late) || l.Allow("T2", "U2", late.Add(time.Second/11)) || !l.Allow("T2", "U2", late.Add(time.Second/9)) {
		t.Error("the debt is not what was taken")
	}
	var none *Limiter
	if !none.AllowFor("T1", "U1", cost, start) {
		t.Error("a limiter that is none refuses")
	}
}

// Below the rate nothing is refused, however dear.
func TestDearRequestsBelowTheRate(t *testing.T) {
	l := New(Limits{})
	now := time.Unix(1_000, 0)
	for i := range 5_000 {
		if !l.AllowFor("T1", "U1", 10, now.Add(time.Duration(i)*time.Millisecond)) {
			t.Fatalf("search %d was refused", i)
		}
	}
}
