package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"taut/chat"
	"taut/store"
)

func (i *running) bringChannels(ctx context.Context) error {
	for _, c := range i.channels {
		if c.ID == "" && c.folder == "" && !i.report.Created {
			continue // the general channel that a workspace of its own would need
		}
		if err := i.bringChannel(ctx, c); err != nil {
			return fmt.Errorf("channel %s: %w", cmp.Or(c.Name, c.ID), err)
		}
	}
	return nil
}

// bringChannel brings the messages, then opens the channel.
func (i *running) bringChannel(ctx context.Context, c *conversation) error {
	channel, members := i.channel(c)
	i.cleanChannel(&channel)
	listed, err := i.into.Listed(ctx, channel.ID)
	if err != nil {
		return err
	}
	name, err := i.into.Name(ctx, channel)
	if err != nil {
		return err
	}
	if name != channel.Name {
		i.report.note(OddName, string(channel.ID), channel.Name+" → "+name)
		channel.Name = name
	}
	if err := i.bringMessages(ctx, c, channel); err != nil {
		return err
	}
	if listed {
		return second(i.into.Open(ctx, channel, members, nil))
	}
	i.report.Channels++
	return i.openChannel(ctx, c, channel, members)
}

func (i *running) openChannel(ctx context.Context, c *conversation, channel chat.Channel, members []chat.UserID) error {
	var pins []store.ImportedPin
	for _, p := range c.Pins {
		ts, err := parseTS(json.RawMessage(p.ID))
		if err != nil {
			continue // of a file
		}
		pins = append(pins, store.ImportedPin{TS: ts, By: cmp.Or(i.user(p.User), channel.Creator), CreatedMS: int64(p.Created) * 1000})
	}
	pinned, err := i.into.Open(ctx, channel, members, pins)
	if err != nil {
		return err
	}
	i.report.Pins += len(pinned)
	for _, p := range pins {
		if !slices.Contains(pinned, p.TS) {
			i.report.note(OddPin, string(channel.ID)+" "+p.TS.String(), "")
		}
	}
	return nil
}

func second[T any](_ T, err error) error { return err }

// channel is the conversation as it will be here, and who is in it.
func (i *running) channel(c *conversation) (chat.Channel, []chat.UserID) {
	ch := chat.Channel{
		ID: chat.ChannelID(i.ids[c.key()]), Workspace: i.report.Workspace, Type: c.kind, Name: clip(c.Name, 240), PreviousNames: c.PreviousNames,
		Creator: i.user(c.Creator), General: c.IsGeneral && i.report.Created, Archived: c.IsArchived && c.kind != chat.DM,
		Topic: c.Topic.blurb(), Purpose: c.Purpose.blurb(), CreatedMS: c.createdMS(),
	}
	ch.UpdatedMS = max(int64(c.Updated), ch.CreatedMS)
	ch.Topic.Creator, ch.Purpose.Creator = i.user(ch.Topic.Creator), i.user(ch.Purpose.Creator)
	var members []chat.UserID
	for _, u := range c.Members {
		if u := i.user(u); u != "" && u != slackbot {
			members = append(members, u)
		}
	}
	switch {
	case c.kind == chat.DM || c.kind == chat.GroupDM:
		ch.DMUsers = i.talkers(c)
		if ch.Creator == "" && len(ch.DMUsers) > 0 {
			ch.Creator = ch.DMUsers[0]
		}
	case ch.General:
		members = append(members, i.everybody()...)
		if ch.Creator == "" && len(members) > 0 {
			ch.Creator = members[0]
		}
	}
	return ch, members
}

// talkers are the people of a DM, each once.
func (i *running) talkers(c *conversation) []chat.UserID {
	var users []chat.UserID
	for _, u := range c.Members {
		if u := i.user(u); u != "" {
			users = append(users, u)
		}
	}
	slices.Sort(users)
	return slices.Compact(users)
}

// everybody are those whom the house rules put into #general.
func (i *running) everybody() []chat.UserID {
	var users []chat.UserID
	for _, u := range i.users {
		if !u.Deleted && !u.IsBot && !u.role().IsGuest() {
			users = append(users, i.user(chat.UserID(u.ID)))
		}
	}
	return users
}

// createdMS is when the conversation began; 0 and 1 mean that Slack doesn't know.
func (c *conversation) createdMS() int64 {
	if c.Created > 1 {
		return int64(c.Created) * 1000
	}
	return c.first.MS() / 1000 * 1000
}
