package store

import "context"

// A channel of before there was the chain has no links: whoever reads it looks for
// them, and so does the first append, for which all others wait. Its first reader
// has its newest links written, beside the committer.

const (
	// fillLinks is how many links of a channel are written.
	fillLinks = 200
	// fillWaiting bounds the channels that wait; a later reader asks again.
	fillWaiting = 64
)

// wantLinks asks for the links of a stream, of whose head they are not known.
func (s *Store) wantLinks(h shownHead) {
	select {
	case s.links <- h:
	default:
	}
}

// runLinks writes links until the store closes.
func (s *Store) runLinks(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-s.links:
			if err := s.fillLinks(ctx, h); err != nil && ctx.Err() == nil {
				s.log.Warn("the links of a channel's history are not written; its next reader has it tried again", "error", err)
			}
		}
	}
}

// fillLinks looks for the links and writes them where nothing came in between.
func (s *Store) fillLinks(ctx context.Context, h shownHead) error {
	if now, err := s.shownHead(ctx, h.stream); err != nil || now.shown != unknownShown {
		return err // several asked
	}
	rows, err := s.db.QueryContext(ctx, "SELECT seq FROM events WHERE workspace_id = ? AND stream_id = ? AND seq <= ? AND kind IN (1, 3, 4) ORDER BY seq DESC LIMIT ?",
		h.stream.Workspace, h.stream.ID, h.seq, fillLinks+1)
	chain, err := collect(rows, err, func(r scanner) (seq int64, err error) { return seq, r.Scan(&seq) })
	if err != nil {
		return err
	}
	if len(chain) <= fillLinks {
		chain = append(chain, 0)
	}
	_, err = s.append(ctx, change{stream: h.stream, apply: func(t *turn) error {
		if t.head.shown == unknownShown && t.head.seq == h.seq {
			t.writeLinks(chain)
		}
		return nil
	}})
	return err
}

// writeLinks writes the head's link, the chain's first, and those of its messages.
// The last event has the head's as well: where only events were added it tells
// the head.
func (t *turn) writeLinks(chain []int64) {
	st := t.head.stream
	link := func(seq, shown int64) {
		t.exec("UPDATE events SET shown = ? WHERE workspace_id = ? AND stream_id = ? AND seq = ? AND shown = ?",
			shown, string(st.Workspace), string(st.ID), seq, unknownShown)
	}
	for i, seq := range chain[:len(chain)-1] {
		link(seq, chain[i+1])
	}
	if t.head.shown = chain[0]; t.head.shown < t.head.seq {
		link(t.head.seq, t.head.shown)
	}
	t.exec("UPDATE heads SET shown = ?, shown_at = seq WHERE workspace_id = ? AND stream_id = ?", t.head.shown, string(st.Workspace), string(st.ID))
}
