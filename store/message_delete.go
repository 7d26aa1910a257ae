package store

import (
	"context"

	"taut/chat"
)

// Delete removes a message and all its content.
type Delete struct {
	Channel chat.ChannelID
	TS      chat.TS
	Actor   chat.UserID // must be a member; "": the server itself
	Openly  bool        // in a public channel the actor need not be a member
	Check   func(chat.Message) error
}

// DeleteMessage removes a message: its event and all copies of its text are
// redacted where they stand, its reactions and mentions go. A root with replies
// leaves a tombstone. Errors as UpdateMessage.
func (w *Workspace) DeleteMessage(ctx context.Context, d Delete) error {
	c := change{stream: w.id.Channel(d.Channel), sender: d.Actor, reads: []read{{member: d.Actor}, {message: d.TS}}}
	c.apply = func(t *turn) error {
		if err := t.requireEditor(d.Actor, d.Openly); err != nil {
			return err
		}
		return d.run(t)
	}
	_, err := w.store.append(ctx, c)
	return err
}

func (d *Delete) run(t *turn) error {
	m, err := t.message(d.TS)
	if err != nil {
		return err
	}
	before := t.batch.store.shown(m)
	if d.Check != nil {
		if err := d.Check(before); err != nil {
			return err
		}
	}
	if m.pinned {
		if err := t.unpin(m, d.Actor); err != nil {
			return err
		}
	}
	if err := t.redact(m, before); err != nil {
		return err
	}
	bare := withoutContent(before)
	if _, err := t.emitHidden(d.Actor, hiddenEvent{Subtype: chat.SubtypeDeleted, DeletedTS: m.ts, Previous: &bare}); err != nil {
		return err
	}
	if len(before.Files) > 0 {
		if err := t.unshare(d.Actor, m.ts); err != nil {
			return err
		}
	}
	if m.thread != 0 {
		return t.unreply(m)
	}
	return nil
}

// withoutContent is what may still be told of a deleted message.
func withoutContent(m chat.Message) chat.Message {
	return chat.Message{
		Type: m.Type, Subtype: m.Subtype, User: m.User, BotID: m.BotID, AppID: m.AppID, TS: m.TS, Team: m.Team,
		ClientMsgID: m.ClientMsgID, Edited: m.Edited, ThreadTS: m.ThreadTS, ParentUserID: m.ParentUserID,
		ReplyCount: m.ReplyCount, ReplyUsersCount: m.ReplyUsersCount, ReplyUsers: m.ReplyUsers, LatestReply: m.LatestReply,
	}
}
