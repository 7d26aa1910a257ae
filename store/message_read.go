package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"taut/chat"
)

// Range selects messages by ts; zero bounds are open. Inclusive counts the
// bounds in.
type Range struct {
	Oldest, Latest chat.TS
	Inclusive      bool
	Limit          int
}

// bounds are the range as least and greatest ts, both included.
func (q Range) bounds() (from, to chat.TS) {
	from, to = q.Oldest, q.Latest
	if to == 0 {
		return q.exclude(from, 1), 1<<63 - 1
	}
	return q.exclude(from, 1), q.exclude(to, -1)
}

func (q Range) exclude(bound, by chat.TS) chat.TS {
	if bound == 0 || q.Inclusive {
		return bound
	}
	return bound + by
}

const (
	defaultMessages = 100
	maxMessages     = 1000
)

func (q Range) limit() int {
	if q.Limit <= 0 {
		return defaultMessages
	}
	return min(q.Limit, maxMessages)
}

// headSeq is how far the stream has grown. NotFound "channel".
func (s *Store) headSeq(ctx context.Context, st chat.Stream) (seq int64, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT seq FROM stream_heads WHERE workspace_id = ? AND stream_id = ?", st.Workspace, st.ID).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, chat.NewError(chat.NotFound, "channel")
	}
	return seq, err
}

// Message is a message as history shows it. NotFound "message".
func (w *Workspace) Message(ctx context.Context, ch chat.ChannelID, ts chat.TS) (chat.Message, error) {
	m, err := w.message(ctx, ch, ts)
	if err != nil {
		return chat.Message{}, err
	}
	one := []chat.Message{w.store.shown(m)}
	return one[0], w.freshenRoots(ctx, ch, one)
}

func (w *Workspace) message(ctx context.Context, ch chat.ChannelID, ts chat.TS) (*messageState, error) {
	stream := w.id.Channel(ch)
	seq, err := w.store.headSeq(ctx, stream)
	if err != nil {
		return nil, errNoMessage
	}
	query, args := w.store.dialect.messageByTS(messageKey{stream, ts}, seq)
	m, err := scanMessage(w.store.db.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) || err == nil && !m.visible() {
		return nil, errNoMessage
	}
	return m, err
}

// History is the channel's messages, newest first, and whether there are more.
func (w *Workspace) History(ctx context.Context, ch chat.ChannelID, q Range) ([]chat.Message, bool, error) {
	stream := w.id.Channel(ch)
	walk, err := w.walkRange(ctx, stream, q)
	if err != nil {
		return nil, false, err
	}
	p := messagePage{store: w.store, limit: q.limit(), messages: []chat.Message{}}
	for !walk.over() {
		if err := walk.next(ctx, p.limit-len(p.messages)+1, p.take); err != nil {
			return nil, false, err
		}
	}
	return p.messages, p.more, w.freshenRoots(ctx, ch, p.messages)
}

// walkRange begins a walk through the range.
func (w *Workspace) walkRange(ctx context.Context, stream chat.Stream, q Range) (*shownWalk, error) {
	head, err := w.store.shownHead(ctx, stream)
	if err != nil {
		return nil, err
	}
	if head.shown == unknownShown {
		w.store.wantLinks(head)
	}
	oldest, latest := q.bounds()
	from, to := int64(1), head.seq
	if oldest != 0 {
		if from, err = w.store.seqFrom(ctx, stream, head.seq, oldest); err != nil {
			return nil, fmt.Errorf("oldest: %w", err)
		}
	}
	if q.Latest != 0 {
		if to, err = w.store.seqFrom(ctx, stream, head.seq, latest+1); err != nil {
			return nil, fmt.Errorf("latest: %w", err)
		}
		to--
	}
	return w.store.walkFrom(ctx, head, from, to)
}

// messagePage is a page of messages as it fills.
type messagePage struct {
	store    *Store
	limit    int
	messages []chat.Message
	bytes    int
	more     bool // a further one was there
}

// take adds a message unless the page is full, of messages or of bytes.
func (p *messagePage) take(m *messageState) (more bool) {
	if len(p.messages) == p.limit || p.bytes > maxPageBytes {
		p.more = true
		return false
	}
	p.messages = append(p.messages, p.store.shown(m))
	p.bytes += m.bytes
	return true
}

// pageOfMessages reads up to limit messages, fewer where they are large, and
// tells whether a further one was there.
func (w *Workspace) pageOfMessages(ctx context.Context, ch chat.ChannelID, rows someRows, err error, limit int) ([]chat.Message, bool, error) {
	messages, more, err := w.store.scanPage(rows, err, limit)
	if err != nil {
		return nil, false, err
	}
	return messages, more, w.freshenRoots(ctx, ch, messages)
}

func (s *Store) scanPage(rows someRows, err error, limit int) (messages []chat.Message, more bool, _ error) {
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	p := messagePage{store: s, limit: limit, messages: []chat.Message{}}
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, false, err
		}
		if !p.take(m) {
			break
		}
	}
	return p.messages, p.more, unavailable(rows.Err())
}
