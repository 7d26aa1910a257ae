package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"taut/chat"
)

// NewChannel is a channel to make. Creator and Members join it.
type NewChannel struct {
	Name    string
	Private bool
	Creator chat.UserID
	Members []chat.UserID
}

func newChannel(w chat.WorkspaceID, name string, kind chat.ChannelType, creator chat.UserID) chat.Channel {
	now := chat.Now().UnixMilli()
	prefix := "C"
	if kind == chat.DM {
		prefix = "D"
	}
	return chat.Channel{
		ID: chat.ChannelID(chat.NewID(prefix)), Workspace: w, Type: kind, Name: name, Creator: creator,
		CreatedMS: now, UpdatedMS: now,
	}
}

// CreateChannel makes a channel. Exists "name", NotFound "user".
//
// The directory comes first, in one transaction with the fact that creates the
// stream: the name is taken once and for all, and a crash in between leaves
// nothing that the carrier doesn't finish.
func (w *Workspace) CreateChannel(ctx context.Context, n NewChannel) (chat.Channel, error) {
	kind := chat.PublicChannel
	if n.Private {
		kind = chat.PrivateChannel
	}
	c := newChannel(w.id, n.Name, kind, n.Creator)
	members := distinct(append([]chat.UserID{n.Creator}, n.Members...))
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		if _, err := t.activeUsers(members); err != nil {
			return err
		}
		return t.createChannel(c, members)
	}})
	if err != nil {
		return c, err
	}
	if err := w.store.carryCreation(ctx, w.id.Channel(c.ID)); err != nil {
		return c, err
	}
	return w.Channel(ctx, c.ID)
}

// carryCreation waits until a channel's stream has begun and its members know.
func (s *Store) carryCreation(ctx context.Context, channel chat.Stream) error {
	if err := s.carryOut(ctx, channel.Workspace.Directory(), channel); err != nil {
		return err
	}
	return s.carryAll(ctx, channel)
}

// distinct keeps the first of equal ids, and the order.
func distinct(users []chat.UserID) []chat.UserID {
	var kept []chat.UserID
	seen := make(map[chat.UserID]bool, len(users))
	for _, u := range users {
		if !seen[u] {
			seen[u] = true
			kept = append(kept, u)
		}
	}
	return kept
}

// activeUsers are the names of the users; NotFound "user" where one isn't there
// or was deactivated.
func (t *turn) activeUsers(users []chat.UserID) (map[chat.UserID]string, error) {
	names := make(map[chat.UserID]string, len(users))
	err := inChunks(users, func(chunk []any) error {
		rows, err := t.query("SELECT user_id, name FROM users WHERE workspace_id = ? AND deleted = 0 AND user_id IN ("+
			placeholders(len(chunk))+")", append([]any{t.head.stream.Workspace}, chunk...)...)
		_, err = collect(rows, err, func(r scanner) (struct{}, error) {
			var u chat.UserID
			var name string
			err := r.Scan(&u, &name)
			names[u] = name
			return struct{}{}, err
		})
		return err
	})
	if err == nil && len(names) < len(users) {
		err = chat.NewError(chat.NotFound, "user")
	}
	return names, err
}

const insertChannelName = "INSERT INTO channel_names (workspace_id, name_key, channel_id, pending_ms) VALUES (?, ?, ?, ?)"

var insertChannel = "INSERT INTO channels (workspace_id, " + channelColumns + ", source_seq) VALUES (" + placeholders(18) + ")"

// createChannel is of a turn of the workspace's stream, whose lock keeps the
// names unique. It tells the workspace of a public channel, and carries the
// creation to the channel's own stream.
func (t *turn) createChannel(c chat.Channel, members []chat.UserID) error {
	key := channelNameKey(c)
	err := t.checkNoOther("SELECT COUNT(*) FROM channel_names WHERE workspace_id = ? AND name_key = ?", "name", c.Workspace, key)
	if err != nil {
		return err
	}
	if err := t.listChannel(c, key); err != nil {
		return err
	}
	return t.carry(fact{Target: c.Workspace.Channel(c.ID), Kind: factCreate, Body: createFact{
		Type: c.Type, General: c.General, Creator: c.Creator, Members: members,
	}})
}

// listChannel writes the channel into the directory.
func (t *turn) listChannel(c chat.Channel, key string) error {
	t.exec(insertChannelName, c.Workspace, key, c.ID, 0)
	t.exec(insertChannel, channelValues(c)...)
	if c.Type != chat.PublicChannel {
		return nil
	}
	return t.emitObject("channel_created", c.Creator, map[string]any{"channel": c.Object()})
}

