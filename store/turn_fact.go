package store

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"taut/chat"
)

// fact is what must follow on another stream; the outbox carries it there.
type fact struct {
	Target chat.Stream
	Kind   string
	Body   any
}

const insertFact = "INSERT INTO outbox (workspace_id, stream_id, seq, ordinal, target_id, kind, body, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

// carry puts a fact into the outbox, in the same transaction, under the seq of
// the turn's last event.
func (t *turn) carry(f fact) error {
	body, err := json.Marshal(f.Body)
	if err != nil {
		return fmt.Errorf("fact %s: %w", f.Kind, err)
	}
	st := t.head.stream
	t.exec(insertFact, string(st.Workspace), string(st.ID), t.head.seq, nextOrdinal(), string(f.Target.ID), f.Kind, body, t.nowMS)
	return nil
}

// lastOrdinal is the last one given by this process.
var lastOrdinal atomic.Int64

// nextOrdinal orders the facts of one seq. It grows from turn to turn too, as
// several turns that emit nothing have the same seq.
func nextOrdinal() int64 {
	for {
		last := lastOrdinal.Load()
		next := max(last+1, time.Now().UnixNano())
		if lastOrdinal.CompareAndSwap(last, next) {
			return next
		}
	}
}
