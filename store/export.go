package store

import (
	"context"
	"slices"

	"taut/chat"
)

// ExportedMessage is a message as history shows it, replies included, with all
// who reacted, and of a root its replies.
type ExportedMessage struct {
	chat.Message
	Seq     int64
	Author  chat.UserID // whom the log names
	Replies []ExportedReply
}

// ExportedReply is one reply of a thread.
type ExportedReply struct {
	User chat.UserID `json:"user"`
	TS   chat.TS     `json:"ts"`
}

// exportPage is how many messages Export reads at once.
const exportPage = 500

// Export gives every message of a channel, its replies among them, from the
// oldest on, as the channel is when it begins: what is posted meanwhile is left
// out. NotFound "channel".
func (w *Workspace) Export(ctx context.Context, ch chat.ChannelID, yield func(*ExportedMessage) error) error {
	head, err := w.store.headSeq(ctx, w.id.Channel(ch))
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		page, err := w.exportPage(ctx, ch, after, head)
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			if err := yield(&page[i]); err != nil {
				return err
			}
		}
		after = page[len(page)-1].Seq
	}
}

func (w *Workspace) exportPage(ctx context.Context, ch chat.ChannelID, after, head int64) ([]ExportedMessage, error) {
	rows, err := w.store.db.QueryContext(ctx, selectMessages+" WHERE e.workspace_id = ? AND e.stream_id = ? AND e.seq > ? AND e.seq <= ?"+
		" AND e.kind > 0 AND COALESCE(s.deleted, 0) <> 1 ORDER BY e.seq LIMIT ?", w.id, ch, after, head, exportPage)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []ExportedMessage
	for bytes := 0; bytes < maxPageBytes && rows.Next(); {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, err
		}
		page = append(page, ExportedMessage{Message: w.store.shown(m), Seq: m.seq, Author: m.user})
		bytes += m.bytes
	}
	if err := rows.Err(); err != nil {
		return nil, unavailable(err)
	}
	rows.Close()
	return page, w.complete(ctx, ch, page, head)
}

// complete adds what a page of history leaves out.
func (w *Workspace) complete(ctx context.Context, ch chat.ChannelID, page []ExportedMessage, head int64) error {
	messages := make([]chat.Message, len(page))
	index := make(map[chat.TS]*ExportedMessage, len(page))
	var roots []chat.TS
	for i := range page {
		messages[i] = page[i].Message
		index[page[i].TS] = &page[i]
		if page[i].ReplyCount > 0 {
			roots = append(roots, page[i].TS)
		}
	}
	if err := w.freshenRoots(ctx, ch, messages); err != nil {
		return err
	}
	err := inChunks(roots, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT root_ts, ts, user_id FROM thread_replies WHERE workspace_id = ? AND stream_id = ? AND seq <= ?"+
			" AND root_ts IN ("+placeholders(len(chunk))+") ORDER BY root_ts, ts", append([]any{w.id, ch, head}, chunk...)...)
		_, err = collect(rows, err, func(row scanner) (s struct{}, err error) {
			var root chat.TS
			var r ExportedReply
			if err = row.Scan(&root, &r.TS, &r.User); err == nil {
				index[root].Replies = append(index[root].Replies, r)
			}
			return s, err
		})
		return err
	})
	for i := range page {
		if err == nil {
			page[i].count()
			err = w.allReactions(ctx, ch, &page[i].Message)
		}
	}
	return err
}

// count makes a root say of its replies what these say.
func (m *ExportedMessage) count() {
	if m.ReplyCount == 0 {
		return
	}
	var users []chat.UserID
	for _, r := range m.Replies {
		if !slices.Contains(users, r.User) {
			users = append(users, r.User)
		}
	}
	m.ReplyCount, m.ReplyUsersCount, m.ReplyUsers = len(m.Replies), len(users), users[:min(len(users), maxReplyUsers)]
	if len(m.Replies) > 0 {
		m.LatestReply = m.Replies[len(m.Replies)-1].TS
	} else if m.Message.LatestReply = 0; m.Subtype != chat.SubtypeTombstone {
		m.ThreadTS, m.IsLocked, m.Subscribed = 0, nil, nil // all of them came after the export began
	}
}

// allReactions names those whom history only counts.
func (w *Workspace) allReactions(ctx context.Context, ch chat.ChannelID, m *chat.Message) error {
	m.Reactions = slices.Clone(m.Reactions)
	for i := range m.Reactions {
		r := &m.Reactions[i]
		if r.Count <= len(r.Users) {
			continue
		}
		rows, err := w.store.db.QueryContext(ctx, "SELECT user_id FROM reactions WHERE workspace_id = ? AND stream_id = ? AND ts = ? AND name = ? ORDER BY user_id",
			w.id, ch, m.TS, r.Name)
		all, err := collect(rows, err, func(row scanner) (u chat.UserID, err error) { return u, row.Scan(&u) })
		if err != nil {
			return err
		}
		r.Users = distinct(slices.Concat(r.Users, all))
		r.Count = len(r.Users)
	}
	return nil
}
