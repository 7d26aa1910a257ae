package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"taut/chat"
)

// Who replies in a thread follows it, and so do the author of its root and who is
// mentioned in it. What a follower has read is theirs alone. There is a row for
// each who has to do with the thread, and none for others who read the channel.
const (
	followsYes   = 1
	followsNever = 2 // they said so; 0: nothing made them follow
)

// followThread enters what a reply means to those who have to do with the thread.
// before is the reply before it, or the root.
func (t *turn) followThread(root *messageState, reply chat.Event, before chat.TS, mentioned []chat.UserID) {
	st := t.head.stream
	w, stream := string(st.Workspace), string(st.ID)
	t.exec("UPDATE thread_users SET follows = 1, last_read = ? WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND user_id = ?",
		int64(reply.TS), w, stream, int64(root.ts), string(reply.User))
	if root.user != reply.User {
		t.letFollow(root.ts, root.user, root.ts)
	}
	if root.replyCount == 1 {
		t.exec(t.batch.store.dialect.ignore+"thread_users (workspace_id, stream_id, root_ts, user_id, replies, follows, last_read)"+
			" SELECT workspace_id, stream_id, ts, user_id, 0, 1, ts FROM mentions WHERE workspace_id = ? AND stream_id = ? AND ts = ?"+
			" AND (user_id LIKE 'U%' OR user_id LIKE 'W%')", w, stream, int64(root.ts))
	}
	t.mentionInThread(root.ts, reply.TS, before, mentioned)
}

// letFollow makes a user follow unless they have decided themself.
func (t *turn) letFollow(root chat.TS, u chat.UserID, read chat.TS) {
	st := t.head.stream
	t.exec(t.batch.store.dialect.letFollow, string(st.Workspace), string(st.ID), int64(root), string(u), int64(read))
}

// mentionInThread enters the users whom a message of the thread mentions.
func (t *turn) mentionInThread(root, ts, before chat.TS, users []chat.UserID) {
	st := t.head.stream
	for _, u := range users {
		t.letFollow(root, u, before)
		t.exec(t.batch.store.dialect.ignore+"thread_mentions (workspace_id, stream_id, root_ts, user_id, ts) VALUES (?, ?, ?, ?, ?)",
			string(st.Workspace), string(st.ID), int64(root), string(u), int64(ts))
	}
}

// unmention takes away whom a message mentions.
func (t *turn) unmention(m *messageState) {
	st := t.head.stream
	t.exec("DELETE FROM mentions WHERE workspace_id = ? AND stream_id = ? AND ts = ?", string(st.Workspace), string(st.ID), int64(m.ts))
	if m.thread != 0 {
		t.exec("DELETE FROM thread_mentions WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND ts = ?",
			string(st.Workspace), string(st.ID), int64(m.thread), int64(m.ts))
	}
}

// ThreadState is what a user has to do with a thread.
type ThreadState struct {
	Follows  bool
	LastRead chat.TS
}

// FollowThread makes the user follow a thread, from what they have read of it; 0:
// all. root may be a reply's ts. Their devices are told. NotFound "channel" or
// "thread".
func (w *Workspace) FollowThread(ctx context.Context, ch chat.ChannelID, root chat.TS, user chat.UserID, read chat.TS) error {
	return w.changeThread(ctx, ch, root, user, func(root *messageState, _ ThreadState) (ThreadState, string) {
		if read == 0 {
			read = latestOf(root)
		}
		return ThreadState{true, read}, "thread_subscribed"
	})
}

// UnfollowThread ends it, until the user replies again. Errors as FollowThread.
func (w *Workspace) UnfollowThread(ctx context.Context, ch chat.ChannelID, root chat.TS, user chat.UserID) error {
	return w.changeThread(ctx, ch, root, user, func(_ *messageState, was ThreadState) (ThreadState, string) {
		return ThreadState{false, was.LastRead}, "thread_unsubscribed"
	})
}

// MarkThread says up to where the user has read a thread that they follow; of
// others nothing is kept. Errors as FollowThread.
func (w *Workspace) MarkThread(ctx context.Context, ch chat.ChannelID, root chat.TS, user chat.UserID, ts chat.TS) error {
	return w.changeThread(ctx, ch, root, user, func(root *messageState, was ThreadState) (ThreadState, string) {
		now := ThreadState{was.Follows, min(ts, latestOf(root))}
		if !was.Follows || now == was {
			return was, ""
		}
		return now, "thread_marked"
	})
}

