package store

import (
	"context"
	"slices"

	"taut/chat"
)

// maxFollowed is how many of the threads that a user follows are looked at: those
// with the youngest roots.
const maxFollowed = 10_000

// ThreadStates are the user's states of threads of a channel; those that they have
// nothing to do with are left out.
func (w *Workspace) ThreadStates(ctx context.Context, ch chat.ChannelID, user chat.UserID, roots []chat.TS) (map[chat.TS]ThreadState, error) {
	states := map[chat.TS]ThreadState{}
	err := inChunks(roots, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT root_ts, CASE WHEN follows = 1 THEN 1 ELSE 0 END, last_read FROM thread_users"+
			" WHERE workspace_id = ? AND stream_id = ? AND user_id = ? AND root_ts IN ("+placeholders(len(chunk))+")",
			append([]any{w.id, ch, user}, chunk...)...)
		_, err = collect(rows, err, func(row scanner) (s ThreadState, err error) {
			var root chat.TS
			err = row.Scan(&root, &s.Follows, &s.LastRead)
			states[root] = s
			return s, err
		})
		return err
	})
	return states, err
}

// UnreadReplies counts the replies of others after a ts.
func (w *Workspace) UnreadReplies(ctx context.Context, ch chat.ChannelID, root chat.TS, user chat.UserID, after chat.TS) (n int, err error) {
	err = w.store.db.QueryRowContext(ctx, countUnreadReplies, w.id, ch, root, after, user).Scan(&n)
	return n, err
}

// LatestReplies are the last few of a thread, in their order.
func (w *Workspace) LatestReplies(ctx context.Context, ch chat.ChannelID, root chat.TS, limit int) ([]chat.Message, error) {
	rows, err := w.store.db.QueryContext(ctx, selectRepliesOf+" ORDER BY r.ts DESC LIMIT ?", w.id, ch, root, 0, int64(1<<63-1), limit)
	messages, _, err := w.pageOfMessages(ctx, ch, rows, err, limit)
	slices.Reverse(messages)
	return messages, err
}

// ThreadQuery selects threads that a user follows, in conversations that they may
// read: of these types, and where they are a member, or, unless MembersOnly, that
// are public.
type ThreadQuery struct {
	User        chat.UserID
	Types       []chat.ChannelType
	MembersOnly bool
	After       ThreadPlace
	Limit       int
}

// ThreadPlace is where a page of followed threads ended; zero before the first
// page. Without a channel all threads with that latest reply are over, also
// those of other channels at the same ts.
type ThreadPlace struct {
	Latest  chat.TS // the thread's latest reply
	Channel chat.ChannelID
	Root    chat.TS
}

// sql is the condition of what comes after the place.
func (p ThreadPlace) sql() (string, []any) {
	switch {
	case p.Latest == 0:
		return "", nil
	case p.Channel == "":
		return " AND s.latest_reply < ?", []any{p.Latest}
	}
	return " AND (s.latest_reply < ? OR s.latest_reply = ? AND (u.stream_id > ? OR u.stream_id = ? AND u.root_ts > ?))",
		[]any{p.Latest, p.Latest, p.Channel, p.Channel, p.Root}
}

// FollowedThread is a thread that the user follows.
type FollowedThread struct {
	Channel     chat.ChannelID
	Root        chat.TS
	LastRead    chat.TS
	LatestReply chat.TS
}

// sql gives the query's text from its columns on.
func (q ThreadQuery) sql(w chat.WorkspaceID, columns, where string) (string, []any) {
	member := "EXISTS (SELECT 1 FROM stream_members b WHERE b.workspace_id = u.workspace_id AND b.stream_id = u.stream_id AND b.user_id = ? AND b.left_seq = 0)"
	if !q.MembersOnly {
		member = "(h.channel_type = '" + string(chat.PublicChannel) + "' OR " + member + ")"
	}
	query := "SELECT " + columns + " FROM (SELECT workspace_id, stream_id, root_ts, user_id, last_read FROM thread_users" +
		" WHERE workspace_id = ? AND user_id = ? AND follows = 1 ORDER BY root_ts DESC LIMIT ?) u" +
		" JOIN message_state s ON s.workspace_id = u.workspace_id AND s.stream_id = u.stream_id AND s.ts = u.root_ts" +
		" JOIN heads h ON h.workspace_id = u.workspace_id AND h.stream_id = u.stream_id" +
		" WHERE s.reply_count > 0 AND h.channel_type IN (" + placeholders(len(q.Types)) + ") AND " + member + where
	args := []any{w, q.User, maxFollowed}
	for _, t := range q.Types {
		args = append(args, t)
	}
	return query, append(args, q.User)
}

// Place is where a page that ends with the thread ends.
func (f FollowedThread) Place() ThreadPlace { return ThreadPlace{f.LatestReply, f.Channel, f.Root} }

// FollowedThreads are those that the user follows, the one with the latest reply
// first.
func (w *Workspace) FollowedThreads(ctx context.Context, q ThreadQuery) ([]FollowedThread, error) {
	if len(q.Types) == 0 {
		return nil, nil
	}
	after, place := q.After.sql()
	query, args := q.sql(w.id, "u.stream_id, u.root_ts, u.last_read, s.latest_reply", after+" ORDER BY s.latest_reply DESC, u.stream_id, u.root_ts LIMIT ?")
	rows, err := w.store.db.QueryContext(ctx, query, append(append(args, place...), pageLimit(q.Limit))...)
	return collect(rows, err, func(row scanner) (f FollowedThread, err error) {
		return f, row.Scan(&f.Channel, &f.Root, &f.LastRead, &f.LatestReply)
	})
}

// ThreadCounts is how much of the threads that a user follows is unread.
type ThreadCounts struct {
	Threads  int // with unread replies
	Mentions int // of the user, in those
}

// ThreadCounts counts them; the query's After and Limit don't matter.
func (w *Workspace) ThreadCounts(ctx context.Context, q ThreadQuery) (c ThreadCounts, err error) {
	if len(q.Types) == 0 {
		return c, nil
	}
	const mentions = "(SELECT COUNT(*) FROM thread_mentions m WHERE m.workspace_id = u.workspace_id AND m.stream_id = u.stream_id AND m.root_ts = u.root_ts" +
		" AND m.user_id = u.user_id AND m.ts > u.last_read)"
	query, args := q.sql(w.id, "COUNT(*), COALESCE(SUM("+mentions+"), 0)", " AND s.latest_reply > u.last_read")
	err = w.store.db.QueryRowContext(ctx, query, args...).Scan(&c.Threads, &c.Mentions)
	return c, err
}
