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

// ReactedBy lists messages that the user reacted to, the latest message first,
// in whatever channel. before is the cursor that the last page gave as next, ""
// for the first; next is "" after the last page. Invalid "cursor".
func (w *Workspace) ReactedBy(ctx context.Context, user chat.UserID, before string, limit int) (items []ReactedItem, next string, err error) {
	limit = pageLimit(limit)
	at := reactedAt{ts: 1<<63 - 1}
	if before != "" {
		if at, err = parseReactedAt(before); err != nil {
			return nil, "", err
		}
	}
	rows, err := w.store.db.QueryContext(ctx, "SELECT DISTINCT ts, stream_id FROM reactions WHERE workspace_id = ? AND user_id = ?"+
		" AND (ts < ? OR ts = ? AND stream_id < ?) ORDER BY ts DESC, stream_id DESC LIMIT ?", w.id, user, at.ts, at.ts, at.channel, limit+1)
	places, err := collect(rows, err, func(row scanner) (p reactedAt, err error) { return p, row.Scan(&p.ts, &p.channel) })
	if err != nil {
		return nil, "", err
	}
	if len(places) > limit {
		places = places[:limit]
		next = places[limit-1].cursor()
	}
	for _, p := range places {
		m, err := w.Message(ctx, p.channel, p.ts)
		if chat.CodeOf(err) == chat.NotFound {
			continue // deleted since
		}
		if err != nil {
			return nil, "", err
		}
		items = append(items, ReactedItem{p.channel, m})
	}
	return items, next, nil
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
