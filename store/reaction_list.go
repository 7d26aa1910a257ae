package store

import (
	"context"
	"strconv"
	"strings"

	"taut/chat"
)

// ReactedItem is a message to which a user reacted.
type ReactedItem struct {
	Channel chat.ChannelID
	Message chat.Message
}

// ReactedQuery selects messages to which a user reacted.
type ReactedQuery struct {
	User chat.UserID
	// Viewer sees public channels, and others where they are a member; with
	// MembersOnly public ones too only there.
	Viewer      chat.UserID
	MembersOnly bool
	Types       []chat.ChannelType
	Before      string // the cursor that the last page gave as next; "" for the first
	Skip        int    // how many after that are left out
	Limit       int
}

// sql selects the places of messages after the cursor. What the viewer may not
// see is not among them, so that no cursor tells of it.
func (q ReactedQuery) sql(w chat.WorkspaceID, at reactedAt) (string, []any) {
	query := "SELECT DISTINCT r.ts, r.stream_id FROM reactions r JOIN heads h ON h.workspace_id = r.workspace_id AND h.stream_id = r.stream_id" +
		" WHERE r.workspace_id = ? AND r.user_id = ? AND (r.ts < ? OR r.ts = ? AND r.stream_id < ?)" +
		" AND h.channel_type IN (" + placeholders(len(q.Types)) + ")"
	args := []any{w, q.User, at.ts, at.ts, at.channel}
	for _, t := range q.Types {
		args = append(args, t)
	}
	const member = "EXISTS (SELECT 1 FROM stream_members m WHERE m.workspace_id = r.workspace_id AND m.stream_id = r.stream_id AND m.user_id = ? AND m.left_seq = 0)"
	if q.MembersOnly {
		query, args = query+" AND "+member, append(args, q.Viewer)
	} else {
		query, args = query+" AND (h.channel_type = ? OR "+member+")", append(args, chat.PublicChannel, q.Viewer)
	}
	return query, args
}

// maxReactedCount is how far ReactedCount counts.
const maxReactedCount = 10_000

// ReactedCount is how many messages there are in all, up to 10,000.
func (w *Workspace) ReactedCount(ctx context.Context, q ReactedQuery) (n int, err error) {
	if len(q.Types) == 0 {
		return 0, nil
	}
	query, args := q.sql(w.id, reactedAt{ts: 1<<63 - 1})
	err = w.store.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM ("+query+" LIMIT ?) c", append(args, maxReactedCount)...).Scan(&n)
	return n, err
}

// ReactedBy lists messages that the user reacted to, the latest message first;
// fewer than the limit where they are large. next is "" after the last page.
// Invalid "cursor".
func (w *Workspace) ReactedBy(ctx context.Context, q ReactedQuery) (items []ReactedItem, next string, err error) {
	limit := pageLimit(q.Limit)
	at := reactedAt{ts: 1<<63 - 1}
	if q.Before != "" {
		if at, err = parseReactedAt(q.Before); err != nil {
			return nil, "", err
		}
	}
	if len(q.Types) == 0 {
		return nil, "", nil
	}
	query, args := q.sql(w.id, at)
	rows, err := w.store.db.QueryContext(ctx, query+" ORDER BY r.ts DESC, r.stream_id DESC LIMIT ? OFFSET ?", append(args, limit+1, q.Skip)...)
	places, err := collect(rows, err, func(row scanner) (p reactedAt, err error) { return p, row.Scan(&p.ts, &p.channel) })
	if err != nil {
		return nil, "", err
	}
	for i, bytes := 0, 0; i < len(places); i++ {
		if i == limit || bytes > maxPageBytes {
			return items, places[i-1].cursor(), nil
		}
		m, err := w.message(ctx, places[i].channel, places[i].ts)
		if chat.CodeOf(err) == chat.NotFound {
			continue // deleted since
		}
		if err != nil {
			return nil, "", err
		}
		bytes += m.bytes
		item := []chat.Message{w.store.shown(m)}
		if err := w.freshenRoots(ctx, places[i].channel, item); err != nil {
			return nil, "", err
		}
		items = append(items, ReactedItem{places[i].channel, item[0]})
	}
	return items, "", nil
}

// reactedAt is a place in the list.
type reactedAt struct {
	ts      chat.TS
	channel chat.ChannelID
}

func (p reactedAt) cursor() string {
	return strconv.FormatInt(int64(p.ts), 10) + "-" + string(p.channel)
}

func parseReactedAt(cursor string) (p reactedAt, err error) {
	number, channel, ok := strings.Cut(cursor, "-")
	ts, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return p, chat.NewError(chat.Invalid, "cursor")
	}
	return reactedAt{chat.TS(ts), chat.ChannelID(channel)}, nil
}
