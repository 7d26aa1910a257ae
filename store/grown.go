package store

import (
	"context"
	"fmt"

	"taut/chat"
)

// maxGrown is how many rows of the log one look for what grew goes through; who is
// further behind looks at all heads.
const maxGrown = 100_000

// Position is the mark as a number, to be kept; MarkAt makes it a mark again.
func (m Mark) Position() int64 { return m.position }

// MarkAt is the mark of a position that Grown gave.
func MarkAt(position int64) Mark {
	if position == 0 {
		return Mark{}
	}
	return Mark{position: position, touchedMS: 1}
}

// Growth is a piece of what the whole log grew by.
type Growth struct {
	Heads []chat.Head
	Next  Mark // after the piece
	// More: the piece was full, and another one may follow at once.
	More bool
	// All: the log can't tell. Next is the mark of now, and the heads of before are to
	// be looked at (ChannelHeads).
	All bool
}

// Grown tells which streams grew since a mark, in the one order that the whole log
// has. On MySQL that is as far as the relay has come. Since the zero Mark it is All.
func (s *Store) Grown(ctx context.Context, since Mark) (g Growth, err error) {
	if s.dialect.mysql {
		return s.relayed(ctx, since)
	}
	g.Next, err = s.mark(ctx)
	if err != nil {
		return g, err
	}
	if since == (Mark{}) || g.Next.position-since.position > maxGrown || g.Next.position < since.position {
		g.All = true
		return g, nil
	}
	g.Heads, g.Next, err = s.TouchedHeads(ctx, since)
	return g, err
}

// relayed is Grown from the relay's log.
func (s *Store) relayed(ctx context.Context, since Mark) (g Growth, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT position, workspace_id, stream_id, seq FROM relay_log WHERE position > ? ORDER BY position LIMIT ?",
		since.position, maxPage)
	g.Next = since
	g.Heads, err = collect(rows, err, func(r scanner) (h chat.Head, err error) {
		return h, r.Scan(&g.Next.position, &h.Stream.Workspace, &h.Stream.ID, &h.Seq)
	})
	if err != nil {
		return g, fmt.Errorf("read the relay's log: %w", err)
	}
	// After the rows: had they been trimmed in between, it says so.
	var last, trimmed int64
	err = s.db.QueryRowContext(ctx, "SELECT position, trimmed FROM relay_writer WHERE id = 1").Scan(&last, &trimmed)
	if err != nil {
		return g, fmt.Errorf("read the relay's log: %w", err)
	}
	if since == (Mark{}) || since.position < trimmed || since.position > last {
		return Growth{Next: Mark{position: last, touchedMS: 1}, All: true}, nil
	}
	g.More = len(g.Heads) == maxPage
	return g, nil
}

// NeedsRelay tells whether Grown goes by the relay's log, which somebody has to write.
func (s *Store) NeedsRelay() bool { return s.dialect.mysql }

// RelayBehind is for how long nobody has written the relay's log, in milliseconds;
// 0 while somebody does, or where there is none.
func (s *Store) RelayBehind(ctx context.Context) (ms int64, err error) {
	if !s.dialect.mysql {
		return 0, nil
	}
	err = s.db.QueryRowContext(ctx, "SELECT GREATEST(0, "+mysqlNow+" - until_ms) FROM relay_writer WHERE id = 1").Scan(&ms)
	return ms, err
}
