package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"taut/chat"
)

// maxReplyUsers is how many of those who replied a root names.
const maxReplyUsers = 5

var errNoThread = chat.NewError(chat.NotFound, "thread")

// reply appends a reply and what it does to its root.
func (p *posting) reply(t *turn) error {
	root, err := t.message(p.Message.ThreadTS)
	if chat.CodeOf(err) == chat.NotFound {
		return errNoThread
	}
	if err != nil {
		return err
	}
	if root.kind != kindRoot && root.kind != kindNotice {
		return chat.NewError(chat.Invalid, "thread")
	}
	m, kind := p.Message, kindReply
	m.ParentUserID = root.user
	if p.Broadcast {
		kind, m.Subtype = kindBroadcast, chat.SubtypeThreadBroadcast
		shown := t.batch.store.shown(root)
		m.Root = &shown
	}
	if err := p.emit(t, kind, m); err != nil {
		return err
	}
	if p.Broadcast {
		t.copied(root.ts, p.posted.Event.Seq)
	}
	before := latestOf(root)
	if err := t.countReply(root, p.posted.Event); err != nil {
		return err
	}
	t.followThread(root, p.posted.Event, before, p.mentioned())
	return t.emitReplied(root)
}

// countReply enters a reply into its thread.
func (t *turn) countReply(root *messageState, reply chat.Event) error {
	n, err := t.replies(root.ts, reply.User)
	if err != nil {
		return err
	}
	t.enterReply(root, reply, n)
	return t.saveMessage(root)
}

// enterReply is the reply of a user who had n in the thread; the root is the
// caller's to save.
func (t *turn) enterReply(root *messageState, reply chat.Event, n int64) {
	if n == 0 {
		root.replyUsersCount++
		if len(root.replyUsers) < maxReplyUsers {
			root.replyUsers = append(slices.Clip(root.replyUsers), reply.User)
		}
	}
	root.replyCount++
	root.latestReply = reply.TS
	t.setReplies(root.ts, reply.User, n+1)
	st := t.head.stream
	t.exec("INSERT INTO thread_replies (workspace_id, stream_id, root_ts, ts, seq, user_id) VALUES (?, ?, ?, ?, ?, ?)",
		string(st.Workspace), string(st.ID), int64(root.ts), int64(reply.TS), reply.Seq, string(reply.User))
}

const selectReplies = "SELECT replies FROM thread_users WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND user_id = ?"

