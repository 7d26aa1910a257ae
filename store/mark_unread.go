package store

import (
	"context"
	"slices"
	"strings"

	"taut/chat"
)

// Unread is how much of a channel a user has not read.
type Unread struct {
	LastRead chat.TS
	Latest   chat.TS // of the latest visible root message
	Count    int
	Mentions int // in a DM and a group DM every message is one
	Named    int // those that mention the user or everybody, anywhere
}

// Unread counts for each of the channels; those that don't exist are left out.
func (w *Workspace) Unread(ctx context.Context, user chat.UserID, chs []chat.ChannelID) (map[chat.ChannelID]Unread, error) {
	marks, err := w.readMarks(ctx, user, chs)
	if err != nil {
		return nil, err
	}
	return w.store.unreadSince(ctx, w.id, user, marks)
}

// readMarks are the user's marks, those that wait to be written included.
func (w *Workspace) readMarks(ctx context.Context, user chat.UserID, chs []chat.ChannelID) ([]chat.ReadMark, error) {
	written := make(map[chat.ChannelID]chat.ReadMark, len(chs))
	err := inChunks(chs, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT channel_id, last_read, n FROM read_marks WHERE workspace_id = ? AND user_id = ? AND channel_id IN ("+
			placeholders(len(chunk))+")", append([]any{w.id, user}, chunk...)...)
		_, err = collect(rows, err, func(r scanner) (m chat.ReadMark, err error) {
			err = r.Scan(&m.Channel, &m.LastRead, &m.N)
			written[m.Channel] = m
			return m, err
		})
		return err
	})
	marks := make([]chat.ReadMark, 0, len(chs))
	for _, ch := range chs {
		if w.id.Channel(ch).ID.Kind() != chat.ChannelStream {
			continue
		}
		m := w.store.marks.get(markKey{w.id, user, ch}, written[ch])
		m.Channel = ch
		marks = append(marks, m)
	}
	return marks, err
}

// unreadOne counts what came after a mark. The deleted are taken off, as n, once
// given, doesn't change. Arguments: mark, user, mark, user, workspace, stream.
const unreadOne = `SELECT h.stream_id, h.n, h.channel_type,
	(SELECT COUNT(*) FROM message_state s WHERE s.workspace_id = h.workspace_id AND s.stream_id = h.stream_id
		AND s.ts > ? AND s.kind IN (1, 3) AND s.deleted <> 0),
	(SELECT COUNT(DISTINCT m.ts) FROM mentions m WHERE m.workspace_id = h.workspace_id AND m.stream_id = h.stream_id
		AND m.user_id IN (?, '` + mentionAll + `') AND m.ts > ? AND m.author_id <> ?),
	h.shown, COALESCE(e.ts, 0), COALESCE(l.deleted, 0)
	FROM stream_heads h LEFT JOIN events e ON e.workspace_id = h.workspace_id AND e.stream_id = h.stream_id AND e.seq = h.shown
	LEFT JOIN message_state l ON l.workspace_id = e.workspace_id AND l.stream_id = e.stream_id AND l.ts = e.ts WHERE h.workspace_id = ? AND h.stream_id = ?`

// unreadTogether is how many channels one statement counts.
const unreadTogether = 50

// unreadSince counts what came after each of the marks.
func (s *Store) unreadSince(ctx context.Context, w chat.WorkspaceID, user chat.UserID, marks []chat.ReadMark) (map[chat.ChannelID]Unread, error) {
	all := make(map[chat.ChannelID]Unread, len(marks))
	marks, err := s.aboveHorizons(ctx, w, marks)
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(marks, unreadTogether) {
		byChannel := make(map[chat.ChannelID]chat.ReadMark, len(part))
		var args []any
		for _, m := range part {
			byChannel[m.Channel] = m
			args = append(args, int64(m.LastRead), user, int64(m.LastRead), user, w, m.Channel)
		}
		query := strings.TrimSuffix(strings.Repeat(unreadOne+" UNION ALL ", len(part)), " UNION ALL ")
		rows, err := s.db.QueryContext(ctx, query, args...)
		counted, err := collect(rows, err, func(r scanner) (unreadRow, error) { return scanUnread(r, byChannel) })
		if err != nil {
			return nil, err
		}
		for _, u := range counted {
			if u.latestGone {
				if u.Latest, err = s.latestShown(ctx, w.Channel(u.channel)); err != nil {
					return nil, err
				}
			}
			all[u.channel] = u.Unread
		}
	}
	return all, nil
}

type unreadRow struct {
	Unread
	channel    chat.ChannelID
	latestGone bool // what would be the latest was deleted, or isn't known
}

func scanUnread(r scanner, marks map[chat.ChannelID]chat.ReadMark) (u unreadRow, err error) {
	var kind chat.ChannelType
	var n, shown int64
	var missed, mentions, deleted int
	if err := r.Scan(&u.channel, &n, &kind, &missed, &mentions, &shown, &u.Latest, &deleted); err != nil {
		return u, err
	}
	mark := marks[u.channel]
	u.LastRead, u.latestGone = mark.LastRead, shown == unknownShown || deleted == deletedGone
	u.Count, u.Mentions, u.Named = max(0, int(n-mark.N)-missed), mentions, mentions
	if kind == chat.DM || kind == chat.GroupDM {
		u.Mentions = u.Count
	}
	return u, nil
}
