package webapi

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"taut/chat"
	"taut/store"
)

// Slack documents none of these; its clients call them.
func (s *Server) subscriptionsMethods() []method {
	thread := []string{"channel", "thread_ts"}
	return []method{
		{name: "subscriptions.thread.add", handle: s.subscriptionsThreadAdd, required: thread},
		{name: "subscriptions.thread.remove", handle: s.subscriptionsThreadRemove, required: thread},
		{name: "subscriptions.thread.mark", handle: s.subscriptionsThreadMark, required: append(thread[:2:2], "ts")},
		{name: "subscriptions.thread.get", handle: s.subscriptionsThreadGet, required: thread},
		{name: "subscriptions.thread.getView", handle: s.subscriptionsThreadGetView},
	}
}

// thread is the thread that a request names, in a conversation that the caller may
// read the history of.
func (q *request) thread(ctx context.Context) (item, error) {
	ts, err := q.args.ts("thread_ts", "thread_not_found")
	if err != nil {
		return item{}, err
	}
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return item{}, err
	}
	return item{c, ts}, q.mayReadHistory(ctx, c)
}

// subscriptionsThreadAdd follows a thread from last_read on; without it all that
// is there counts as read.
func (s *Server) subscriptionsThreadAdd(ctx context.Context, q *request) (answer, error) {
	thread, err := q.thread(ctx)
	if err != nil {
		return nil, err
	}
	read, err := q.bound("last_read", "invalid_ts")
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.FollowThread(ctx, thread.channel.ID, thread.ts, q.caller.User, read)
}

func (s *Server) subscriptionsThreadRemove(ctx context.Context, q *request) (answer, error) {
	thread, err := q.thread(ctx)
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.UnfollowThread(ctx, thread.channel.ID, thread.ts, q.caller.User)
}

func (s *Server) subscriptionsThreadMark(ctx context.Context, q *request) (answer, error) {
	thread, err := q.thread(ctx)
	if err != nil {
		return nil, err
	}
	ts, err := q.bound("ts", "invalid_ts")
	if err != nil {
		return nil, err
	}
	return done(), q.workspace.MarkThread(ctx, thread.channel.ID, thread.ts, q.caller.User, ts)
}

type threadAnswer struct {
	reply
	Subscribed  bool   `json:"subscribed"`
	LastRead    string `json:"last_read"`
	UnreadCount int    `json:"unread_count"`
}

func (s *Server) subscriptionsThreadGet(ctx context.Context, q *request) (answer, error) {
	thread, err := q.thread(ctx)
	if err != nil {
		return nil, err
	}
	messages, _, err := q.workspace.Replies(ctx, thread.channel.ID, thread.ts, store.Range{Limit: 1})
	if err != nil {
		return nil, err
	}
	if messages, err = q.shown(ctx, thread.channel.ID, messages[:1]); err != nil {
		return nil, err
	}
	root := threadMessage{Message: messages[0]}
	if err := q.addThreadReading(ctx, thread.channel.ID, &root); err != nil {
		return nil, err
	}
	if root.UnreadCount == nil {
		return &threadAnswer{LastRead: noTS}, nil
	}
	return &threadAnswer{Subscribed: true, LastRead: root.LastRead, UnreadCount: *root.UnreadCount}, nil
}

const (
	threadsPage = 10
	maxThreads  = 30
	// latestReplies is how many replies a thread shows in the view of all.
	latestReplies = 5
)

type threadsAnswer struct {
	reply
	Threads       []followedThread `json:"threads"`
	HasMore       bool             `json:"has_more"`
	MaxTS         string           `json:"max_ts,omitempty"` // current_ts of the next page, where no cursor is given
	UnreadThreads int              `json:"new_threads_count"`
	UnreadReplies int              `json:"total_unread_replies"` // of those on this page
}

type followedThread struct {
	Root          threadMessage   `json:"root_msg"`
	LatestReplies []threadMessage `json:"latest_replies"`
	UnreadReplies []threadMessage `json:"unread_replies"` // those of the latest that are
}

