package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
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

// Bounds of a batch.
const (
	batchMessages = 500
	batchBytes    = 1 << 20
	// maxMixed bounds the days that must be sorted together, as their messages
	// don't keep to their days.
	maxMixed = 1 << 30
)

// batch is what goes to the store at once.
type batch struct {
	messages []store.ImportedMessage
	bytes    int
	notes    []Note // of what was read for it
	present  int    // messages left out, as they are in already
}

func (b *batch) empty() bool { return len(b.messages)+len(b.notes)+b.present == 0 }

// bringMessages reads ahead in a goroutine of its own while the store writes.
func (i *running) bringMessages(ctx context.Context, c *conversation, channel chat.Channel) error {
	last, err := i.into.LastTS(ctx, channel.ID)
	if err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	batches, failed := make(chan batch, 2), make(chan error, 1)
	go func() {
		defer close(batches)
		failed <- i.readBatches(reading, c, channel, last, batches)
	}()
	for b := range batches {
		if err == nil {
			err = i.append(ctx, channel, b)
		}
		if err != nil {
			stop()
		}
	}
	stop()
	if readErr := <-failed; err == nil {
		err = readErr
	}
	return err
}

func (i *running) append(ctx context.Context, channel chat.Channel, b batch) error {
	for _, n := range b.notes {
		i.report.note(n.Kind, n.Where, n.What)
	}
	i.report.Present += b.present
	if len(b.messages) == 0 {
		return nil
	}
	for n := range b.messages {
		if err := i.bringFiles(ctx, &b.messages[n], channel.ID); err != nil {
			return err
		}
	}
	done, err := i.into.Messages(ctx, channel, b.messages)
	if err != nil {
		return err
	}
	i.report.Messages += done.Added
	for kind, all := range map[Oddity][]chat.TS{OddOrphan: done.Orphans, OddLate: done.Late, OddCut: done.Cut} {
		for _, ts := range all {
			i.report.note(kind, string(channel.ID)+" "+ts.String(), "")
		}
	}
	return nil
}

// readBatches reads the days in order of their messages.
func (i *running) readBatches(ctx context.Context, c *conversation, channel chat.Channel, last chat.TS, batches chan<- batch) error {
	var b batch
	send := func() error {
		if b.empty() {
			return nil
		}
		select {
		case batches <- b:
			b = batch{}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for days := c.days; len(days) > 0; {
		n := together(days)
		if n > 1 && sizeOf(days[:n]) > maxMixed {
			return errors.New("messages of too many days are mixed up")
		}
		messages, err := b.readDays(days[:n], last)
		if err != nil {
			return err
		}
		for k, raw := range messages {
			// Those of one ts go together.
			if (len(b.messages) >= batchMessages || b.bytes > batchBytes) && (k == 0 || messages[k-1].ts != raw.ts) {
				if err := send(); err != nil {
					return err
				}
			}
			m, err := i.message(raw.raw, channel, &b)
			if err != nil {
				return err
			}
			b.messages, b.bytes = append(b.messages, m), b.bytes+len(raw.raw)
		}
		days = days[n:]
	}
	return send()
}

// together is how many of the days, at least one, have messages of each other's
// time.
func together(days []day) int {
	to := days[0].to
	for n := 1; n < len(days); n++ {
		if days[n].from > to {
			return n
		}
		to = max(to, days[n].to)
	}
	return len(days)
}

func sizeOf(days []day) (size uint64) {
	for _, d := range days {
		size += d.file.UncompressedSize64
	}
	return size
}

// rawMessage is a message on its way into order.
type rawMessage struct {
	ts  chat.TS
	raw []byte
}

// readDays gives the messages of days after last, in order, each once.
func (b *batch) readDays(days []day, last chat.TS) ([]rawMessage, error) {
	var all []rawMessage
	for _, d := range days {
		if d.to <= last {
			b.present += d.messages
			continue
		}
		found, err := elements(d.file)
		if err != nil {
			return nil, err
		}
		for _, raw := range found {
			m := messageHead{}
			if _, err := read(raw, &m); err != nil {
				continue // the survey told of it
			}
			ts, err := parseTS(m.TS)
			if err != nil || unmappable(m.Subtype) {
				continue
			}
			if ts <= last {
				b.present++
				continue
			}
			all = append(all, rawMessage{ts, raw})
		}
	}
	slices.SortStableFunc(all, func(a, b rawMessage) int { return cmp.Compare(a.ts, b.ts) })
	return slices.CompactFunc(all, func(x, y rawMessage) bool {
		same := x.ts == y.ts && string(x.raw) == string(y.raw)
		if same {
			b.notes = append(b.notes, Note{Kind: OddDuplicate, Where: x.ts.String()})
		}
		return same
	}), nil
}
