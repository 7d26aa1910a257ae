package webapi

import (
	"context"
	"time"
)

// identify finds the caller and holds them to their rate. It comes before
// anything is done for a request, so that one that is refused costs little.
func (q *request) identify(ctx context.Context, token string) error {
	if err := q.authenticate(ctx, token); err != nil {
		return err
	}
	return q.keepToRate()
}

// keepToRate counts the request as its user's and its workspace's. A call without
// a caller is free, as it does nothing.
func (q *request) keepToRate() error {
	if q.withinRate(time.Now()) {
		return nil
	}
	return fail("ratelimited")
}

func (q *request) withinRate(now time.Time) bool {
	return q.server.limits.AllowFor(q.caller.Workspace, q.caller.User, q.method.cost(), now)
}

// searchCost is as how many requests a search counts to who is beyond their rate: it
// is milliseconds of work, where most requests are a fraction of one.
const searchCost = 25

// cost is as how many requests a call of the method counts at most.
func (m *method) cost() float64 {
	if m.family() == "search" {
		return searchCost
	}
	return 1
}
