package store

import "taut/chat"

// mayEnter is of a turn that lets a user into its channel: Limited "channels" for a
// guest of a single channel who is in another.
func (t *turn) mayEnter(u chat.UserID) error {
	if role, err := t.lockRole(u); err != nil || role != chat.SingleGuest {
		return err
	}
	return t.limitChannels(u, chat.ChannelID(t.head.stream.ID), 0)
}

// mayBeSingle is of a turn that makes the user a guest of a single channel: Limited
// "channels" for one who is in several.
func (t *turn) mayBeSingle(u chat.UserID) error {
	if _, err := t.lockRole(u); err != nil {
		return err
	}
	return t.limitChannels(u, "", 1)
}

// lockRole reads the user's role, which stays so until the commit: of two turns
// that let one guest in, in two channels' streams, or of one that lets somebody in
// and one that makes them a guest, the second sees what the first did.
func (t *turn) lockRole(u chat.UserID) (role chat.Role, err error) {
	query := "SELECT role FROM users WHERE workspace_id = ? AND user_id = ?"
	if t.batch.store.dialect.mysql {
		query += " FOR UPDATE" // on SQLite one turn runs at a time
	}
	err = t.queryRow(query, string(t.head.stream.Workspace), string(u)).Scan(&role)
	return role, absent(err, "user")
}

// limitChannels is Limited "channels" where the user is in more than so many
// channels beside one. The user's view shows where they are, but for the joins that
// are still in the outbox; the channel's own table has the last word.
func (t *turn) limitChannels(u chat.UserID, beside chat.ChannelID, most int) error {
	w := string(t.head.stream.Workspace)
	var n int
	err := t.queryRow("SELECT COUNT(*) FROM (SELECT channel_id FROM user_channels WHERE workspace_id = ? AND user_id = ? AND left_seq = 0"+
		" UNION SELECT stream_id AS channel_id FROM outbox WHERE workspace_id = ? AND target_id = ? AND kind = ?) r WHERE r.channel_id <> ?"+
		" AND EXISTS (SELECT 1 FROM channels c WHERE c.workspace_id = ? AND c.channel_id = r.channel_id AND c.type IN (?, ?))"+
		" AND EXISTS (SELECT 1 FROM stream_members m WHERE m.workspace_id = ? AND m.stream_id = r.channel_id AND m.user_id = ? AND m.left_seq = 0)",
		w, string(u), w, string(u), factJoined, string(beside), w, chat.PublicChannel, chat.PrivateChannel, w, string(u)).Scan(&n)
	if err == nil && n > most {
		err = chat.NewError(chat.Limited, "channels")
	}
	return err
}
