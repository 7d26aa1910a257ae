package store

import (
	"context"
	"fmt"
	"slices"

	"taut/chat"
)

// channelFact is what the directory must know of a change in a channel's
// stream. What is nil did not change.
type channelFact struct {
	Actor    chat.UserID `json:"actor"`
	MS       int64       `json:"ms"`
	Topic    *string     `json:"topic,omitempty"`
	Purpose  *string     `json:"purpose,omitempty"`
	Archived *bool       `json:"archived,omitempty"`
	Name     *string     `json:"name,omitempty"`
	// Type is what it became; Address is where its actor called from.
	Type    chat.ChannelType `json:"type,omitempty"`
	Address string           `json:"address,omitempty"`
}

// SetTopic sets what the channel is about now. NotMember, Archived, NotFound "channel".
func (w *Workspace) SetTopic(ctx context.Context, ch chat.ChannelID, actor chat.UserID, value string) (chat.Channel, error) {
	return w.changeChannel(ctx, ch, actor, func(t *turn) (channelFact, error) {
		return channelFact{Topic: &value}, t.notice(actor, chat.Message{
			Subtype: chat.SubtypeTopic, Text: blurbText("topic", value), Topic: &value})
	})
}

// SetPurpose sets what the channel is for. NotMember, Archived, NotFound "channel".
func (w *Workspace) SetPurpose(ctx context.Context, ch chat.ChannelID, actor chat.UserID, value string) (chat.Channel, error) {
	return w.changeChannel(ctx, ch, actor, func(t *turn) (channelFact, error) {
		return channelFact{Purpose: &value}, t.notice(actor, chat.Message{
			Subtype: chat.SubtypePurpose, Text: blurbText("purpose", value), Purpose: &value})
	})
}

func blurbText(what, value string) string {
	if value == "" {
		return "cleared the channel " + what
	}
	return "set the channel " + what + ": " + value
}

// notice is emitNotice where the event itself doesn't matter.
func (t *turn) notice(u chat.UserID, m chat.Message) error {
	_, err := t.emitNotice(u, m)
	return err
}

// changeChannel runs apply for a member of a channel that is not archived, and
// carries to the directory what it says.
func (w *Workspace) changeChannel(ctx context.Context, ch chat.ChannelID, actor chat.UserID, apply func(t *turn) (channelFact, error)) (chat.Channel, error) {
	return w.changeStream(ctx, ch, actor, func(t *turn) (channelFact, error) {
		if err := t.checkActor(actor); err != nil {
			return channelFact{}, err
		}
		return apply(t)
	})
}

func (t *turn) checkActor(actor chat.UserID) error {
	if t.head.archived {
		return chat.NewError(chat.Archived, "channel")
	}
	if _, in, err := t.member(actor); err != nil || !in {
		return orError(err, chat.NotMember, "channel")
	}
	return nil
}

// changeStream is changeChannel without its checks.
func (w *Workspace) changeStream(ctx context.Context, ch chat.ChannelID, actor chat.UserID, apply func(t *turn) (channelFact, error)) (chat.Channel, error) {
	stream, err := w.channelStream(ch)
	if err != nil {
		return chat.Channel{}, err
	}
	events, err := w.store.append(ctx, change{stream: stream, reads: []read{{member: actor}}, apply: func(t *turn) error {
		f, err := apply(t)
		if err != nil {
			return err
		}
		f.Actor, f.MS = actor, t.nowMS
		return t.carry(fact{Target: w.id.Directory(), Kind: factChannel, Body: f})
	}})
	if err != nil {
		return chat.Channel{}, err
	}
	for _, e := range events {
		// What one did oneself is not unread.
		w.NoteOwnPost(actor, ch, e.TS, e.N)
	}
	if err := w.store.carryOut(ctx, stream, w.id.Directory()); err != nil {
		return chat.Channel{}, err
	}
	return w.Channel(ctx, ch)
}

// Archive closes a channel for new events. NotMember, Archived, Forbidden "general", Invalid "type".
func (w *Workspace) Archive(ctx context.Context, ch chat.ChannelID, actor chat.UserID) error {
	yes := true
	_, err := w.changeChannel(ctx, ch, actor, func(t *turn) (channelFact, error) {
		if t.head.general {
			return channelFact{}, chat.NewError(chat.Forbidden, "general")
		}
		if err := t.checkOpenChannel(); err != nil {
			return channelFact{}, err
		}
		t.head.archived = true
		return channelFact{Archived: &yes}, t.archiveEvents(actor, chat.SubtypeArchive, "archived the channel", "group_archive")
	})
	return err
}

