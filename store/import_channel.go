package store

import (
	"context"
	"fmt"
	"time"

	"taut/chat"
)

// Name keeps the channel's name for it, and gives the one it got: where another
// channel has it, it gets "-imported" behind it. A channel that is in the
// directory already keeps the name that it has there.
func (i *Import) Name(ctx context.Context, c chat.Channel) (string, error) {
	c.Workspace = i.id
	var name string
	err := i.directory(ctx, func(t *turn) (err error) {
		name, err = t.importName(c)
		return err
	})
	if err != nil {
		return "", err
	}
	return name, nil
}

func (t *turn) importName(c chat.Channel) (string, error) {
	listed, err := t.count("SELECT COUNT(*) FROM channels WHERE workspace_id = ? AND channel_id = ?", c.Workspace, c.ID)
	if err != nil || listed {
		return c.Name, err
	}
	name := c.Name
	for n := 1; ; n++ {
		key := channelNameKey(c)
		if isDM := c.Type == chat.DM || c.Type == chat.GroupDM; isDM && n > 1 {
			key += ":" + string(c.ID) // not found by its people, who talk elsewhere already
		}
		var owner chat.ChannelID
		err := absent(t.queryRow("SELECT channel_id FROM channel_names WHERE workspace_id = ? AND name_key = ?", c.Workspace, key).Scan(&owner), "name")
		switch {
		case chat.CodeOf(err) == chat.NotFound:
			t.exec(insertChannelName, c.Workspace, key, c.ID, 0)
			return c.Name, nil
		case err != nil || owner == c.ID:
			return c.Name, err
		case c.Type == chat.DM || c.Type == chat.GroupDM:
		case n == 1:
			c.Name = name + "-imported"
		default:
			c.Name = fmt.Sprintf("%s-imported-%d", name, n)
		}
	}
}

// Listed tells whether the channel is in the directory.
func (i *Import) Listed(ctx context.Context, ch chat.ChannelID) (bool, error) {
	_, err := i.channelRow(ctx, ch)
	if chat.CodeOf(err) == chat.NotFound {
		return false, nil
	}
	return err == nil, err
}

// TypeImported is the event with which an imported channel is opened to its
// members: it is the first one that they get.
const TypeImported = "channel_imported"

// ImportedPin is a message that is pinned to its channel.
type ImportedPin struct {
	TS        chat.TS
	By        chat.UserID
	CreatedMS int64
}

