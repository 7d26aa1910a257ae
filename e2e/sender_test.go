//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"taut/chat"
	"taut/internal/history"
)

// sender posts to channels, one message after another. Where no answer comes,
// it sends the same key again until one does.
type sender struct {
	name   string
	user   chat.UserID
	api    *caller
	record *history.Recorder
	pause  time.Duration
	pad    string // makes the messages longer

	acked   atomic.Int64
	again   atomic.Int64 // sends that had to be repeated
	refused atomic.Int64

	cancel context.CancelFunc
	group  sync.WaitGroup
	mu     sync.Mutex
	faults []string
	told   map[string]int // errors after which it sent again
}

// sending starts a sender; names must be unique in a run, as keys hold them.
func sending(t *testing.T, s *server, r *history.Recorder, name, user, token string, pause time.Duration, pad string, channels ...string) *sender {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := &sender{name: name, user: chat.UserID(user), api: s.caller(token), record: r, pause: pause, pad: pad, cancel: cancel}
	c.group.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			c.post(ctx, channels[n%len(channels)], n)
			select {
			case <-time.After(c.pause):
			case <-ctx.Done():
			}
		}
	})
	t.Cleanup(c.stop)
	return c
}

// stop ends the sending and awaits it: what is under way is answered first.
func (c *sender) stop() {
	c.cancel()
	c.group.Wait()
}

// post sends one message until its fate is known, or the sender stops. It tells
// whether it was acknowledged.
func (c *sender) post(ctx context.Context, channel string, n int) (acked bool) {
	key := fmt.Sprintf("%s-%d", c.name, n)
	rec := history.Record{Client: c.name, User: c.user, Stream: chat.StreamID(channel), Key: key, Text: "message " + key + c.pad}
	send := rec
	send.Kind = history.Send
	c.record.Add(send)
	args := url.Values{"channel": {channel}, "text": {rec.Text}, "client_msg_id": {key}}
	for tries := 0; ctx.Err() == nil; tries++ {
		answer, err := c.api.call(context.WithoutCancel(ctx), "chat.postMessage", args)
		if err == nil {
			c.acknowledged(rec, answer)
			return true
		}
		name, told := errors.AsType[slackError](err)
		if told && final[string(name)] {
			rec.Kind, rec.Reason, rec.Again = history.Refused, string(name), tries > 0
			c.record.Add(rec)
			c.refused.Add(1)
			return false
		}
		if told {
			c.troubled(string(name))
		}
		c.again.Add(1)
		select {
		case <-time.After(20 * time.Millisecond << min(tries, 4)):
		case <-ctx.Done():
		}
	}
	return false
}

// final are the errors after which a message is not sent again.
var final = map[string]bool{"not_in_channel": true, "channel_not_found": true, "is_archived": true}

func (c *sender) acknowledged(rec history.Record, answer object) {
	ts, err := chat.ParseTS(answer.text("ts"))
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.faults = append(c.faults, fmt.Sprintf("the answer's ts: %v", err))
		return
	}
	rec.Kind, rec.TS = history.Ack, ts
	c.record.Add(rec)
	c.acked.Add(1)
}

func (c *sender) troubled(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.told == nil {
		c.told = map[string]int{}
	}
	c.told[name]++
}

// troubles are the errors after which the sender sent again, by their names, and how
// often each.
func (c *sender) troubles() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.told)
}

func (c *sender) check(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.faults {
		t.Errorf("%s: %s", c.name, f)
	}
}