// Unarchive opens an archived channel again. Who does it is a member afterwards;
// of a private channel they must have been one: NotMember. Invalid "not_archived".
func (w *Workspace) Unarchive(ctx context.Context, ch chat.ChannelID, actor chat.UserID) error {
	no := false
	_, err := w.changeStream(ctx, ch, actor, func(t *turn) (channelFact, error) {
		if !t.head.archived {
			return channelFact{}, chat.NewError(chat.Invalid, "not_archived")
		}
		t.head.archived = false
		if err := t.letActorIn(actor); err != nil {
			return channelFact{}, err
		}
		return channelFact{Archived: &no}, t.archiveEvents(actor, chat.SubtypeUnarchive, "un-archived the channel", "group_unarchive")
	})
	if err != nil {
		return err
	}
	return w.store.carryOut(ctx, w.id.Channel(ch), w.id.User(actor))
}

func (t *turn) letActorIn(actor chat.UserID) error {
	_, in, err := t.member(actor)
	if err != nil || in {
		return err
	}
	if t.head.channelType != chat.PublicChannel {
		return chat.NewError(chat.NotMember, "channel")
	}
	_, err = t.join(actor, "")
	return err
}

// archiveEvents are the message, and for a private channel the event that the
// directory's readers must not see.
func (t *turn) archiveEvents(actor chat.UserID, subtype, text, groupType string) error {
	if err := t.notice(actor, chat.Message{Subtype: subtype, Text: text}); err != nil {
		return err
	}
	if t.head.channelType == chat.PublicChannel {
		return nil
	}
	return t.emitObject(groupType, actor, map[string]any{"channel": t.head.stream.ID, "user": actor})
}

// applyChannel brings the directory's row up to the channel's stream, unless it
// has seen a later seq of it, and tells the workspace where it is public.
func (s *Store) applyChannel(ctx context.Context, c carried, f channelFact) error {
	id := chat.ChannelID(c.source.ID)
	_, err := s.append(ctx, change{stream: c.targetStream(), apply: func(t *turn) error {
		seen, err := t.seenSeq("SELECT source_seq FROM channels WHERE workspace_id = ? AND channel_id = ?", c.source.Workspace, id)
		if err != nil || seen >= c.seq {
			return err
		}
		channel, err := scanChannel(c.source.Workspace, t.queryRow(
			"SELECT "+channelColumns+" FROM channels WHERE workspace_id = ? AND channel_id = ?", c.source.Workspace, id))
		if err != nil {
			return err
		}
		f, err := t.changeName(channel, f)
		if err != nil {
			return err
		}
		f.change(&channel)
		t.exec("UPDATE channels SET type = ?, name = ?, previous_names = ?, archived = ?, topic = ?, topic_user = ?, topic_ms = ?, "+
			"purpose = ?, purpose_user = ?, purpose_ms = ?, updated_ms = ?, source_seq = ? WHERE workspace_id = ? AND channel_id = ?",
			channel.Type, channel.Name, jsonText(channel.PreviousNames), channel.Archived, channel.Topic.Value, channel.Topic.Creator, channel.Topic.SetMS,
			channel.Purpose.Value, channel.Purpose.Creator, channel.Purpose.SetMS, channel.UpdatedMS, c.seq, channel.Workspace, channel.ID)
		return t.tellChannelChange(channel, f)
	}})
	return err
}

// maxPreviousNames is how many of a channel's former names are kept, the latest.
const maxPreviousNames = 50

func (f channelFact) change(c *chat.Channel) {
	c.UpdatedMS = f.MS
	if f.Topic != nil {
		c.Topic = chat.Blurb{Value: *f.Topic, Creator: f.Actor, SetMS: f.MS}
	}
	if f.Purpose != nil {
		c.Purpose = chat.Blurb{Value: *f.Purpose, Creator: f.Actor, SetMS: f.MS}
	}
	if f.Archived != nil {
		c.Archived = *f.Archived
	}
	if f.Name != nil {
		names := append(slices.DeleteFunc(c.PreviousNames, func(n string) bool { return n == *f.Name }), c.Name)
		c.PreviousNames = names[max(0, len(names)-maxPreviousNames):]
		c.Name = *f.Name
	}
	if f.Type != "" {
		c.Type = f.Type
	}
}

// tellChannelChange emits the event of the workspace's stream, if there is one.
func (t *turn) tellChannelChange(c chat.Channel, f channelFact) error {
	switch {
	case f.Type != "":
		return t.tellConverted(c, f)
	case c.Type != chat.PublicChannel:
		return nil
	case f.Archived != nil && *f.Archived:
		return t.emitObject("channel_archive", f.Actor, map[string]any{"channel": c.ID, "user": f.Actor})
	case f.Archived != nil:
		return t.emitObject("channel_unarchive", f.Actor, map[string]any{"channel": c.ID, "user": f.Actor})
	case f.Name != nil:
		return t.emitObject("channel_rename", f.Actor, renameFields(c))
	}
	return nil
}

func renameFields(c chat.Channel) map[string]any {
	return map[string]any{"channel": map[string]any{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "is_channel": true, "is_mpim": c.Type == chat.GroupDM, "created": c.CreatedMS / 1000,
	}}
}

func renameText(from, to string) string {
	return fmt.Sprintf("has renamed the channel from %q to %q", from, to)
}
