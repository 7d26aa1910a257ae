package auth

import (
	"net/netip"
	"sync"
	"time"
)

// buckets are token buckets by name, bounded: they forget by generations, and
// one that goes starts full again.
type buckets struct {
	burst, perSecond float64
	kept             int

	mu                sync.Mutex
	current, previous map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// bucketsKept bounds each of the two generations.
const bucketsKept = 50_000

func newBuckets(burst, perSecond float64) *buckets {
	return &buckets{burst: burst, perSecond: perSecond, kept: bucketsKept, current: map[string]bucket{}}
}

// take is false where the bucket is empty; else a token is gone.
func (b *buckets) take(name string, now time.Time) bool { return b.change(name, now, -1) }

// putBack returns a token that was taken for what turned out to be no guess.
func (b *buckets) putBack(name string, now time.Time) { b.change(name, now, 1) }

// has tells whether there is a token, and takes none.
func (b *buckets) has(name string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.level(name, now) >= 1
}

// wait is how long until there is a token.
func (b *buckets) wait(name string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Duration(max(0, 1-b.level(name, now)) / b.perSecond * float64(time.Second))
}

func (b *buckets) change(name string, now time.Time, by float64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	level := b.level(name, now)
	if level+by < 0 {
		return false
	}
	if len(b.current) >= b.kept {
		b.current, b.previous = make(map[string]bucket), b.current
	}
	b.current[name] = bucket{min(b.burst, level+by), now}
	return true
}

func (b *buckets) level(name string, now time.Time) float64 {
	was, ok := b.current[name]
	if !ok {
		was, ok = b.previous[name]
	}
	if !ok {
		return b.burst
	}
	return min(b.burst, was.tokens+max(0, now.Sub(was.at).Seconds())*b.perSecond)
}

// guesses limits what can be found out by trying.
type guesses struct {
	// tokens: bad ones from an address.
	tokens *buckets
	// addresses: failed sign-ins, and codes that are none, from an address.
	addresses *buckets
	// pairs: failed sign-ins to an account from an address. It is small, and the
	// account's owner elsewhere is not held up by it.
	pairs *buckets
	// accounts: failed sign-ins to an account from anywhere. It fills fast, so
	// that who floods it holds the owner up for seconds.
	accounts *buckets
	// factors: wrong second factors of an account. Who gets here has its password,
	// so it is slow: there are only a million codes.
	factors *buckets
	// resets: mails that an address asked for, for an account.
	resets *buckets
	// mails: those that an account got from anywhere.
	mails *buckets
	// setups: workspaces that an address makes without a code.
	setups *buckets
}

func newGuesses() *guesses {
	return &guesses{
		tokens:    newBuckets(100, 10),
		addresses: newBuckets(50, 0.5),
		pairs:     newBuckets(10, 1.0/30),
		accounts:  newBuckets(60, 0.2),
		factors:   newBuckets(10, 1.0/300),
		resets:    newBuckets(3, 1.0/600),
		mails:     newBuckets(20, 1.0/120),
		setups:    newBuckets(5, 1.0/600),
	}
}

// TooManyGuesses is Limited "guesses" with how long to wait.
type TooManyGuesses struct{ wait time.Duration }

func (e *TooManyGuesses) Error() string { return errGuesses.Error() }
func (e *TooManyGuesses) Unwrap() error { return errGuesses }

// RetryAfter is how long until the next try is looked at.
func (e *TooManyGuesses) RetryAfter() time.Duration { return e.wait }

// tooMany is the error of a bucket that is empty.
func (b *buckets) tooMany(name string, now time.Time) error {
	return &TooManyGuesses{b.wait(name, now)}
}

// signIn takes a token of each for one attempt; TooManyGuesses where one of them is
// empty. right gives them back.
func (g *guesses) signIn(account, address string, now time.Time) (right func(), err error) {
	taken := func() {}
	for _, t := range []struct {
		from *buckets
		name string
	}{{g.addresses, network(address)}, {g.pairs, account + " " + network(address)}, {g.accounts, account}} {
		if !t.from.take(t.name, now) {
			taken()
			return nil, t.from.tooMany(t.name, now)
		}
		before := taken
		taken = func() {
			t.from.putBack(t.name, time.Now())
			before()
		}
	}
	return taken, nil
}

// network is what one client can be anywhere in: of IPv6 its /64.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = a.Unmap(); a.Is6() {
		p, err := a.WithZone("").Prefix(64)
		if err == nil {
			return p.String()
		}
	}
	return a.String()
}
