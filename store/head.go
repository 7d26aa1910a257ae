package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"taut/chat"
)

// head is a stream's row: the only sequencer of the stream, locked by each
// append, and what the append must check of the stream itself.
type head struct {
	stream      chat.Stream
	seq         int64
	lastTS      chat.TS
	n           int64 // visible root messages so far
	members     int64
	channelType chat.ChannelType // "" where the stream is no channel's
	archived    bool
	general     bool
	trimmed     int64 // up to this seq events may be missing
	touchedMS   int64
	shown       int64 // the seq of the last event that history shows, or unknownShown

	fresh bool // has no row yet
	dirty bool // in the batch's list of heads to write
}

// grownFrom tells whether only events were added since before: then, on SQLite,
// the head's row may stay as it is (see stream_heads in the schema).
func (h *head) grownFrom(before *head) bool {
	b := *before
	b.seq, b.lastTS, b.n, b.touchedMS, b.shown = h.seq, h.lastTS, h.n, h.touchedMS, h.shown
	return b == *h
}

// member is a membership interval's row.
type member struct {
	JoinedSeq int64
	LeftSeq   int64 // 0: still a member
	InvitedBy chat.UserID
}

const (
	headColumns = "seq, last_ts, n, members, channel_type, archived, general, trimmed, touched_ms"
	selectHead  = "SELECT " + headColumns + ", shown FROM stream_heads WHERE workspace_id = ? AND stream_id = ?"
	lockHead    = "SELECT " + headColumns + ", CASE WHEN shown_at = seq THEN shown ELSE -1 END FROM heads WHERE workspace_id = ? AND stream_id = ? FOR UPDATE"
	insertHead  = "INSERT INTO heads (" + headColumns + ", shown, shown_at, workspace_id, stream_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	updateHead  = "UPDATE heads SET seq = ?, last_ts = ?, n = ?, members = ?, channel_type = ?, archived = ?, general = ?, trimmed = ?, touched_ms = ?, shown = ?, shown_at = ?" +
		" WHERE workspace_id = ? AND stream_id = ?"
)

// day is the day of the stream's clock, which never goes back.
func (h *head) day(nowMS int64) int64 { return max(nowMS, h.lastTS.MS()) / 86_400_000 }

// row is the arguments of insertHead and updateHead.
func (h *head) row() []any {
	return []any{
		h.seq, int64(h.lastTS), h.n, h.members, string(h.channelType), asInt(h.archived), asInt(h.general), h.trimmed, h.touchedMS,
		h.shown, h.seq,
		string(h.stream.Workspace), string(h.stream.ID),
	}
}

// scanHead reads a head's row; nil where there is none.
func scanHead(stream chat.Stream, row scanner) (*head, error) {
	h := &head{stream: stream}
	err := row.Scan(&h.seq, &h.lastTS, &h.n, &h.members, &h.channelType, &h.archived, &h.general, &h.trimmed, &h.touchedMS, &h.shown)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return h, err
}

// asInt is how a truth value is stored.
func asInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// headsPerQuery bounds how many streams one query of Heads asks for.
const headsPerQuery = 200

// Heads tells how far streams have grown; absent ones are left out.
func (s *Store) Heads(ctx context.Context, streams []chat.Stream) ([]chat.Head, error) {
	heads := make([]chat.Head, 0, len(streams))
	for len(streams) > 0 {
		part := streams[:min(len(streams), headsPerQuery)]
		streams = streams[len(part):]
		query := "SELECT workspace_id, stream_id, seq FROM stream_heads WHERE " +
			strings.TrimSuffix(strings.Repeat("workspace_id = ? AND stream_id = ? OR ", len(part)), " OR ")
		args := make([]any, 0, 2*len(part))
		for _, st := range part {
			args = append(args, string(st.Workspace), string(st.ID))
		}
		var err error
		if heads, err = s.scanHeads(ctx, heads, query, args...); err != nil {
			return nil, err
		}
	}
	return heads, nil
}

func (s *Store) scanHeads(ctx context.Context, heads []chat.Head, query string, args ...any) ([]chat.Head, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h chat.Head
		if err := rows.Scan(&h.Stream.Workspace, &h.Stream.ID, &h.Seq); err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, rows.Err()
}
