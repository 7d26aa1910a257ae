package store

import (
	"context"
	"fmt"
	"time"

	"taut/chat"
)

// What is older than a channel's retention is removed for good: the events up to
// a horizon, and all that the store has of their messages. A reader whose cursor
// is below the horizon gets a discontinuity; above it no seq is missing. A root
// with replies that stay is a tombstone until they go.

const (
	expireFirst = time.Minute // after the start
	expireEvery = time.Hour
	// expirePause is between two batches, for those who wait for the disk.
	expirePause = 5 * time.Millisecond
	// MaxRetentionDays bounds a policy.
	MaxRetentionDays = 36_500
)

// expireLoop removes what is old until the store closes.
func (s *Store) expireLoop() {
	timer := time.NewTimer(expireFirst)
	defer timer.Stop()
	for {
		select {
		case <-s.life.Done():
			return
		case <-timer.C:
		}
		removed, err := s.Expire(s.life, chat.Now())
		if err != nil && s.life.Err() == nil {
			s.log.Error("messages past their retention could not all be removed; will go on", "removed", removed, "error", err)
		} else if removed > 0 {
			s.log.Info("messages past their retention were removed", "removed", removed)
		}
		timer.Reset(expireEvery)
	}
}

// Expire removes, of all workspaces, the messages that are older at that time
// than their channel's retention, and tells how many. It may be cut off anywhere
// and begun again.
func (s *Store) Expire(ctx context.Context, now time.Time) (removed int, err error) {
	all, err := s.Workspaces(ctx)
	if err != nil {
		return 0, err
	}
	for _, info := range all {
		n, err := s.Workspace(info.ID).expire(ctx, now)
		removed += n
		if err != nil {
			return removed, fmt.Errorf("workspace %s: %w", info.ID, err)
		}
	}
	return removed, nil
}

func (w *Workspace) expire(ctx context.Context, now time.Time) (removed int, err error) {
	err = w.eachExpiring(ctx, now, func(p policy) error {
		n, err := w.expireChannel(ctx, p)
		removed += n
		return err
	})
	if err == nil {
		err = w.expireFiles(ctx, now)
	}
	return removed, err
}

// policy is how long a channel's messages stay, at a time.
type policy struct {
	channel chat.ChannelID
	days    int
	cut     chat.TS // what is before it goes
	horizon int64   // the seq up to which messages went before
}

// eachExpiring calls f for the workspace's channels that have a message past
// their retention.
func (w *Workspace) eachExpiring(ctx context.Context, now time.Time, f func(policy) error) error {
	own, err := w.ChannelRetention(ctx)
	if err != nil {
		return fmt.Errorf("retention of channels: %w", err)
	}
	settings, err := w.Settings(ctx)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	if len(own) == 0 && settings.RetentionDays == 0 {
		return nil
	}
	for after := chat.StreamID(""); ; {
		page, err := w.oldest(ctx, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, o := range page {
			after = o.stream
			days, found := own[chat.ChannelID(o.stream)]
			if !found {
				days = settings.RetentionDays
			}
			cut := chat.MakeTS(now.AddDate(0, 0, -days).UnixMilli(), 0)
			if days <= 0 || o.stream.Kind() != chat.ChannelStream || o.ts == 0 || o.ts >= cut {
				continue
			}
			if err := f(policy{chat.ChannelID(o.stream), days, cut, o.horizon}); err != nil {
				return fmt.Errorf("channel %s: %w", o.stream, err)
			}
		}
	}
}

// oldestEvent is a stream's first event beyond its horizon; ts 0: there is none.
type oldestEvent struct {
	stream  chat.StreamID
	horizon int64
	ts      chat.TS
}

func (w *Workspace) oldest(ctx context.Context, after chat.StreamID) ([]oldestEvent, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT h.stream_id, COALESCE(z.seq, 0), COALESCE((SELECT e.ts FROM events e"+
		" WHERE e.workspace_id = h.workspace_id AND e.stream_id = h.stream_id AND e.seq > COALESCE(z.seq, 0) ORDER BY e.seq LIMIT 1), 0)"+
		" FROM heads h LEFT JOIN horizons z ON z.workspace_id = h.workspace_id AND z.stream_id = h.stream_id"+
		" WHERE h.workspace_id = ? AND h.stream_id > ? ORDER BY h.stream_id LIMIT ?", w.id, after, maxPage)
	return collect(rows, err, func(r scanner) (o oldestEvent, err error) {
		return o, r.Scan(&o.stream, &o.horizon, &o.ts)
	})
}

// ChannelRetention is how many days the workspace's channels keep their messages,
// those that have days of their own; 0: for ever.
func (w *Workspace) ChannelRetention(ctx context.Context) (map[chat.ChannelID]int, error) {
	own := map[chat.ChannelID]int{}
	rows, err := w.store.db.QueryContext(ctx, "SELECT channel_id, days FROM channel_retention WHERE workspace_id = ?", w.id)
	_, err = collect(rows, err, func(r scanner) (ch chat.ChannelID, err error) {
		var days int
		err = r.Scan(&ch, &days)
		own[ch] = days
		return ch, err
	})
	return own, err
}

// SetChannelRetention gives a channel days of its own; nil: those of the
// workspace. Invalid "days". That the channel is there is the caller's to know.
func (w *Workspace) SetChannelRetention(ctx context.Context, by Actor, ch chat.ChannelID, days *int) error {
	if days != nil && (*days < 0 || *days > MaxRetentionDays) {
		return chat.NewError(chat.Invalid, "days")
	}
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		detail := map[string]string{}
		if days == nil {
			t.exec("DELETE FROM channel_retention WHERE workspace_id = ? AND channel_id = ?", w.id, ch)
		} else {
			t.exec(t.batch.store.dialect.upsert("channel_retention", "workspace_id, channel_id", "days"), w.id, ch, *days)
			detail["days"] = fmt.Sprint(*days)
		}
		t.audit(AuditEntry{Actor: by, Action: "channel.retention", Target: string(ch), Detail: detail})
		return t.emitObject("channel_retention_changed", by.User, map[string]any{"channel": ch, "days": days})
	}})
	return err
}

// Expiring is what of a channel is past its retention, and goes.
type Expiring struct {
	Channel        chat.ChannelID
	Days           int
	Messages       int
	Oldest, Newest chat.TS
}

// Expiring tells what Expire would remove at that time, and removes nothing.
func (w *Workspace) Expiring(ctx context.Context, now time.Time) (all []Expiring, err error) {
	err = w.eachExpiring(ctx, now, func(p policy) error {
		x := Expiring{Channel: p.channel, Days: p.days}
		st := w.id.Channel(p.channel)
		head, err := w.store.headSeq(ctx, st)
		if err != nil {
			return err
		}
		to, err := w.store.seqFrom(ctx, st, head, p.cut)
		if err != nil {
			return err
		}
		err = w.store.db.QueryRowContext(ctx, "SELECT COUNT(*), COALESCE(MIN(ts), 0), COALESCE(MAX(ts), 0) FROM events WHERE workspace_id = ? AND stream_id = ?"+
			" AND seq > ? AND seq < ? AND kind > 0", w.id, p.channel, p.horizon, to).Scan(&x.Messages, &x.Oldest, &x.Newest)
		if x.Messages > 0 {
			all = append(all, x)
		}
		return err
	})
	return all, err
}