// channelNameKey is what no two channels share.
func channelNameKey(c chat.Channel) string {
	if c.Type == chat.DM || c.Type == chat.GroupDM {
		return dmKey(c.DMUsers)
	}
	return nameKey(c.Name)
}

func channelValues(c chat.Channel) []any {
	return []any{c.Workspace, c.ID, c.Type, c.Name, jsonText(c.PreviousNames), c.Creator, c.General, c.Archived,
		c.Topic.Value, c.Topic.Creator, c.Topic.SetMS, c.Purpose.Value, c.Purpose.Creator, c.Purpose.SetMS,
		jsonText(c.DMUsers), c.CreatedMS, c.UpdatedMS, 0}
}

// jsonText writes a list of strings, null as an empty one.
func jsonText[S ~string](list []S) string {
	if list == nil {
		return "[]"
	}
	text, _ := json.Marshal(list) // of strings: it cannot fail
	return string(text)
}

// createFact is what a channel's stream begins with.
type createFact struct {
	Type    chat.ChannelType `json:"type"`
	General bool             `json:"general,omitempty"`
	Creator chat.UserID      `json:"creator"`
	Members []chat.UserID    `json:"members"`
}

// applyCreate makes the head, unless it is there already, with all members from seq 1 on.
func (s *Store) applyCreate(ctx context.Context, stream chat.Stream, f createFact) error {
	h := &head{channelType: f.Type, general: f.General}
	_, err := s.append(ctx, change{stream: stream, create: h, apply: func(t *turn) error {
		if t.head.seq > 0 {
			return nil
		}
		return t.begin(f)
	}})
	return err
}

// begin writes a channel's first events and members.
func (t *turn) begin(f createFact) error {
	at, err := t.emitFirst(f)
	if err != nil {
		return err
	}
	for _, u := range slices.Sorted(slices.Values(f.Members)) {
		t.setMember(u, member{JoinedSeq: 1, InvitedBy: inviterOf(u, f.Creator)})
		if err := t.carryJoined(u, 1, at); err != nil {
			return err
		}
	}
	return nil
}

// emitFirst: a channel begins with its creator's join, a DM with a hidden event.
func (t *turn) emitFirst(f createFact) (chat.Event, error) {
	switch f.Type {
	case chat.DM, chat.GroupDM:
		kind := "im_open"
		if f.Type == chat.GroupDM {
			kind = "mpim_open"
		}
		return t.emitFields(kind, f.Creator, map[string]any{"user": f.Creator, "channel": t.head.stream.ID})
	}
	return t.emitJoin(f.Creator, "")
}

func inviterOf(u, inviter chat.UserID) chat.UserID {
	if u == inviter {
		return ""
	}
	return inviter
}

// emitFields emits an event that is no message: its fields with type and event_ts.
func (t *turn) emitFields(kind string, u chat.UserID, fields map[string]any) (chat.Event, error) {
	return t.emit(newEvent{Type: kind, User: u, Payload: func(_ int64, ts chat.TS) ([]byte, error) {
		payload := maps.Clone(fields)
		payload["type"], payload["event_ts"] = kind, ts
		return marshal(payload)
	}})
}

// emitObject is emitFields where the event itself doesn't matter.
func (t *turn) emitObject(kind string, u chat.UserID, fields map[string]any) error {
	_, err := t.emitFields(kind, u, fields)
	return err
}

// emitNotice emits the message that says what u did to the channel.
func (t *turn) emitNotice(u chat.UserID, m chat.Message) (chat.Event, error) {
	kind := kindRoot
	if m.Subtype == chat.SubtypeJoin || m.Subtype == chat.SubtypeLeave || m.Subtype == chat.SubtypePinned {
		kind = kindNotice
	}
	return t.emit(newEvent{Type: chat.TypeMessage, User: u, Kind: kind, Payload: func(_ int64, ts chat.TS) ([]byte, error) {
		m.Type, m.User, m.TS, m.EventTS = chat.TypeMessage, u, ts, ts
		m.Channel, m.Team = chat.ChannelID(t.head.stream.ID), t.head.stream.Workspace
		if m.Subtype != chat.SubtypeToPrivate && m.Subtype != chat.SubtypeToPublic { // Slack's name nobody
			m.Text = "<@" + string(u) + "> " + strings.TrimSpace(m.Text)
		}
		return marshal(&m)
	}})
}
