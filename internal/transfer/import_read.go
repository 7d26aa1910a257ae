package transfer

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"taut/chat"
	"taut/store"
)

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
