package store

import (
	"context"
	"errors"
	"slices"

	"taut/chat"
)

// Mentioned is whom a message mentions: these users, and perhaps everybody.
type Mentioned struct {
	Users []chat.UserID
	All   bool
}

// SendScheduled posts a message that is due. It goes and its row goes in one
// transaction: whatever dies, and whoever else does the same, it is sent once.
// Posted is zero where there was nothing left to do. A message that can't be
// sent is marked so; its author sees that.
func (w *Workspace) SendScheduled(ctx context.Context, d Due, mentioned func(context.Context, Scheduled) (Mentioned, error)) (Posted, error) {
	m, err := scanScheduled(w.store.db.QueryRowContext(ctx, selectScheduled+"stream_id = ? AND message_id = ?", w.id, d.Stream.ID, d.Item))
	if chat.CodeOf(err) == chat.NotFound {
		return Posted{}, w.store.DropDue(ctx, d)
	}
	if err != nil {
		return Posted{}, err
	}
	o, err := w.sendScheduled(ctx, d, m, mentioned)
	if isRefusal(err) {
		return Posted{}, w.failScheduled(ctx, d, err)
	}
	if err != nil {
		return Posted{}, err
	}
	if o.posted.Event.Seq > 0 {
		w.afterScheduled(ctx, m, o)
	}
	return o.posted, nil
}

// isRefusal tells whether trying again would bring the same answer.
func isRefusal(err error) bool {
	switch chat.CodeOf(err) {
	case chat.NotFound, chat.NotMember, chat.Archived, chat.Forbidden, chat.Invalid, chat.Inactive:
		return true
	}
	return false
}

func (w *Workspace) sendScheduled(ctx context.Context, d Due, m Scheduled, mentioned func(context.Context, Scheduled) (Mentioned, error)) (*posting, error) {
	author, err := w.User(ctx, m.User)
	if err == nil && author.Deleted {
		err = chat.NewError(chat.Inactive, "user")
	}
	if err != nil {
		return nil, err
	}
	to, err := mentioned(ctx, m)
	if err != nil {
		return nil, err
	}
	openly := m.Content.Openly
	if openly {
		if openly, err = w.mayWriteOpenly(ctx, m.User); err != nil {
			return nil, err
		}
	}
	o := &posting{workspace: w.id, Post: Post{
		Channel: m.Channel, Author: m.User, Key: m.ID, Message: m.Content.Message, Broadcast: m.Content.Broadcast,
		MentionUsers: to.Users, MentionAll: to.All, Files: m.Content.Files, Openly: openly,
	}}
	c := change{stream: d.Stream, sender: m.User, key: m.ID, reads: []read{{member: m.User}}}
	c.apply = func(t *turn) error {
		if err := t.mustBeDue(d); err != nil {
			return err
		}
		if err := o.apply(t); err != nil {
			return err
		}
		t.forgetScheduled(m.ID)
		return nil
	}
	_, err = w.store.append(ctx, c)
	switch {
	case errors.Is(err, errNotDue):
		return &posting{}, nil
	case err != nil:
		return nil, err
	}
	return o, nil
}

// mayWriteOpenly tells whether a bot has a token that lets it write to public channels
// which it is not in.
func (w *Workspace) mayWriteOpenly(ctx context.Context, bot chat.UserID) (bool, error) {
	tokens, err := w.TokensOf(ctx, bot)
	return slices.ContainsFunc(tokens, func(t Token) bool {
		return t.Bot != "" && (slices.Contains(t.Scopes, chat.PublicWriteScope) || slices.Equal(t.Scopes, []string{chat.EveryScope}))
	}), err
}

// afterScheduled does what follows a post and may be lost.
func (w *Workspace) afterScheduled(ctx context.Context, m Scheduled, o *posting) {
	if m.Content.Message.ThreadTS == 0 || m.Content.Broadcast {
		w.NoteOwnPost(m.User, m.Channel, o.posted.Message.TS, o.posted.Event.N)
	}
	if o.dm {
		w.reopenDM(ctx, m.Channel)
	}
}

// failScheduled marks a message that can't be sent.
func (w *Workspace) failScheduled(ctx context.Context, d Due, why error) error {
	reason := string(chat.CodeOf(why))
	if e, ok := errors.AsType[*chat.Error](why); ok && e.What != "" {
		reason = itemOf(reason, e.What)
	}
	_, err := w.store.append(ctx, change{stream: d.Stream, apply: func(t *turn) error {
		if err := t.mustBeDue(d); err != nil {
			return err
		}
		t.exec("UPDATE scheduled_messages SET failed = ? WHERE workspace_id = ? AND stream_id = ? AND message_id = ?",
			reason, string(w.id), string(d.Stream.ID), d.Item)
		t.clearDue(DueMessage, d.Item)
		t.setDue(DueForget, d.Item, t.nowMS+forgetFailedMS)
		return nil
	}})
	if errors.Is(err, errNotDue) {
		return nil
	}
	return err
}

// FailScheduled is for a message that failed again and again by a fault of ours.
func (w *Workspace) FailScheduled(ctx context.Context, d Due) error {
	return w.failScheduled(ctx, d, chat.NewError(chat.Internal, ""))
}

// ForgetScheduled removes a message that failed long ago.
func (w *Workspace) ForgetScheduled(ctx context.Context, d Due) error {
	_, err := w.store.append(ctx, change{stream: d.Stream, apply: func(t *turn) error {
		t.forgetScheduled(d.Item)
		return nil
	}})
	return err
}
