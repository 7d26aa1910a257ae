package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"taut/chat"
)

// maxDMUsers is how many people talk in a group DM, as in Slack.
const maxDMUsers = 9

// dmKey is what the conversation of exactly these people is found by.
func dmKey(users []chat.UserID) string {
	var key strings.Builder
	for i, u := range users {
		key.WriteString([]string{"dm:", ","}[min(i, 1)])
		key.WriteString(string(u))
	}
	return key.String()
}

// OpenDM is the conversation of exactly these people, the caller's among them:
// one for a DM with oneself, two for a DM, up to nine for a group DM. The first
// is the creator. It tells whether it existed already; where the first had
// closed it, it is open for them again. NotFound "user", Invalid "users".
func (w *Workspace) OpenDM(ctx context.Context, users []chat.UserID) (chat.Channel, bool, error) {
	members := distinct(users)
	if len(members) == 0 || len(members) > maxDMUsers {
		return chat.Channel{}, false, chat.NewError(chat.Invalid, "users")
	}
	if len(members) != 2 && slices.Contains(members, chat.Slackbot) {
		return chat.Channel{}, false, chat.NewError(chat.NotFound, "user")
	}
	id, existed, err := w.findOrCreateDM(ctx, members)
	if err != nil {
		return chat.Channel{}, false, err
	}
	// Whoever made it, now or a moment ago, may still be carrying it out.
	if err := w.store.carryCreation(ctx, w.id.Channel(id)); err != nil {
		return chat.Channel{}, false, err
	}
	if existed {
		if err := w.ReopenDM(ctx, members[0], id); err != nil {
			return chat.Channel{}, false, err
		}
	}
	c, err := w.Channel(ctx, id)
	return c, existed, err
}

// findOrCreateDM looks without a lock first: most DMs exist.
func (w *Workspace) findOrCreateDM(ctx context.Context, members []chat.UserID) (id chat.ChannelID, existed bool, err error) {
	key := dmKey(slices.Sorted(slices.Values(members)))
	const find = "SELECT channel_id FROM channel_names WHERE workspace_id = ? AND name_key = ?"
	err = w.store.db.QueryRowContext(ctx, find, w.id, key).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, true, err
	}
	var made chat.ChannelID
	var there bool
	_, err = w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		err := t.queryRow(find, w.id, key).Scan(&made)
		if there = err == nil; there || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		people := slices.DeleteFunc(slices.Clone(members), func(u chat.UserID) bool { return u == chat.Slackbot })
		names, err := t.activeUsers(people)
		if err != nil {
			return err
		}
		c := newDM(w.id, members, names)
		made = c.ID
		return t.createChannel(c, people)
	}})
	if err != nil {
		return "", false, err
	}
	return made, there, nil
}

func newDM(w chat.WorkspaceID, members []chat.UserID, names map[chat.UserID]string) chat.Channel {
	kind, name := chat.DM, ""
	if len(members) > 2 {
		handles := make([]string, len(members))
		for i, u := range members {
			handles[i] = names[u]
		}
		kind, name = chat.GroupDM, chat.GroupDMName(handles)
	}
	c := newChannel(w, name, kind, members[0])
	c.DMUsers = slices.Sorted(slices.Values(members))
	return c
}

// CloseDM takes a DM out of a user's list. It closes nothing for the others.
// NotFound "channel".
func (w *Workspace) CloseDM(ctx context.Context, user chat.UserID, ch chat.ChannelID) error {
	return w.setDMOpen(ctx, user, ch, false)
}

// ReopenDM puts a DM back into the user's list. NotFound "channel".
func (w *Workspace) ReopenDM(ctx context.Context, user chat.UserID, ch chat.ChannelID) error {
	return w.setDMOpen(ctx, user, ch, true)
}

// DMOpen tells whether the user's DM is open for them. NotFound "channel".
func (w *Workspace) DMOpen(ctx context.Context, user chat.UserID, ch chat.ChannelID) (open bool, err error) {
	err = w.store.db.QueryRowContext(ctx, "SELECT is_open FROM user_channels WHERE workspace_id = ? AND user_id = ? AND channel_id = ? AND left_seq = 0",
		w.id, user, ch).Scan(&open)
	return open, absent(err, "channel")
}

var openTypes = map[bool]map[chat.ChannelType]string{
	true:  {chat.DM: "im_open", chat.GroupDM: "mpim_open"},
	false: {chat.DM: "im_close", chat.GroupDM: "mpim_close"},
}

func (w *Workspace) setDMOpen(ctx context.Context, user chat.UserID, ch chat.ChannelID, open bool) error {
	if was, err := w.DMOpen(ctx, user, ch); err != nil || was == open {
		return err
	}
	c, err := w.channelRow(ctx, ch)
	if err != nil {
		return err
	}
	kind, ok := openTypes[open][c.Type]
	if !ok {
		return chat.NewError(chat.Invalid, "type")
	}
	_, err = w.store.append(ctx, change{stream: w.id.User(user), apply: func(t *turn) error {
		t.exec("UPDATE user_channels SET is_open = ? WHERE workspace_id = ? AND user_id = ? AND channel_id = ?", open, w.id, user, ch)
		return t.emitObject(kind, user, map[string]any{"user": user, "channel": ch})
	}})
	return err
}
