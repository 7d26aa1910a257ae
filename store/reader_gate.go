package store

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"taut/chat"
	"taut/internal/fair"
)

const (
	// maxWaitingReads bounds the reads of one workspace that wait; beyond: Limited.
	maxWaitingReads = 1024
	// readWait is how long one waits; beyond: Unavailable.
	readWait = 10 * time.Second
)

// newReadGate shares the connections that read among the workspaces (G7): one has
// three quarters of them at most.
func newReadGate(conns int, reg prometheus.Registerer) *fair.Gate {
	return fair.New("reads", fair.Limits{All: conns, Each: max(1, conns-conns/4), Waiting: maxWaitingReads, Wait: readWait}, reg)
}

// readerOf is whose read it is: of the first workspace among its arguments, as
// each query of a workspace's names it first.
func readerOf(args []any) chat.WorkspaceID {
	for _, a := range args {
		if w, ok := a.(chat.WorkspaceID); ok {
			return w
		}
	}
	return ""
}
