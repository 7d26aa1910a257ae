package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"taut/chat"
)

// Whoever keeps a copy of what the messages are now, as the search index does,
// follows the streams one by one, each with a cursor of its own: a position in
// the whole log would not do, as on MySQL rows appear in another order than they
// were numbered in. Which streams grew, the hook and TouchedHeads tell, and at a
// start ChannelHeads. A copy that stayed away for longer than the log keeps its
// hidden events reads the stream anew (see Changes.Trimmed), so that trimming
// need not wait for it, nor know of it.

// Changed is a message that a piece of a stream is about, as it is now, which may
// be later than that piece.
type Changed struct {
	Seq int64 // of the event that posted it
	TS  chat.TS
	// Message is nil where there is nothing to be seen any more.
	Message *chat.Message
}

// Changes are the messages that a piece of a stream is about, each once.
type Changes struct {
	Changed []Changed
	Type    chat.ChannelType
	// Next is the cursor after the piece. At Next ≥ Head there was no more.
	Next, Head int64
	// Trimmed is the seq up to which events that changed messages may be missing:
	// who has a cursor below it, other than 0, begins anew at 0. Messages
	// themselves don't go that way.
	Trimmed int64
	// CommittedMS is when the log took the piece's first event.
	CommittedMS int64
	// Files are the ids of files that were taken out of messages; which ones, the
	// log doesn't say.
	Files []chat.FileID
	// Gone: of what was posted before the seq GoneSeq, the messages up to this ts
	// are no more, as their time to be kept was over.
	Gone    chat.TS
	GoneSeq int64
}

// maxChanges is how many events a piece is of.
const maxChanges = 500

// Changes reads the next piece of a channel's stream for one who keeps a copy of
// its messages. NotFound "channel".
func (s *Store) Changes(ctx context.Context, st chat.Stream, after int64) (Changes, error) {
	var c Changes
	err := s.db.QueryRowContext(ctx, "SELECT seq, trimmed, channel_type FROM stream_heads WHERE workspace_id = ? AND stream_id = ?", st.Workspace, st.ID).
		Scan(&c.Head, &c.Trimmed, &c.Type)
	if errors.Is(err, sql.ErrNoRows) {
		return c, chat.NewError(chat.NotFound, "channel")
	}
	if err != nil {
		return c, fmt.Errorf("read head: %w", err)
	}
	f := &follower{store: s, stream: st, changes: c, seen: map[chat.TS]bool{}}
	if err := f.readPiece(ctx, after); err != nil {
		return c, fmt.Errorf("read changes: %w", err)
	}
	return f.changes, f.readTargets(ctx)
}

// follower gathers one piece's changes.
type follower struct {
	store   *Store
	stream  chat.Stream
	changes Changes
	seen    map[chat.TS]bool
	targets []chat.TS // messages of earlier pieces
}

func (f *follower) readPiece(ctx context.Context, after int64) error {
	rows, err := f.store.db.QueryContext(ctx, "SELECT e.committed_ms, "+messageColumns+fromMessages+
		" WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ?",
		f.stream.Workspace, f.stream.ID, after, f.changes.Head, maxChanges)
	if err != nil {
		return err
	}
	defer rows.Close()
	f.changes.Next = f.changes.Head
	for n, bytes := 0, 0; rows.Next(); {
		var ms int64
		m, err := scanMessage(leading{rows, &ms})
		if err != nil {
			return err
		}
		if f.changes.CommittedMS == 0 {
			f.changes.CommittedMS = ms
		}
		f.add(m)
		n, bytes = n+1, bytes+len(m.original)
		if n == maxChanges || bytes > maxPageBytes {
			f.changes.Next = m.seq
			return nil
		}
	}
	return rows.Err()
}

// leading is a row with one column before those that are scanned.
type leading struct {
	row   scanner
	first any
}

func (l leading) Scan(dest ...any) error { return l.row.Scan(append([]any{l.first}, dest...)...) }

// add takes an event in: a message itself, or the one that it changes.
func (f *follower) add(m *messageState) {
	if m.kind != kindOther {
		f.message(m)
		return
	}
	ts, file, gone := targetOf(m.original)
	if gone > f.changes.Gone {
		f.changes.Gone = gone
	}
	if gone != 0 {
		f.changes.GoneSeq = m.seq
	}
	if ts != 0 && !f.seen[ts] {
		f.seen[ts] = true
		f.targets = append(f.targets, ts)
	}
	if file != "" {
		f.changes.Files = append(f.changes.Files, file)
	}
}

func (f *follower) message(m *messageState) {
	f.seen[m.ts] = true
	c := Changed{Seq: m.seq, TS: m.ts}
	// Who came and left is in no copy: it is found where it happened.
	if m.deleted == deletedNot && m.kind != kindNotice {
		// What can't be read has no text; whoever reads history has logged it.
		message, _ := m.message()
		c.Message = &message
	}
	f.changes.Changed = append(f.changes.Changed, c)
}

