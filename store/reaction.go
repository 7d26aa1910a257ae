package store

import (
	"context"
	"fmt"
	"slices"

	"taut/chat"
)

const (
	maxReactionUsers = 50 // named in a message's reactions; the count goes on
	maxReactionNames = 50 // different emoji on a message
	maxUserReactions = 23 // of one user on a message
)

// reacting is one user's emoji on a message.
type reacting struct {
	ts   chat.TS
	user chat.UserID
	name string
}

// AddReaction adds the user's emoji to a message. Errors: Exists, NotFound
// "channel" or "message", NotMember, Archived, Limited "emoji" (too many
// different ones on the message) or "reactions" (too many of the user).
func (w *Workspace) AddReaction(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID, name string) error {
	return w.react(ctx, ch, reacting{ts, user, name}, reacting.add)
}

// RemoveReaction takes it away. NotFound "reaction", else as AddReaction.
func (w *Workspace) RemoveReaction(ctx context.Context, ch chat.ChannelID, ts chat.TS, user chat.UserID, name string) error {
	return w.react(ctx, ch, reacting{ts, user, name}, reacting.remove)
}

func (w *Workspace) react(ctx context.Context, ch chat.ChannelID, r reacting, how func(reacting, *turn, *messageState) error) error {
	c := change{stream: w.id.Channel(ch), sender: r.user, reads: []read{{member: r.user}, {message: r.ts}, {message: r.ts, reactor: r.user}}}
	c.apply = func(t *turn) error {
		if err := t.requireActor(r.user); err != nil {
			return err
		}
		m, err := t.message(r.ts)
		if err != nil {
			return err
		}
		return how(r, t, m)
	}
	_, err := w.store.append(ctx, c)
	return err
}

func (r reacting) add(t *turn, m *messageState) error {
	names, err := t.reactions(r)
	if err != nil {
		return err
	}
	if slices.Contains(names, r.name) {
		return chat.NewError(chat.Exists, "reaction")
	}
	if len(names) >= maxUserReactions {
		return chat.NewError(chat.Limited, "reactions")
	}
	all := slices.Clone(m.reactions)
	i := slices.IndexFunc(all, r.named)
	if i < 0 {
		if len(all) >= maxReactionNames {
			return chat.NewError(chat.Limited, "emoji")
		}
		all = append(all, chat.Reaction{Name: r.name})
		i = len(all) - 1
	}
	all[i].Count++
	if len(all[i].Users) < maxReactionUsers {
		all[i].Users = append(slices.Clip(all[i].Users), r.user)
	}
	m.reactions = all
	t.setReactions(r, append(slices.Clip(names), r.name))
	added, err := r.emit(t, m, "reaction_added")
	t.exec(insertReaction, append(r.row(t), string(m.user), int64(added.TS))...)
	return err
}

func (r reacting) remove(t *turn, m *messageState) error {
	names, err := t.reactions(r)
	if err != nil {
		return err
	}
	if !slices.Contains(names, r.name) {
		return chat.NewError(chat.NotFound, "reaction")
	}
	t.setReactions(r, slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == r.name }))
	t.exec("DELETE FROM reactions WHERE workspace_id = ? AND stream_id = ? AND ts = ? AND user_id = ? AND name = ?", r.row(t)...)
	all := slices.Clone(m.reactions)
	if i := slices.IndexFunc(all, r.named); i >= 0 {
		all[i].Count--
		all[i].Users = slices.DeleteFunc(slices.Clone(all[i].Users), func(u chat.UserID) bool { return u == r.user })
		if err := r.refill(t, &all[i]); err != nil {
			return err
		}
		if all[i].Count <= 0 {
			all = slices.Delete(all, i, i+1)
		}
	}
	m.reactions = all
	_, err = r.emit(t, m, "reaction_removed")
	return err
}

// refill names users again where only unnamed ones are left.
func (r reacting) refill(t *turn, c *chat.Reaction) error {
	if c.Count <= 0 || len(c.Users) > 0 {
		return nil
	}
	st := t.head.stream
	rows, err := t.query("SELECT user_id FROM reactions WHERE workspace_id = ? AND stream_id = ? AND ts = ? AND name = ? ORDER BY user_id LIMIT ?",
		string(st.Workspace), string(st.ID), int64(r.ts), r.name, maxReactionUsers)
	c.Users, err = collect(rows, err, func(row scanner) (u chat.UserID, err error) { return u, row.Scan(&u) })
	return err
}

const insertReaction = "INSERT INTO reactions (workspace_id, stream_id, ts, user_id, name, author_id, added_ts) VALUES (?, ?, ?, ?, ?, ?, ?)"

func (r reacting) named(c chat.Reaction) bool { return c.Name == r.name }

func (r reacting) row(t *turn) []any {
	st := t.head.stream
	return []any{string(st.Workspace), string(st.ID), int64(r.ts), string(r.user), r.name}
}

// reactionEvent is the payload of reaction_added and reaction_removed.
type reactionEvent struct {
	Type     string       `json:"type"`
	User     chat.UserID  `json:"user"`
	Reaction string       `json:"reaction"`
	Item     reactionItem `json:"item"`
	ItemUser chat.UserID  `json:"item_user,omitempty"`
	EventTS  chat.TS      `json:"event_ts"`
}

type reactionItem struct {
	Type    string         `json:"type"`
	Channel chat.ChannelID `json:"channel"`
	TS      chat.TS        `json:"ts"`
}

func (r reacting) emit(t *turn, m *messageState, eventType string) (chat.Event, error) {
	if err := t.saveMessage(m); err != nil {
		return chat.Event{}, err
	}
	return t.emit(newEvent{Type: eventType, User: r.user, Payload: func(_ int64, ts chat.TS) ([]byte, error) {
		item := reactionItem{chat.TypeMessage, chat.ChannelID(t.head.stream.ID), r.ts}
		return marshal(reactionEvent{eventType, r.user, r.name, item, m.user, ts})
	}})
}

const selectReactions = "SELECT name FROM reactions WHERE workspace_id = ? AND stream_id = ? AND ts = ? AND user_id = ?"

// reactions are the names of the user's reactions to the message.
func (t *turn) reactions(r reacting) ([]string, error) {
	k := messageUserKey{messageKey{t.head.stream, r.ts}, r.user}
	if names, ok := t.own.reactions[k]; ok {
		return names, nil
	}
	if names, ok := t.batch.view.reactions[k]; ok {
		return names, nil
	}
	st := t.head.stream
	rows, err := t.batch.session.query(selectReactions, string(st.Workspace), string(st.ID), int64(r.ts), string(r.user))
	names, err := collect(rows, err, scanText)
	if err != nil {
		return nil, fmt.Errorf("read reactions: %w", err)
	}
	put(&t.batch.view.reactions, k, names)
	return names, nil
}

func scanText(row scanner) (s string, err error) { return s, row.Scan(&s) }

func (t *turn) setReactions(r reacting, names []string) {
	put(&t.own.reactions, messageUserKey{messageKey{t.head.stream, r.ts}, r.user}, names)
}
