package store

import (
	"context"

	"taut/chat"
)

// Edit changes a message. Check and Apply are pure functions of the message as
// history shows it; they may run twice.
type Edit struct {
	Channel chat.ChannelID
	TS      chat.TS
	// Actor must be a member, and is told as who edited. "": the server itself,
	// which leaves no trace of an edit.
	Actor chat.UserID
	// Openly: in a public channel the actor need not be a member.
	Openly bool
	Check  func(chat.Message) error
	Apply  func(*chat.Message)
	// Mentions is whom the new version mentions; nil: as before.
	Mentions *Mentioned
	// Files are those that the message then has, nil: as it was. New ones must be
	// the actor's.
	Files *[]chat.FileID
}

// UpdateMessage edits a message and gives its new version. Errors: NotFound
// "channel" or "message", NotMember, Archived, and those of Check.
func (w *Workspace) UpdateMessage(ctx context.Context, e Edit) (chat.Message, error) {
	var after chat.Message
	c := change{stream: w.id.Channel(e.Channel), sender: e.Actor, reads: []read{{member: e.Actor}, {message: e.TS}}}
	c.apply = func(t *turn) (err error) {
		if err = t.requireEditor(e.Actor, e.Openly); err == nil {
			after, err = e.run(t)
		}
		return err
	}
	if _, err := w.store.append(ctx, c); err != nil {
		return chat.Message{}, err
	}
	return after, nil
}

// requireActor: a member, or the server itself, and the channel is open.
func (t *turn) requireActor(u chat.UserID) error { return t.requireEditor(u, false) }

// requireEditor: as requireActor, or in a public channel somebody who writes there openly.
func (t *turn) requireEditor(u chat.UserID, openly bool) error {
	if u != "" {
		if err := t.requireWriter(u, openly); err != nil {
			return err
		}
	}
	return t.requireOpen()
}

func (e *Edit) run(t *turn) (after chat.Message, err error) {
	m, err := t.message(e.TS)
	if err != nil {
		return after, err
	}
	before := t.batch.store.shown(m)
	if err := t.freshenRoot(&before); err != nil {
		return after, err
	}
	if e.Check != nil {
		if err := e.Check(before); err != nil {
			return after, err
		}
	}
	after = before
	e.Apply(&after)
	after.TS, after.User, after.ThreadTS = before.TS, before.User, before.ThreadTS
	if e.Actor != "" {
		after.Edited = &chat.Edited{User: e.Actor}
	}
	if e.Files != nil {
		if err := t.reshare(m, &after, e); err != nil {
			return after, err
		}
		before.Files = after.Files // what was taken off is not told again
	}
	event, err := t.emitHidden(e.Actor, hiddenEvent{Subtype: chat.SubtypeChanged, Message: &after, Previous: &before})
	if err != nil {
		return after, err
	}
	t.copied(m.ts, event.Seq)
	if after.Root != nil {
		t.copied(after.Root.TS, event.Seq)
	}
	if e.Mentions != nil {
		t.changeMentions(m, *e.Mentions)
	}
	return after, t.storeVersion(m, after)
}

// changeMentions: those whom an edit adds are mentioned from now on, those whom it
// takes out are not.
func (t *turn) changeMentions(m *messageState, now Mentioned) {
	t.unmention(m)
	p := Post{Author: m.user, MentionUsers: now.Users, MentionAll: now.All}
	if m.kind.counts() {
		p.mention(t, m.ts)
	}
	if m.thread != 0 {
		t.mentionInThread(m.thread, m.ts, m.ts-1, p.mentioned())
	}
}

// storeVersion keeps the message's new version, without what its state tells.
func (t *turn) storeVersion(m *messageState, v chat.Message) (err error) {
	v.Reactions, v.ReplyCount, v.ReplyUsersCount, v.ReplyUsers, v.LatestReply = nil, 0, 0, nil, 0
	v.IsLocked, v.Subscribed, v.PinnedTo = nil, nil, nil
	if m.thread == 0 {
		v.ThreadTS = 0
	}
	if m.payload, err = marshalMessage(&v); err != nil {
		return err
	}
	return t.saveMessage(m)
}

// copied notes that the event holds text of the message.
func (t *turn) copied(ts chat.TS, seq int64) {
	st := t.head.stream
	t.exec("INSERT INTO message_copies (workspace_id, stream_id, ts, seq) VALUES (?, ?, ?, ?)", string(st.Workspace), string(st.ID), int64(ts), seq)
}