// latestOf is the ts of the thread's last message.
func latestOf(root *messageState) chat.TS { return cmp.Or(root.latestReply, root.ts) }

// changeThread changes a user's state of a thread, and tells their devices under
// the name that how gives, or nobody where it gives none.
func (w *Workspace) changeThread(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID, how func(*messageState, ThreadState) (ThreadState, string)) error {
	stream, err := w.channelStream(ch)
	if err != nil {
		return err
	}
	told := false
	_, err = w.store.append(ctx, change{stream: stream, sender: user, reads: []read{{message: ts}}, apply: func(t *turn) error {
		told = false
		root, err := t.threadRoot(ts)
		if err != nil {
			return err
		}
		was, err := t.threadState(root.ts, user)
		if err != nil {
			return err
		}
		now, event := how(root, was)
		if told = event != ""; !told {
			return nil
		}
		return t.setThreadState(root, user, now, event)
	}})
	if err != nil || !told {
		return err
	}
	return w.store.carryOut(ctx, stream, w.id.User(user))
}

// threadRoot is the root of the thread that a message is in. NotFound "thread".
func (t *turn) threadRoot(ts chat.TS) (*messageState, error) {
	m, err := t.anyMessage(ts)
	if err == nil && m != nil && m.thread != 0 {
		m, err = t.anyMessage(m.thread)
	}
	if err == nil && (m == nil || !m.visible()) {
		err = errNoThread
	}
	return m, err
}

func (t *turn) threadState(root chat.TS, user chat.UserID) (s ThreadState, err error) {
	st := t.head.stream
	err = t.queryRow("SELECT CASE WHEN follows = 1 THEN 1 ELSE 0 END, last_read FROM thread_users WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND user_id = ?",
		string(st.Workspace), string(st.ID), int64(root), string(user)).Scan(&s.Follows, &s.LastRead)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return s, err
}

func (t *turn) setThreadState(root *messageState, user chat.UserID, s ThreadState, event string) error {
	st := t.head.stream
	follows := followsYes
	if !s.Follows {
		follows = followsNever
	}
	t.exec(t.batch.store.dialect.setFollow, string(st.Workspace), string(st.ID), int64(root.ts), string(user), follows, int64(s.LastRead))
	f := threadFact{Event: event, Subscription: subscription{
		Type: "thread", Channel: chat.ChannelID(st.ID), ThreadTS: root.ts, Active: s.Follows, LastRead: s.LastRead,
	}}
	if s.Follows && s.LastRead < root.latestReply {
		if err := t.queryRow(countUnreadReplies, string(st.Workspace), string(st.ID), int64(root.ts), int64(s.LastRead), string(user)).Scan(&f.Subscription.Unread); err != nil {
			return fmt.Errorf("count unread replies: %w", err)
		}
	}
	return t.carry(fact{Target: st.Workspace.User(user), Kind: factThread, Body: f})
}

const countUnreadReplies = "SELECT COUNT(*) FROM thread_replies WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND ts > ? AND user_id <> ?"

// threadFact tells a user's devices of their state of a thread. Told twice, after
// a crash, it says the same.
type threadFact struct {
	Event        string       `json:"event"`
	Subscription subscription `json:"subscription"`
}

// subscription is a user's state of a thread as the events have it.
type subscription struct {
	Type     string         `json:"type"`
	Channel  chat.ChannelID `json:"channel"`
	ThreadTS chat.TS        `json:"thread_ts"`
	Active   bool           `json:"active"`
	LastRead chat.TS        `json:"last_read,omitzero"`
	Unread   int            `json:"unread_count"`
}

func (s *Store) applyThread(ctx context.Context, c carried, f threadFact) error {
	_, err := s.append(ctx, change{stream: c.targetStream(), create: &head{}, apply: func(t *turn) error {
		return t.emitObject(f.Event, chat.UserID(c.target), map[string]any{"subscription": f.Subscription})
	}})
	return err
}