// subscriptionsThreadGetView is a page of the threads that the caller follows,
// by their latest replies: from a cursor on, or from current_ts back, which loses
// threads of other channels whose latest replies have the same ts.
func (s *Server) subscriptionsThreadGetView(ctx context.Context, q *request) (answer, error) {
	query := q.followed()
	limit, err := q.args.limit("limit", threadsPage, maxThreads)
	if err != nil {
		return nil, err
	}
	if query.After, err = q.threadPlace(); err != nil {
		return nil, err
	}
	query.Limit = limit + 1
	found, err := q.workspace.FollowedThreads(ctx, query)
	if err != nil {
		return nil, err
	}
	counts, err := q.workspace.ThreadCounts(ctx, query)
	if err != nil {
		return nil, err
	}
	a := &threadsAnswer{Threads: []followedThread{}, UnreadThreads: counts.Threads, HasMore: len(found) > limit}
	for _, f := range found[:min(limit, len(found))] {
		if err := q.addThread(ctx, a, f); err != nil {
			return nil, err
		}
		a.MaxTS = f.LatestReply.String()
	}
	next := ""
	if a.HasMore {
		next = cursorAfterThread(found[limit-1].Place())
	}
	a.page(next)
	return a, nil
}

const threadsCursor = "threads"

func cursorAfterThread(p store.ThreadPlace) string {
	return encodeCursor(threadsCursor, fmt.Sprintf("%d/%s/%d", p.Latest, p.Channel, p.Root))
}

// threadPlace reads the cursor, or current_ts.
func (q *request) threadPlace() (p store.ThreadPlace, err error) {
	if !q.args.has("cursor") {
		p.Latest, err = q.bound("current_ts", "invalid_ts")
		return p, err
	}
	place, err := q.args.cursor(threadsCursor)
	if err != nil {
		return p, err
	}
	parts := strings.Split(place, "/")
	if len(parts) != 3 || parts[1] == "" {
		return p, fail("invalid_cursor")
	}
	latest, err := strconv.ParseInt(parts[0], 10, 64)
	root, rootErr := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || rootErr != nil || latest <= 0 {
		return p, fail("invalid_cursor")
	}
	return store.ThreadPlace{Latest: chat.TS(latest), Channel: chat.ChannelID(parts[1]), Root: chat.TS(root)}, nil
}

// followed are the threads that the caller follows, of which they may read.
func (q *request) followed() store.ThreadQuery {
	return store.ThreadQuery{User: q.caller.User, Types: q.historyTypes(), MembersOnly: q.readsMembersOnly() || q.caller.Role.IsGuest()}
}

func (q *request) addThread(ctx context.Context, a *threadsAnswer, f store.FollowedThread) error {
	root, err := q.workspace.Message(ctx, f.Channel, f.Root)
	if chat.CodeOf(err) == chat.NotFound {
		return nil // deleted since
	}
	if err != nil {
		return err
	}
	replies, err := q.workspace.LatestReplies(ctx, f.Channel, f.Root, latestReplies)
	if err != nil {
		return err
	}
	messages := append([]chat.Message{root}, replies...)
	if err := q.nameCaller(ctx, f.Channel, messages); err != nil {
		return err
	}
	if messages, err = q.shown(ctx, f.Channel, messages); err != nil {
		return err
	}
	t := followedThread{Root: threadMessage{Message: messages[0]}, LatestReplies: []threadMessage{}, UnreadReplies: []threadMessage{}}
	t.Root.Channel = f.Channel
	if err := q.addThreadReading(ctx, f.Channel, &t.Root); err != nil {
		return err
	}
	for _, m := range messages[1:] {
		t.LatestReplies = append(t.LatestReplies, threadMessage{Message: m})
		if m.TS > f.LastRead && m.User != q.caller.User {
			t.UnreadReplies = append(t.UnreadReplies, threadMessage{Message: m})
		}
	}
	if t.Root.UnreadCount != nil {
		a.UnreadReplies += *t.Root.UnreadCount
	}
	a.Threads = append(a.Threads, t)
	return nil
}
