package webapi

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"taut/internal/fair"
)

// turns are the gates before the methods that are all work: those that read, those
// that search, and those that find people and channels by name. What a workspace
// asks for beyond its places waits for its own calls, and leaves the processors to
// others (G7). Methods that write take their turns in the store's queue, where most
// of their time goes.
type turns struct{ reads, searches, names *fair.Gate }

const (
	// So many of one workspace wait; who comes then is told to come again.
	maxWaitingReads    = 4096
	maxWaitingSearches = 64
	maxWaitingNames    = 256 // asked for by each letter that is typed
)

func newTurns(reg prometheus.Registerer) turns {
	cores := runtime.GOMAXPROCS(0)
	return turns{
		reads: fair.New("reading calls", fair.Limits{All: 16 * cores, Each: 4 * cores, Waiting: maxWaitingReads}, reg),
		// A search keeps a processor busy, and half of them are for others.
		searches: fair.New("searching calls", fair.Limits{All: max(2, cores), Each: max(1, cores/2), Waiting: maxWaitingSearches}, reg),
		// So does a look through all names, which no slow search of messages is to hold up.
		names: fair.New("calls that look for names", fair.Limits{All: max(2, cores), Each: max(1, cores/2), Waiting: maxWaitingNames}, reg),
	}
}

// before is the gate before a call; nil: none.
func (t turns) before(q *request) *fair.Gate {
	switch m := q.method; {
	case m.family() == "search":
		return t.searches
	case q.looksForNames():
		return t.names
	case m.reads():
		return t.reads
	}
	return nil
}

// looksForNames tells whether the call goes through a workspace's people, or its public
// channels.
func (q *request) looksForNames() bool {
	switch q.method.name {
	case "client.users":
		return !q.args.has("users")
	case "client.channels":
		return true
	}
	return false
}

// unscoped are methods that read much, and whose scopes don't say that they read.
var unscoped = []string{
	"client.counts", "client.membersAmong", "client.userBoot", "client.users",
	"drafts.list", "saved.list", "subscriptions.thread.getView",
}

// reads tells whether the method needs no more than to read.
func (m *method) reads() bool {
	if slices.Contains(unscoped, m.name) {
		return true
	}
	for _, s := range m.scopes {
		if !strings.HasSuffix(s, ":read") && !strings.HasSuffix(s, ":history") {
			return false
		}
	}
	return len(m.scopes) > 0
}

// inTurn handles the call in its workspace's turn, which is over when the answer
// is encoded: who takes it slowly keeps no place.
func (q *request) inTurn(ctx context.Context) (answer, error) {
	gate := q.server.turns.before(q)
	if gate == nil {
		return q.method.handle(ctx, q)
	}
	if err := gate.Enter(ctx, q.caller.Workspace); err != nil {
		return nil, err
	}
	q.turn = gate
	return q.method.handle(ctx, q)
}

func (q *request) endTurn() {
	if q.turn != nil {
		q.turn.Leave(q.caller.Workspace)
		q.turn = nil
	}
}