// Open lets the members in who never were in the channel, and lists it in the
// directory; what they know of themselves is Tell's. It may be called again: the
// pins are those of the first time. It tells which of them are there now.
func (i *Import) Open(ctx context.Context, c chat.Channel, members []chat.UserID, pins []ImportedPin) ([]chat.TS, error) {
	c.Workspace = i.id
	var pinned []chat.TS
	_, err := i.store.append(ctx, change{
		stream: i.id.Channel(c.ID), create: &head{channelType: c.Type, general: c.General},
		apply: func(t *turn) (err error) {
			pinned, err = t.openImported(i.source, c, distinct(members), pins)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return pinned, i.directory(ctx, func(t *turn) error { return t.listImported(c) })
}

func (t *turn) openImported(source string, c chat.Channel, members []chat.UserID, pins []ImportedPin) (pinned []chat.TS, err error) {
	st := t.head.stream
	p, err := scanImportProgress(t.queryRow(selectImportProgress, string(st.Workspace), string(st.ID)))
	if err != nil {
		return nil, err
	}
	comers, err := t.comers(members)
	if err != nil || p.opened && len(comers) == 0 {
		return nil, err
	}
	opening, err := t.emit(newEvent{Type: TypeImported, User: c.Creator, TS: max(t.head.lastTS+1, chat.TS(c.CreatedMS*1000)),
		Payload: func(_ int64, ts chat.TS) ([]byte, error) {
			return marshal(map[string]any{"type": TypeImported, "channel": c.ID, "event_ts": ts})
		}})
	if err != nil {
		return nil, err
	}
	for _, u := range comers {
		t.setMember(u, member{JoinedSeq: opening.Seq, InvitedBy: inviterOf(u, c.Creator)})
	}
	if !p.opened {
		t.head.archived = c.Archived
		if pinned, err = t.importPins(pins); err != nil {
			return nil, err
		}
	}
	p.opened = true
	p.save(t, source)
	return pinned, nil
}

// comers are those of the users who never were in the channel.
func (t *turn) comers(users []chat.UserID) ([]chat.UserID, error) {
	st := t.head.stream
	rows, err := t.query("SELECT user_id FROM stream_members WHERE workspace_id = ? AND stream_id = ?", string(st.Workspace), string(st.ID))
	been, err := collect(rows, err, func(r scanner) (u chat.UserID, err error) { return u, r.Scan(&u) })
	if err != nil {
		return nil, err
	}
	was := make(map[chat.UserID]bool, len(been))
	for _, u := range been {
		was[u] = true
	}
	var comers []chat.UserID
	for _, u := range users {
		if !was[u] {
			comers = append(comers, u)
		}
	}
	return comers, nil
}

// importPins pins messages without telling anybody, as long as there is room.
func (t *turn) importPins(pins []ImportedPin) (pinned []chat.TS, err error) {
	for _, p := range pins {
		m, err := t.message(p.TS)
		if chat.CodeOf(err) == chat.NotFound || err == nil && m.pinned {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(pinned) == maxPins {
			break
		}
		m.pinned = true
		pinned = append(pinned, m.ts)
		t.exec(insertPin, string(t.head.stream.Workspace), string(t.head.stream.ID), int64(m.ts), m.seq, string(p.By), p.CreatedMS)
		if err := t.saveMessage(m); err != nil {
			return nil, err
		}
	}
	return pinned, nil
}

// listImported enters a channel whose name is kept for it.
func (t *turn) listImported(c chat.Channel) error {
	listed, err := t.count("SELECT COUNT(*) FROM channels WHERE workspace_id = ? AND channel_id = ?", c.Workspace, c.ID)
	if err != nil || listed {
		return err
	}
	t.exec(insertChannel, channelValues(c)...)
	if c.Type != chat.PublicChannel {
		return nil
	}
	return t.emitObject("channel_created", c.Creator, map[string]any{"channel": c.Object()})
}

// quietDM is after how long without a message a DM isn't put into people's lists.
const quietDM = 90 * 24 * time.Hour

// toldChannel is an imported channel that one of its members is to hear of.
type toldChannel struct {
	id     chat.ChannelID
	joined int64
	ts     chat.TS
	n      int64
}

// Tell makes the user's view of the channels that the import let them into or
// brought messages to, all of which count as read.
func (i *Import) Tell(ctx context.Context, user chat.UserID) error {
	rows, err := i.store.db.QueryContext(ctx, "SELECT c.stream_id, m.joined_seq, c.end_ts, c.end_n FROM import_channels c CROSS JOIN stream_members m"+
		" ON m.workspace_id = c.workspace_id AND m.stream_id = c.stream_id AND m.user_id = ? AND m.left_seq = 0"+
		" WHERE c.workspace_id = ? AND c.source_id = ? AND c.opened = 1 AND c.told_seq < c.end_seq ORDER BY c.stream_id", user, i.id, i.source)
	told, err := collect(rows, err, func(r scanner) (c toldChannel, err error) { return c, r.Scan(&c.id, &c.joined, &c.ts, &c.n) })
	if err != nil || len(told) == 0 {
		return err
	}
	channels := make([]chat.Channel, len(told))
	for n, c := range told {
		if channels[n], err = i.channelRow(ctx, c.id); err != nil {
			return err
		}
	}
	_, err = i.store.append(ctx, change{stream: i.id.User(user), create: &head{}, apply: func(t *turn) error {
		for n, c := range told {
			if err := t.tellImported(user, channels[n], c); err != nil {
				return err
			}
		}
		return nil
	}})
	return err
}

func (t *turn) tellImported(user chat.UserID, c chat.Channel, told toldChannel) error {
	seen, err := t.seenSeq("SELECT source_seq FROM user_channels WHERE workspace_id = ? AND user_id = ? AND channel_id = ?", c.Workspace, user, c.ID)
	if err != nil {
		return err
	}
	if seen >= told.joined {
		t.exec(t.batch.store.dialect.advanceMarks(1), markKey{c.Workspace, user, c.ID}.row(told.ts, told.n)...)
		return nil
	}
	f := membershipFact{JoinedSeq: told.joined, TS: told.ts, N: told.n}
	if err := t.showMembership(user, c, f, told.joined); err != nil {
		return err
	}
	kind, isDM := openTypes[false][c.Type]
	if !isDM || t.nowMS-told.ts.MS() < quietDM.Milliseconds() {
		return nil
	}
	t.exec("UPDATE user_channels SET is_open = 0 WHERE workspace_id = ? AND user_id = ? AND channel_id = ?", c.Workspace, user, c.ID)
	return t.emitObject(kind, user, map[string]any{"user": user, "channel": c.ID})
}

// Untold are the members of channels who are still to be told.
func (i *Import) Untold(ctx context.Context) ([]chat.UserID, error) {
	rows, err := i.store.db.QueryContext(ctx, "SELECT DISTINCT m.user_id FROM import_channels c CROSS JOIN stream_members m"+
		" ON m.workspace_id = c.workspace_id AND m.stream_id = c.stream_id AND m.left_seq = 0"+
		" WHERE c.workspace_id = ? AND c.source_id = ? AND c.opened = 1 AND c.told_seq < c.end_seq ORDER BY m.user_id", i.id, i.source)
	return collect(rows, err, func(r scanner) (u chat.UserID, err error) { return u, r.Scan(&u) })
}

// Told says that everybody has been.
func (i *Import) Told(ctx context.Context) error {
	return i.store.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE import_channels SET told_seq = end_seq WHERE workspace_id = ? AND source_id = ? AND opened = 1", i.id, i.source)
		return err
	})
}

// followImported makes those follow a thread who would, had its replies come here,
// with all of it read.
func (t *turn) followImported(root *messageState, users []chat.UserID) {
	for _, u := range distinct(users) {
		if u != "" && u != tombstoneUser {
			t.letFollow(root.ts, u, root.latestReply)
		}
	}
	st := t.head.stream
	t.exec("UPDATE thread_users SET follows = 1, last_read = ? WHERE workspace_id = ? AND stream_id = ? AND root_ts = ? AND follows <> 2",
		int64(root.latestReply), string(st.Workspace), string(st.ID), int64(root.ts))
}