// targetOf is the ts of the message that an event changes, or the file that it
// takes out of messages, or up to where it says that messages are gone.
func targetOf(payload []byte) (ts chat.TS, file chat.FileID, gone chat.TS) {
	type inner struct {
		TS chat.TS `json:"ts"`
	}
	var e struct {
		Type      string      `json:"type"`
		File      chat.FileID `json:"file_id"`
		Latest    chat.TS     `json:"latest"`
		DeletedTS chat.TS     `json:"deleted_ts"`
		Message   inner       `json:"message"`
		Item      struct {
			TS      chat.TS `json:"ts"`
			Message inner   `json:"message"`
		} `json:"item"`
	}
	json.Unmarshal(payload, &e) // what can't be read names none
	switch {
	case e.Type == chat.TypeFileDeleted:
		return 0, e.File, 0
	case chat.IsHistoryChange(e.Type):
		return 0, "", e.Latest
	}
	for _, ts := range []chat.TS{e.DeletedTS, e.Message.TS, e.Item.TS, e.Item.Message.TS} {
		if ts != 0 {
			return ts, "", 0
		}
	}
	return 0, "", 0
}

// readTargets reads the messages that were not of the piece itself.
func (f *follower) readTargets(ctx context.Context) error {
	inPiece := map[chat.TS]bool{}
	for _, c := range f.changes.Changed {
		inPiece[c.TS] = true
	}
	for _, ts := range f.targets {
		if inPiece[ts] {
			continue
		}
		if err := f.readTarget(ctx, ts); err != nil {
			return fmt.Errorf("read message %s: %w", ts, err)
		}
	}
	return nil
}

func (f *follower) readTarget(ctx context.Context, ts chat.TS) error {
	query, args := f.store.dialect.messageByTS(messageKey{f.stream, ts}, f.changes.Head)
	m, err := scanMessage(f.store.db.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil && m.kind != kindOther {
		f.message(m)
	}
	return err
}

// AddChanges adds messages of a stream, as they are now, to a piece of it.
func (s *Store) AddChanges(ctx context.Context, st chat.Stream, c Changes, messages []chat.TS) (Changes, error) {
	f := &follower{store: s, stream: st, changes: c, seen: map[chat.TS]bool{}, targets: messages}
	err := f.readTargets(ctx)
	return f.changes, err
}

// ChannelHeads lists the heads of all channels' streams of all workspaces, by
// stream, those after the given one; the last of all it looked at is where the
// next call begins, the zero Stream after the end.
func (s *Store) ChannelHeads(ctx context.Context, after chat.Stream) (heads []chat.Head, last chat.Stream, err error) {
	all, err := s.scanHeads(ctx, nil, "SELECT workspace_id, stream_id, seq FROM stream_heads WHERE workspace_id > ? OR workspace_id = ? AND stream_id > ?"+
		" ORDER BY workspace_id, stream_id LIMIT ?", after.Workspace, after.Workspace, after.ID, maxPage)
	if err != nil {
		return nil, last, fmt.Errorf("list heads: %w", err)
	}
	for _, h := range all {
		if h.Stream.ID.Kind() == chat.ChannelStream {
			heads = append(heads, h)
		}
	}
	if len(all) == maxPage {
		last = all[maxPage-1].Stream
	}
	return heads, last, nil
}

// DMsAmong are the DMs and group DMs among the channels, at most so many, without
// NumMembers.
func (w *Workspace) DMsAmong(ctx context.Context, ids []chat.ChannelID, most int) ([]chat.Channel, error) {
	var found []chat.Channel
	err := inChunks(ids, func(chunk []any) error {
		if len(found) >= most {
			return nil
		}
		rows, err := w.store.db.QueryContext(ctx, "SELECT "+channelColumns+" FROM channels WHERE workspace_id = ? AND type IN ('im', 'mpim') AND channel_id IN ("+
			placeholders(len(chunk))+")", append([]any{w.id}, chunk...)...)
		channels, err := collect(rows, err, func(r scanner) (chat.Channel, error) { return scanChannel(w.id, r) })
		found = append(found, channels...)
		return err
	})
	return found[:min(len(found), most)], err
}

// aroundEvents is how many events before and after a message are looked at for
// its neighbours.
const aroundEvents = 100

// Around is a message with those that history shows next to it: at most two
// before it, the nearer first, and one after it. A reply, which history doesn't
// show, stands alone. NotFound "message".
func (w *Workspace) Around(ctx context.Context, ch chat.ChannelID, ts chat.TS) (m chat.Message, before, after []chat.Message, err error) {
	state, err := w.message(ctx, ch, ts)
	if err != nil {
		return m, nil, nil, err
	}
	one := []chat.Message{w.store.shown(state)}
	if err := w.freshenRoots(ctx, ch, one); err != nil {
		return m, nil, nil, err
	}
	m = one[0]
	if state.kind == kindReply {
		return m, nil, nil, nil
	}
	neighbours := func(from, to int64, order string, limit int) ([]chat.Message, error) {
		rows, err := w.store.db.QueryContext(ctx, selectMessages+" WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq >= ? AND e.seq <= ?"+
			" AND e.kind IN (1, 3) AND COALESCE(s.deleted, 0) = 0 ORDER BY e.seq "+order+" LIMIT ?", w.id, ch, from, to, limit)
		return collect(rows, err, func(r scanner) (chat.Message, error) {
			m, err := scanMessage(r)
			if err != nil {
				return chat.Message{}, err
			}
			return w.store.shown(m), nil
		})
	}
	if before, err = neighbours(state.seq-aroundEvents, state.seq-1, "DESC", 2); err != nil {
		return m, nil, nil, err
	}
	after, err = neighbours(state.seq+1, state.seq+aroundEvents, "ASC", 1)
	return m, before, after, err
}
