package store

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"taut/chat"
)

const (
	markInterval = time.Second
	// ownPostEvery is after how many intervals the marks are written that only a
	// user's own posts moved: no device waits for them.
	ownPostEvery = 5
	maxMarks     = 200_000 // that wait; beyond: Limited, and own posts don't count as read
	markParallel = 64
	// marksTogether is how many marks of own posts one statement writes.
	marksTogether = 50
	closeTimeout  = 5 * time.Second
)

// marks holds the read marks that are not written yet: a user reads and writes
// faster than it would be worth a transaction each.
type marks struct {
	mu      sync.Mutex
	waiting map[markKey]waitingMark // guarded by mu
}

type waitingMark struct {
	ts   chat.TS
	n    int64
	tell bool // set by the user: wherever it was before, and the devices hear of it
}

func newMarks() *marks { return &marks{waiting: map[markKey]waitingMark{}} }

// set takes a mark that the user set.
func (m *marks) set(k markKey, ts chat.TS, n int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, found := m.waiting[k]; !found && len(m.waiting) >= maxMarks {
		return false
	}
	m.waiting[k] = waitingMark{ts, n, true}
	return true
}

// advance takes a mark that an own post moved forward.
func (m *marks) advance(k markKey, ts chat.TS, n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w, found := m.waiting[k]
	if w.ts >= ts || !found && len(m.waiting) >= maxMarks {
		return
	}
	m.waiting[k] = waitingMark{ts, n, w.tell}
}

// get is the mark as this process knows it, given the one that is written.
func (m *marks) get(k markKey, written chat.ReadMark) chat.ReadMark {
	m.mu.Lock()
	defer m.mu.Unlock()
	w, found := m.waiting[k]
	if found && (w.tell || w.ts > written.LastRead) {
		written.LastRead, written.N = w.ts, w.n
	}
	return written
}

// due are those that wait to be told, or those that need not be.
func (m *marks) due(tell bool) map[markKey]waitingMark {
	m.mu.Lock()
	defer m.mu.Unlock()
	due := map[markKey]waitingMark{}
	for k, w := range m.waiting {
		if w.tell == tell {
			due[k] = w
		}
	}
	return due
}

// written forgets a mark, unless it moved on meanwhile.
func (m *marks) written(k markKey, w waitingMark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.waiting[k] == w {
		delete(m.waiting, k)
	}
}

// runMarks writes marks until ctx ends, and then all that are left.
func (s *Store) runMarks(ctx context.Context) {
	ticker := time.NewTicker(markInterval)
	defer ticker.Stop()
	for tick := 1; ; tick++ {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
			defer cancel()
			s.tellMarks(last)
			s.writeOwnPosts(last)
			return
		case <-ticker.C:
		}
		s.tellMarks(ctx)
		if tick%ownPostEvery == 0 {
			s.writeOwnPosts(ctx)
		}
	}
}

// tellMarks writes the marks that users set, each with its event.
func (s *Store) tellMarks(ctx context.Context) {
	var group errgroup.Group
	group.SetLimit(markParallel)
	for k, w := range s.marks.due(true) {
		group.Go(func() error {
			err := s.tellMark(ctx, k, w)
			if err == nil || chat.CodeOf(err) == chat.NotFound {
				s.marks.written(k, w)
			} else if ctx.Err() == nil {
				s.metrics.markFailed.Inc()
				s.log.Warn("read mark: will try again", "error", err)
			}
			return nil
		})
	}
	group.Wait()
}

// markedTypes are Slack's names of the event.
var markedTypes = map[chat.ChannelType]string{
	chat.PublicChannel: "channel_marked", chat.PrivateChannel: "group_marked", chat.DM: "im_marked", chat.GroupDM: "mpim_marked",
}

// tellMark writes a mark and tells the user's stream.
func (s *Store) tellMark(ctx context.Context, k markKey, m waitingMark) error {
	w := s.Workspace(k.workspace)
	channel, err := w.channelRow(ctx, k.channel)
	if err != nil {
		return err
	}
	unread, err := s.unreadSince(ctx, k.workspace, k.user, []chat.ReadMark{{Channel: k.channel, LastRead: m.ts, N: m.n}})
	if err != nil {
		return err
	}
	u := unread[k.channel]
	write := setMark(s.dialect, k, m.ts, m.n)
	_, err = s.append(ctx, change{stream: k.workspace.User(k.user), create: &head{}, apply: func(t *turn) error {
		t.exec(write.query, write.args...)
		return t.emitObject(markedTypes[channel.Type], k.user, map[string]any{
			"channel": k.channel, "ts": m.ts,
			"unread_count": u.Count, "unread_count_display": u.Count,
			"num_mentions": u.Mentions, "num_mentions_display": u.Mentions,
			"mention_count": u.Mentions, "mention_count_display": u.Mentions,
		})
	}})
	return err
}

// writeOwnPosts writes the marks that own posts moved, many in a transaction.
func (s *Store) writeOwnPosts(ctx context.Context) {
	due := s.marks.due(false)
	keys := make([]markKey, 0, len(due))
	for k := range due {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compareMarks) // all writers lock in one order
	for len(keys) > 0 {
		n := min(len(keys), maxChunk)
		if err := s.writeMarks(ctx, keys[:n], due); err != nil {
			if ctx.Err() == nil {
				s.metrics.markFailed.Inc()
				s.log.Warn("read marks of own posts: will try again", "error", err)
			}
			return
		}
		keys = keys[n:]
	}
}

func compareMarks(a, b markKey) int {
	return cmp.Or(cmp.Compare(a.workspace, b.workspace), cmp.Compare(a.user, b.user), cmp.Compare(a.channel, b.channel))
}

func (s *Store) writeMarks(ctx context.Context, keys []markKey, due map[markKey]waitingMark) error {
	err := s.write(ctx, func(t *tx) error {
		for part := range slices.Chunk(keys, marksTogether) {
			var args []any
			for _, k := range part {
				args = append(args, k.row(due[k].ts, due[k].n)...)
			}
			if _, err := t.exec(s.dialect.advanceMarks(len(part)), args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		s.marks.written(k, due[k])
	}
	return nil
}
