package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"taut/chat"
	"taut/internal/history"
	"taut/store"
)

// ledger is the truth that runs are judged by: what was committed in each
// incarnation of the log, noted at the commit and compared with what the log
// holds in the end.
type ledger struct {
	mu          sync.Mutex
	incarnation string
	books       map[string]map[chat.StreamID]*model // by incarnation; the models without their user
	members     map[string]map[chat.StreamID]map[chat.UserID][]chat.Membership
	faults      []string
}

func newLedger() *ledger {
	return &ledger{
		books:   make(map[string]map[chat.StreamID]*model),
		members: make(map[string]map[chat.StreamID]map[chat.UserID][]chat.Membership),
	}
}

// begin opens the book of an incarnation.
func (l *ledger) begin(incarnation string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.incarnation = incarnation
	if l.books[incarnation] == nil {
		l.books[incarnation] = make(map[chat.StreamID]*model)
		l.members[incarnation] = make(map[chat.StreamID]map[chat.UserID][]chat.Membership)
	}
}

func (l *ledger) committed(events []chat.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		m := l.book(e.Stream.ID)
		if e.Seq != m.head+1 && m.head > 0 {
			l.faults = append(l.faults, fmt.Sprintf("%s: %d was committed after %d", e.Stream.ID, e.Seq, m.head))
		}
		m.head = max(m.head, e.Seq)
		m.events[e.Seq] = history.FromLog(history.Event, e)
	}
}

// book is the stream's model in the present incarnation. Called with mu.
func (l *ledger) book(id chat.StreamID) *model {
	m := l.books[l.incarnation][id]
	if m == nil {
		m = &model{incarnation: l.incarnation, events: make(map[int64]history.Record)}
		l.books[l.incarnation][id] = m
	}
	return m
}

// settle compares the book with the log and takes over what it holds now:
// content may have been redacted since, and what was trimmed is gone.
func (l *ledger) settle(ctx context.Context, s *store.Store, team chat.WorkspaceID, streams []chat.StreamID, users []chat.UserID) error {
	for _, id := range streams {
		if err := l.settleStream(ctx, s, chat.Stream{Workspace: team, ID: id}); err != nil {
			return err
		}
		if id.Kind() != chat.ChannelStream {
			continue
		}
		members := make(map[chat.UserID][]chat.Membership)
		for _, u := range users {
			intervals, err := s.Workspace(team).Intervals(ctx, chat.ChannelID(id), u)
			if err != nil && chat.CodeOf(err) != chat.NotFound {
				return err
			}
			slices.SortFunc(intervals, func(a, b chat.Membership) int { return int(a.JoinedSeq - b.JoinedSeq) })
			members[u] = intervals
		}
		l.members[l.incarnation][id] = members
	}
	return nil
}

func (l *ledger) settleStream(ctx context.Context, s *store.Store, id chat.Stream) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.book(id.ID)
	inLog := make(map[int64]bool)
	for after := int64(0); ; {
		page, err := s.Read(ctx, chat.ReadRequest{Stream: id, After: after, Limit: 1000})
		if err != nil {
			return err
		}
		for _, e := range page.Events {
			inLog[e.Seq] = true
			if old, ok := m.events[e.Seq]; ok && (old.TS != e.TS || old.Type != e.Type) {
				l.faults = append(l.faults, fmt.Sprintf("%s %d was committed as %s and is %s", id.ID, e.Seq, old.TS, e.TS))
			}
			m.events[e.Seq] = history.FromLog(history.Event, e)
		}
		m.head, m.trimmed = max(m.head, page.Head), page.Trimmed
		if page.Next >= page.Head || page.Gone {
			break
		}
		after = page.Next
	}
	for seq, e := range m.events {
		if !inLog[seq] && seq <= m.trimmed {
			m.events[seq] = withoutCopies(e)
		} else if !inLog[seq] {
			l.faults = append(l.faults, fmt.Sprintf("%s %d was committed and is not in the log", id.ID, seq))
		}
	}
	return nil
}

// withoutCopies is an event that was trimmed as the log would have it by now:
// what it told of others may have been redacted.
func withoutCopies(e history.Record) history.Record {
	e.Copies = slices.Clone(e.Copies)
	for i := range e.Copies {
		e.Copies[i].Text = ""
	}
	return e
}

// write puts the truth into the history.
func (l *ledger) write(r *history.Recorder) {
	for inc, book := range l.books {
		for _, id := range slices.Sorted(maps.Keys(book)) {
			m := book[id]
			for _, e := range m.events {
				e.Incarnation = inc
				r.Add(e)
			}
			r.Add(history.Record{Kind: history.Head, Incarnation: inc, Stream: id, Seq: m.head, Trimmed: m.trimmed})
			for u, intervals := range l.members[inc][id] {
				for _, i := range intervals {
					r.Add(history.Record{Kind: history.Interval, Incarnation: inc, Stream: id, User: u, Seq: i.JoinedSeq, Left: i.LeftSeq})
				}
			}
		}
	}
}

// model is the book of a stream as a user may read it.
func (l *ledger) model(incarnation string, id chat.StreamID, user chat.UserID) model {
	m := model{incarnation: incarnation}
	if book := l.books[incarnation][id]; book != nil {
		m = *book
	}
	m.user, m.own = user, id == chat.StreamID(user)
	m.intervals = l.members[incarnation][id][user]
	return m
}
