package store

import (
	"context"
	"fmt"
	"time"
)

// rivals are servers that were writable in one term. That one of them falls silent
// makes the other none the righter: a primary that is restarted beside a replica that
// was made writable by mistake looks like an old primary that was switched off. Who
// would take over from one waits for it: until it says that it isn't to be written,
// until a replica says so by following the other, or for rivalPatience. The time of
// each is when it fell silent; zero: it answers.
type rivals map[*mysqlHost]time.Time

// rivalPatience is longer than most servers take to start again. After it no harm
// is left that waiting would spare: what comes back is of an earlier term.
const rivalPatience = time.Minute

// note takes down what the servers say, and, where several could be the primary (met),
// that these are rivals.
func (r rivals) note(found []finding, known int64, met bool, now time.Time) {
	for i := range found {
		f := &found[i]
		silent, is := r[f.server]
		switch {
		case f.err != nil:
			if is && silent.IsZero() {
				r[f.server] = now
			}
		case f.unfit(known) != nil:
			delete(r, f.server)
		case is || met:
			r[f.server] = time.Time{}
		}
	}
}

// silent is another rival that has not answered, but for too short a time.
func (r rivals) silent(best *mysqlHost, now time.Time) (rival *mysqlHost, left time.Duration) {
	for h, since := range r {
		if passed := now.Sub(since); h != best && !since.IsZero() && passed < rivalPatience {
			return h, rivalPatience - passed
		}
	}
	return nil, 0
}

// disputed says why a server may not take over yet.
func (p *primary) disputed(ctx context.Context, best *finding) error {
	rival, left := p.rivals.silent(best.server, time.Now())
	if rival == nil || !best.promoted() {
		return nil
	}
	sync, err := inspectSemiSync(ctx, best.server.db)
	if err == nil && sync.Enabled && sync.Replicas > 0 {
		return nil
	}
	const remedy = "let a semi-synchronous replica follow the one that is to be the primary, or start the other one read-only"
	if p.awaited != rival {
		p.awaited = rival
		p.log.Error("two servers were writable, and one of them does not answer now: nothing is read or written for a while",
			"writable", best.server.address, "silent", rival.address, "for", left.Round(time.Second), "remedy", remedy)
	}
	return fmt.Errorf("mysql: %w: %s is writable, and so was %s, which does not answer now: %s; without either it takes over in %s",
		errNoPrimary, best.server.address, rival.address, remedy, left.Round(time.Second))
}