// replies is how often the user has replied to the root.
func (t *turn) replies(root chat.TS, u chat.UserID) (n int64, err error) {
	k := messageUserKey{messageKey{t.head.stream, root}, u}
	if n, ok := t.own.replies[k]; ok {
		return n, nil
	}
	if n, ok := t.batch.view.replies[k]; ok {
		return n, nil
	}
	st := t.head.stream
	err = t.batch.session.queryRow(selectReplies, string(st.Workspace), string(st.ID), int64(root), string(u)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if err == nil {
		put(&t.batch.view.replies, k, n)
	}
	return n, err
}

func (t *turn) setReplies(root chat.TS, u chat.UserID, n int64) {
	st := t.head.stream
	put(&t.own.replies, messageUserKey{messageKey{st, root}, u}, n)
	t.exec(t.batch.store.dialect.saveReplies, string(st.Workspace), string(st.ID), int64(root), string(u), n)
}

// rootSummary is what message_replied tells of a root.
type rootSummary struct {
	Type            string        `json:"type"`
	User            chat.UserID   `json:"user"`
	TS              chat.TS       `json:"ts"`
	ThreadTS        chat.TS       `json:"thread_ts"`
	ReplyCount      int           `json:"reply_count"`
	ReplyUsers      []chat.UserID `json:"reply_users"`
	ReplyUsersCount int           `json:"reply_users_count"`
	LatestReply     chat.TS       `json:"latest_reply,omitzero"`
}

func (t *turn) emitReplied(root *messageState) error {
	users := root.replyUsers
	if users == nil {
		users = []chat.UserID{}
	}
	_, err := t.emitHidden(root.user, hiddenEvent{Subtype: chat.SubtypeReplied, Message: rootSummary{
		Type: chat.TypeMessage, User: root.user, TS: root.ts, ThreadTS: root.ts, ReplyCount: root.replyCount,
		ReplyUsers: users, ReplyUsersCount: root.replyUsersCount, LatestReply: root.latestReply,
	}})
	return err
}

// unreply takes a deleted reply out of its thread, and tells of it.
func (t *turn) unreply(reply *messageState) error {
	root, err := t.unthread(reply)
	if err != nil || root == nil {
		return err
	}
	if err := t.saveMessage(root); err != nil {
		return err
	}
	return t.emitReplied(root)
}

// unthread takes a reply out of its thread, and gives the root, to be saved; nil
// where there is none.
func (t *turn) unthread(reply *messageState) (*messageState, error) {
	root, err := t.anyMessage(reply.thread)
	if err != nil || root == nil {
		return nil, err
	}
	st := t.head.stream
	t.exec("DELETE FROM thread_replies WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND ts = ?",
		string(st.Workspace), string(st.ID), int64(root.ts), int64(reply.ts))
	n, err := t.replies(root.ts, reply.user)
	if err != nil {
		return nil, err
	}
	t.setReplies(root.ts, reply.user, n-1)
	root.replyCount--
	var gone chat.UserID
	if n == 1 {
		gone = reply.user
	}
	if err := t.recount(root, gone); err != nil {
		return nil, err
	}
	if root.replyCount == 0 && root.deleted == deletedTombstone {
		root.deleted = deletedGone
	}
	return root, nil
}

// recount reads from the thread what a removed reply may have changed: the
// latest reply and, if its user has none left, who replied.
func (t *turn) recount(root *messageState, gone chat.UserID) error {
	st := t.head.stream
	args := []any{string(st.Workspace), string(st.ID), int64(root.ts)}
	err := t.queryRow("SELECT COALESCE(MAX(ts), 0) FROM thread_replies WHERE workspace_id = ? AND stream_id = ? AND root_ts = ?", args...).
		Scan(&root.latestReply)
	if err != nil {
		return fmt.Errorf("latest reply: %w", err)
	}
	if gone == "" {
		return nil
	}
	root.replyUsersCount--
	root.replyUsers = slices.DeleteFunc(slices.Clone(root.replyUsers), func(u chat.UserID) bool { return u == gone })
	return t.fillReplyUsers(root, args)
}

// fillReplyUsers names further users where a root has room; those it names stay
// in their order.
func (t *turn) fillReplyUsers(root *messageState, args []any) error {
	if len(root.replyUsers) >= min(root.replyUsersCount, maxReplyUsers) {
		return nil
	}
	rows, err := t.query("SELECT user_id FROM thread_users WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND replies > 0 ORDER BY user_id LIMIT ?",
		append(args, maxReplyUsers)...)
	users, err := collect(rows, err, func(row scanner) (u chat.UserID, err error) { return u, row.Scan(&u) })
	for _, u := range users {
		if len(root.replyUsers) < maxReplyUsers && !slices.Contains(root.replyUsers, u) {
			root.replyUsers = append(root.replyUsers, u)
		}
	}
	return err
}

// Replies is a thread: the root first, then its replies from the oldest on, and
// whether there are more. root may be a reply's ts. NotFound "thread".
func (w *Workspace) Replies(ctx context.Context, ch chat.ChannelID, root chat.TS, q Range) ([]chat.Message, bool, error) {
	m, err := w.message(ctx, ch, root)
	if err == nil && m.thread != 0 {
		m, err = w.message(ctx, ch, m.thread)
	}
	if chat.CodeOf(err) == chat.NotFound {
		return nil, false, errNoThread
	}
	if err != nil {
		return nil, false, err
	}
	first := w.store.shown(m)
	replies, more, err := w.repliesTo(ctx, ch, m.ts, q)
	return append([]chat.Message{first}, replies...), more, err
}

// selectRepliesOf selects a thread's replies between two ts.
const selectRepliesOf = "SELECT " + messageColumns + " FROM thread_replies r JOIN events e" +
	" ON e.workspace_id = r.workspace_id AND e.stream_id = r.stream_id AND e.seq = r.seq" +
	" LEFT JOIN message_state s ON s.workspace_id = r.workspace_id AND s.stream_id = r.stream_id AND s.ts = r.ts" +
	" WHERE r.workspace_id = ? AND r.stream_id = ? AND r.root_ts = ? AND r.ts >= ? AND r.ts <= ?"

func (w *Workspace) repliesTo(ctx context.Context, ch chat.ChannelID, root chat.TS, q Range) ([]chat.Message, bool, error) {
	from, to := q.bounds()
	rows, err := w.store.db.QueryContext(ctx, selectRepliesOf+" ORDER BY r.ts LIMIT ?",
		w.id, ch, root, from, to, q.limit()+1)
	return w.pageOfMessages(ctx, ch, rows, err, q.limit())
}
