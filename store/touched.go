package store

import (
	"context"
	"time"

	"taut/chat"
)

// Mark is a place in the order of commits, for TouchedHeads.
type Mark struct {
	position  int64 // SQLite: the last event's rowid
	touchedMS int64 // MySQL: the clock of the primary
	era       int64 // whose position or clock; 0: not known
	taken     time.Time
}

// Place is the mark as other nodes understand it; zero where they can't.
func (m Mark) Place() chat.Mark {
	switch m.era {
	case 0:
		return chat.Mark{}
	case sqliteEra:
		return chat.Mark{Of: m.era, At: m.position}
	}
	return chat.Mark{Of: m.era, At: m.touchedMS}
}

// MarkOf is the mark at a place, whichever node told of it.
func MarkOf(place chat.Mark) Mark {
	m := Mark{era: place.Of, taken: time.Now()}
	if m.era == sqliteEra {
		m.position, m.touchedMS = place.At, 1
	} else {
		m.touchedMS = place.At
	}
	return m
}

// sqliteEra is that of SQLite's positions; MySQL's eras are the primary's terms.
const sqliteEra = -1

// era changes where marks of before can't be compared any more; 0: it is not known.
func (s *Store) era() int64 {
	if !s.dialect.mysql {
		return sqliteEra
	}
	if r := s.primary.now.Load(); r != nil {
		return r.term
	}
	return 0
}

// touchWindowMS is how far TouchedHeads looks back on MySQL: longer than a
// transaction can live between taking its time and its commit.
const touchWindowMS = 10_000

// TouchedHeads tells which streams have grown since the mark, and the next mark.
// For the zero Mark it gives the mark of now and no heads. A head may be told
// more than once.
func (s *Store) TouchedHeads(ctx context.Context, since Mark) ([]chat.Head, Mark, error) {
	now, err := s.mark(ctx)
	if err != nil || since == (Mark{}) {
		return nil, now, err
	}
	if s.dialect.mysql {
		// Another primary's clock may be behind: it has gone on for as long as ours.
		from := min(since.touchedMS, now.touchedMS-now.taken.Sub(since.taken).Milliseconds())
		heads, err := s.scanHeads(ctx, nil, "SELECT workspace_id, stream_id, seq FROM heads WHERE touched_ms >= ?", from-touchWindowMS)
		return heads, now, err
	}
	heads, err := s.scanHeads(ctx, nil, "SELECT workspace_id, stream_id, MAX(seq) FROM events WHERE position > ? AND position <= ? GROUP BY 1, 2",
		since.position, now.position)
	return heads, now, err
}

// GrownSince tells which streams have grown since a mark, whichever node took it. False:
// there are more than the limit, the mark is of another era, or the clock has been set
// back since, as far as can be seen.
func (s *Store) GrownSince(ctx context.Context, since Mark, limit int) (heads []chat.Head, all bool, err error) {
	now, err := s.mark(ctx)
	if err != nil || now.era == 0 || now.era != since.era {
		return nil, false, err
	}
	if now.position < since.position || now.touchedMS < since.touchedMS || s.clock.doubts(since) {
		return nil, false, nil
	}
	if s.dialect.mysql {
		heads, err = s.scanHeads(ctx, nil, "SELECT workspace_id, stream_id, seq FROM heads WHERE touched_ms >= ? LIMIT ?",
			since.touchedMS-touchWindowMS, limit+1)
		return heads, len(heads) <= limit && s.era() == since.era, err
	}
	if now.position-since.position > maxGrown {
		return nil, false, nil
	}
	heads, err = s.scanHeads(ctx, nil, "SELECT workspace_id, stream_id, MAX(seq) FROM events WHERE position > ? AND position <= ? GROUP BY 1, 2 LIMIT ?",
		since.position, now.position, limit+1)
	return heads, len(heads) <= limit, err
}

// mark is the mark of now.
func (s *Store) mark(ctx context.Context) (m Mark, err error) {
	m.taken = time.Now()
	if s.dialect.mysql {
		era := s.era()
		if err = s.db.QueryRowContext(ctx, "SELECT "+mysqlNow).Scan(&m.touchedMS); err == nil && era == s.era() {
			m.era = era
			if s.clock.note(m, time.Now()); s.clock.doubts(m) {
				m.era = 0
			}
		}
		return m, err
	}
	// The sequence, not the table: a mark is never zero, and trimming can't move it back.
	err = s.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'events'").Scan(&m.position)
	m.touchedMS, m.era = 1, sqliteEra
	return m, err
}
