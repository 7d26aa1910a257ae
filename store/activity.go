package store

import (
	"cmp"
	"context"
	"slices"

	"taut/chat"
)

// ActivityKind is how something concerns a person.
type ActivityKind int

// The kinds of activity. What is of several is of the first.
const (
	ActivityMention    ActivityKind = iota // they are mentioned, by name, group, @here or keyword
	ActivityMentionAll                     // everybody in the conversation is
	ActivityReply                          // the latest reply of others in a thread that they follow
	ActivityReaction                       // the latest of others with that emoji to a message of theirs
)

// Activity is one thing that concerns a person.
type Activity struct {
	ActivityPlace
	Kind ActivityKind
	User chat.UserID // who reacted; else the message's author
}

// ActivityPlace is where an activity stands in the list, and where a page ends;
// zero before the first page.
type ActivityPlace struct {
	At      chat.TS // when it happened
	Channel chat.ChannelID
	TS      chat.TS // the message
	Name    string  // the emoji, of a reaction
}

// compare orders the latest first.
func (p ActivityPlace) compare(o ActivityPlace) int {
	return cmp.Or(cmp.Compare(o.At, p.At), cmp.Compare(p.Channel, o.Channel), cmp.Compare(p.TS, o.TS), cmp.Compare(p.Name, o.Name))
}

// ActivityQuery selects what concerns a user of these kinds (all where there are
// none), in conversations of these types that they are a member of or, unless
// MembersOnly, that are public.
type ActivityQuery struct {
	User        chat.UserID
	Kinds       []ActivityKind
	Types       []chat.ChannelType
	MembersOnly bool
	After       ActivityPlace
	Limit       int
}

// maxActiveThreads is how many of the threads that a user follows are looked at:
// those with the youngest roots.
const maxActiveThreads = "1000"

// activitySource is a table that tells of one kind: its rows as "a", with their
// place.
type activitySource struct {
	kind   ActivityKind
	from   string // up to WHERE
	where  string
	args   func(w chat.WorkspaceID, user chat.UserID) []any
	at     string // the column of when it happened
	user   string
	name   string
	joined bool // only since the user joined
}

var activitySources = []activitySource{
	{kind: ActivityMention, from: "mentions a", where: "a.workspace_id = ? AND a.user_id = ? AND a.author_id <> ?", args: twice,
		at: "a.ts", user: "a.author_id", name: "''"},
	{kind: ActivityMention, from: "thread_mentions a", where: "a.workspace_id = ? AND a.user_id = ?", args: once,
		at: "a.ts", user: "''", name: "''"},
	{kind: ActivityMentionAll, from: "mentions a", where: "a.workspace_id = ? AND a.user_id = '" + mentionAll + "' AND a.author_id <> ?", args: once,
		at: "a.ts", user: "a.author_id", name: "''", joined: true},
	{kind: ActivityReply, from: "(SELECT u.workspace_id, u.stream_id, (" + latestOfOthers + ") AS ts" +
		" FROM (SELECT workspace_id, stream_id, root_ts, user_id FROM thread_users WHERE workspace_id = ? AND user_id = ? AND follows = 1" +
		" ORDER BY root_ts DESC LIMIT " + maxActiveThreads + ") u) a", where: "a.ts IS NOT NULL", args: once,
		at: "a.ts", user: "''", name: "''"},
	{kind: ActivityReaction, from: "reactions a", where: "a.workspace_id = ? AND a.author_id = ? AND a.user_id <> ? AND NOT EXISTS (" + laterReaction + ")", args: twice,
		at: "a.added_ts", user: "a.user_id", name: "a.name"},
}

const latestOfOthers = "SELECT r.ts FROM thread_replies r WHERE r.workspace_id = u.workspace_id AND r.stream_id = u.stream_id" +
	" AND r.root_ts = u.root_ts AND r.user_id <> u.user_id ORDER BY r.ts DESC LIMIT 1"

const laterReaction = "SELECT 1 FROM reactions l WHERE l.workspace_id = a.workspace_id AND l.stream_id = a.stream_id AND l.ts = a.ts AND l.name = a.name" +
	" AND l.user_id <> l.author_id AND (l.added_ts > a.added_ts OR l.added_ts = a.added_ts AND l.user_id > a.user_id)"

func once(w chat.WorkspaceID, user chat.UserID) []any  { return []any{w, user} }
func twice(w chat.WorkspaceID, user chat.UserID) []any { return []any{w, user, user} }

// sql is the query of one source. That the place is bounded once more lets an
// index find it.
func (s activitySource) sql(w chat.WorkspaceID, q ActivityQuery) (string, []any) {
	p := q.After
	if p.At == 0 {
		p.At = 1<<63 - 1
	}
	args := append(s.args(w, q.User), p.At, p.At, p.Channel, p.Channel, p.TS, p.TS, p.Name)
	query := "SELECT " + s.at + ", a.stream_id, a.ts, " + s.name + ", " + s.user + " FROM " + s.from +
		" JOIN heads h ON h.workspace_id = a.workspace_id AND h.stream_id = a.stream_id WHERE " + s.where +
		" AND " + s.at + " <= ? AND (" + s.at + " < ? OR a.stream_id > ? OR a.stream_id = ? AND (a.ts > ? OR a.ts = ? AND " + s.name + " > ?))" +
		" AND h.channel_type IN (" + placeholders(len(q.Types)) + ")"
	for _, t := range q.Types {
		args = append(args, t)
	}
	member := "b.workspace_id = a.workspace_id AND b.stream_id = a.stream_id AND b.user_id = ? AND b.left_seq = 0"
	switch {
	case s.joined:
		query += " AND EXISTS (SELECT 1 FROM stream_members b LEFT JOIN events e ON e.workspace_id = b.workspace_id AND e.stream_id = b.stream_id" +
			" AND e.seq = b.joined_seq WHERE " + member + " AND a.ts >= COALESCE(e.ts, 0))"
	case q.MembersOnly:
		query += " AND EXISTS (SELECT 1 FROM stream_members b WHERE " + member + ")"
	default:
		query += " AND (h.channel_type = '" + string(chat.PublicChannel) + "' OR EXISTS (SELECT 1 FROM stream_members b WHERE " + member + "))"
	}
	return query + " ORDER BY " + s.at + " DESC, a.stream_id, a.ts, " + s.name + " LIMIT ?", append(args, q.User, pageLimit(q.Limit))
}

// Activity is what concerns a user, the latest first. Of a message deleted at this
// moment it may still tell.
func (w *Workspace) Activity(ctx context.Context, q ActivityQuery) ([]Activity, error) {
	if len(q.Types) == 0 {
		return nil, nil
	}
	var all []Activity
	for _, s := range activitySources {
		if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, s.kind) {
			continue
		}
		query, args := s.sql(w.id, q)
		rows, err := w.store.db.QueryContext(ctx, query, args...)
		found, err := collect(rows, err, func(row scanner) (Activity, error) {
			a := Activity{Kind: s.kind}
			err := row.Scan(&a.At, &a.Channel, &a.TS, &a.Name, &a.User)
			return a, err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b Activity) int {
		return cmp.Or(a.compare(b.ActivityPlace), cmp.Compare(a.Kind, b.Kind))
	})
	all = slices.CompactFunc(all, func(a, b Activity) bool { return a.ActivityPlace == b.ActivityPlace })
	return all[:min(len(all), pageLimit(q.Limit))], nil
}
