//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"taut/chat"
	"taut/internal/history"
	"taut/wire"
)

// run is a server under load: senders, readers and the record of all of them.
type run struct {
	t       *testing.T
	server  *server
	space   workspace
	record  *history.Recorder
	senders []*sender
	readers []*reader
}

func underLoad(t *testing.T, tags string, flags ...string) *run {
	t.Helper()
	return load(newServer(t, tags), flags...)
}

// load prepares one for a server that has nothing yet.
func load(s *server, flags ...string) *run {
	s.t.Helper()
	r := &run{t: s.t, server: s, record: &history.Recorder{}}
	r.space = s.seed("acme", append([]string{"--users", "12", "--bots", "0", "--channels", "4"}, flags...)...)
	return r
}

// channels are the ids of the seeded ones.
func (r *run) channels() (ids []string) {
	for _, c := range r.space.Channels {
		ids = append(ids, c.ID)
	}
	return ids
}

// read starts a reader for a user, by number.
func (r *run) read(user int) *reader {
	u := r.space.Users[user]
	c := read(r.t, r.server, r.record, fmt.Sprint("reader-", len(r.readers)), u.ID, u.Token, r.channels()...)
	r.readers = append(r.readers, c)
	return c
}

func (r *run) send(user int, pause time.Duration, channels ...string) *sender {
	return r.sendLong(user, pause, "", channels...)
}

func (r *run) sendLong(user int, pause time.Duration, pad string, channels ...string) *sender {
	u := r.space.Users[user]
	c := sending(r.t, r.server, r.record, fmt.Sprint("sender-", len(r.senders)), u.ID, u.Token, pause, pad, channels...)
	r.senders = append(r.senders, c)
	return c
}

func (r *run) acked() (n int64) {
	for _, c := range r.senders {
		n += c.acked.Load()
	}
	return n
}

// progress waits until more messages were acknowledged and every reader who is
// there has seen more.
func (r *run) progress(messages int64, readers ...*reader) {
	r.t.Helper()
	acked := r.acked()
	seen := make([]int, len(readers))
	for i, c := range readers {
		seen[i] = c.events()
	}
	eventually(r.t, "progress", func() error {
		if now := r.acked(); now < acked+messages {
			return fmt.Errorf("%d of %d messages acknowledged", now-acked, messages)
		}
		for i, c := range readers {
			if c.events() == seen[i] {
				return fmt.Errorf("%s has seen nothing new", c.name)
			}
		}
		return nil
	})
}

// settle stops the senders and waits until every reader has the last message
// of each channel that was acknowledged, and all stand at the same seqs.
func (r *run) settle() {
	r.t.Helper()
	for _, c := range r.senders {
		c.stop()
		c.check(r.t)
	}
	last := map[chat.StreamID]chat.TS{}
	for _, rec := range r.record.Records() {
		if rec.Kind == history.Ack {
			last[rec.Stream] = max(last[rec.Stream], rec.TS)
		}
	}
	eventually(r.t, "all readers have the last message", func() error {
		for channel, ts := range last {
			for _, c := range r.readers {
				if !c.has(channel, ts) {
					return fmt.Errorf("%s lacks %s of %s", c.name, ts, channel)
				}
			}
		}
		return nil
	})
	eventually(r.t, "all readers stand at the same heads", func() error {
		for _, channel := range r.channels() {
			head := int64(0)
			for _, c := range r.readers {
				head = max(head, c.at(channel))
			}
			for _, c := range r.readers {
				if at := c.at(channel); at != head || at <= 0 {
					return fmt.Errorf("%s stands at %d of %s, another reader at %d", c.name, at, channel, head)
				}
			}
		}
		return nil
	})
}

// judge closes the readers, stops the server, and compares what everybody was
// told and saw with the log.
func (r *run) judge(o history.Options) {
	r.t.Helper()
	for _, c := range r.readers {
		c.close()
		c.check(r.t)
		r.t.Log(c.summary())
	}
	r.server.stop()
	stamp(r.record, r.readers[0].held(), "")
	heads := r.server.truth(r.record, r.space, streams(r.record)...)
	for _, c := range r.readers {
		for _, channel := range r.channels() {
			if at := c.at(channel); at != heads[channel] {
				r.t.Errorf("%s ended at %d of %s, whose head is %d", c.name, at, channel, heads[channel])
			}
		}
	}
	judge(r.t, r.record, o)
}

// streams are all that somebody was told of.
func streams(r *history.Recorder) []string {
	ids := map[string]bool{}
	for _, rec := range r.Records() {
		if rec.Stream != "" {
			ids[string(rec.Stream)] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// stamp says of the sends of a client ("": of all) in which incarnation they
// were, where that is not said yet: a Web API answer doesn't tell.
func stamp(r *history.Recorder, incarnation, client string) {
	records := r.Records()
	for i := range records {
		if rec := &records[i]; rec.Incarnation == "" && (client == "" || rec.Client == client) {
			rec.Incarnation = incarnation
		}
	}
}

// strict is what a run without tampered clocks must keep.
var strict = history.Options{BoundMS: 3000, FetchMustMatch: true}

// TestKilledUnderLoad kills the server 21 times while messages are posted and
// read. Two readers are always there; one stays away for some kills, so that it
// is behind by more than a resume may bring and has to fetch the history.
func TestKilledUnderLoad(t *testing.T) {
	const kills = 21
	r := underLoad(t, "")
	r.server.start()
	near := []*reader{r.read(0), r.read(1)}
	far := r.read(2)
	for i := range 4 {
		r.send(4+i, 2*time.Millisecond, r.channels()...)
	}
	r.progress(50, r.readers...)
	var restarts []time.Duration
	var killed []int64
	for i := range kills {
		switch i % 7 {
		case 2:
			far.leave()
		case 6:
			r.progress(2400) // of four channels: more than 500 in each
			far.back()
		}
		r.progress(60, near...)
		killed = append(killed, time.Now().UnixMilli())
		r.server.kill()
		restarts = append(restarts, r.server.start())
	}
	far.back()
	r.progress(100, r.readers...)
	r.settle()

	again := int64(0)
	for _, c := range r.senders {
		again += c.again.Load()
	}
	slices.Sort(restarts)
	t.Logf("%d messages acknowledged, %d sends repeated; ready after a kill within %s (median), %s at most",
		r.acked(), again, restarts[kills/2].Round(time.Millisecond), restarts[kills-1].Round(time.Millisecond))
	if worst := restarts[kills-1]; worst > 10*time.Second {
		t.Errorf("ready %s after a kill", worst)
	}
	if again == 0 {
		t.Error("no send lost its answer: the kills did not meet the load")
	}
	if far.reasons[wire.ReasonLimit] == 0 {
		t.Error("the far reader was never behind by more than the limit")
	}
	r.judge(strict)
	t.Logf("%d messages were committed before a kill and acknowledged after it, to the same key", lateAnswers(r.record, killed))
}

// lateAnswers counts the commits whose first answer was lost with the server.
func lateAnswers(r *history.Recorder, killed []int64) (late int) {
	committed := map[chat.TS]int64{}
	for _, rec := range r.Records() {
		if rec.Kind == history.Event {
			committed[rec.TS] = rec.CommittedMS
		}
	}
	for _, rec := range r.Records() {
		at, known := committed[rec.TS]
		if rec.Kind == history.Ack && known && slices.ContainsFunc(killed, func(kill int64) bool { return at <= kill && kill < rec.AtMS-10 }) {
			late++
		}
	}
	return late
}

// TestOneKeyFromManyConnections sends each key over many connections at once,
// while the server is killed in between: it becomes one message.
func TestOneKeyFromManyConnections(t *testing.T) {
	r := underLoad(t, "")
	r.server.start()
	watcher := r.read(0)
	channel, author := r.channels()[0], r.space.Users[1]
	for round := range 12 {
		var group sync.WaitGroup
		stamps := make([]string, 16)
		begin := make(chan struct{})
		for i := range stamps {
			post := r.server.caller(author.Token).post
			if i%2 == 1 {
				post = (&socket{r.server, author.Token}).post
			}
			group.Go(func() {
				<-begin
				stamps[i] = persist(t.Context(), post, channel, fmt.Sprint("key-", round))
			})
		}
		close(begin)
		if round%4 == 3 {
			r.server.kill()
			r.server.start()
		}
		group.Wait()
		slices.Sort(stamps)
		if got := slices.Compact(stamps); len(got) != 1 || got[0] == "" {
			t.Errorf("round %d: one key was answered with %q", round, got)
		}
	}
	eventually(t, "the watcher has the messages", func() error {
		if n := watcher.events(); n < 12 {
			return fmt.Errorf("%d events", n)
		}
		return nil
	})
	r.judgeOne(watcher)
}

// persist posts under a key until there is an answer.
func persist(ctx context.Context, post func(context.Context, string, string) (string, error), channel, key string) (ts string) {
	within(patience, func() (err error) {
		ts, err = post(ctx, channel, key)
		return err
	})
	return ts
}

func (c *caller) post(ctx context.Context, channel, key string) (ts string, err error) {
	answer, err := c.call(ctx, "chat.postMessage", form("channel", channel, "text", "once "+key, "client_msg_id", key))
	return answer.text("ts"), err
}

// socket posts each message over a new socket.
type socket struct {
	server *server
	token  string
}

func (s *socket) post(ctx context.Context, channel, key string) (ts string, err error) {
	conn, in, err := s.server.dial(ctx, s.token)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	text := object{"id": 5, "type": "message", "channel": channel, "text": "once " + key, "client_msg_id": key}.String()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	conn.Write(ws.MustCompileFrame(ws.MaskFrameInPlace(ws.NewTextFrame([]byte(text)))))
	for {
		//lint:ignore SA1019 the peer is our own, and bounded
		frame, err := ws.ReadFrame(in)
		if err != nil {
			return "", err
		}
		var answer object
		if json.Unmarshal(frame.Payload, &answer) != nil || fmt.Sprint(answer["reply_to"]) != "5" {
			continue
		}
		if answer["ok"] != true {
			return "", slackError(answer.text("error", "msg"))
		}
		return answer.text("ts"), nil
	}
}

// judgeOne is for runs whose truth is in the log alone.
func (r *run) judgeOne(c *reader) {
	r.t.Helper()
	eventually(r.t, c.name+" stands still", func() error {
		if c.at(r.channels()[0]) < 0 {
			return fmt.Errorf("an answer is outstanding")
		}
		return nil
	})
	c.close()
	c.check(r.t)
	r.server.stop()
	r.server.truth(r.record, r.space, streams(r.record)...)
	judge(r.t, r.record, strict)
}

// TestSlowReader lets one reader take nothing while more is posted than any
// buffer holds. The others are not held up, and when it reads again it is
// brought up to date from the log.
func TestSlowReader(t *testing.T) {
	r := underLoad(t, "", "--channels", "1")
	r.server.start()
	quick := r.read(0)
	slow := r.read(1)
	pad := strings.Repeat(" and on it goes", 400) // 6 KB
	for i := range 4 {
		r.sendLong(2+i, 0, pad, r.channels()...)
	}
	r.progress(20, quick, slow)
	slow.hold()
	r.progress(1500, quick)
	slow.release()
	r.progress(50, quick, slow)
	r.settle()
	r.judge(strict)
}

// TestRestoreOfAnOlderCopy puts a copy back from before some messages were
// posted. Who holds a cursor learns that it is void, and that the later
// messages are gone; what comes then is not taken for something seen.
func TestRestoreOfAnOlderCopy(t *testing.T) {
	r := underLoad(t, "")
	r.server.start()
	c := r.read(0)
	first := r.send(1, time.Millisecond, r.channels()...)
	r.progress(100, c)
	r.settle()
	r.server.stop()
	copied := filepath.Join(r.server.dir, "copy")
	if err := os.CopyFS(copied, os.DirFS(r.server.data())); err != nil {
		t.Fatal(err)
	}
	r.server.start()
	lost := r.send(2, time.Millisecond, r.channels()...)
	r.progress(100, c)
	r.settle()
	r.server.stop()
	before := c.held()
	r.server.truth(r.record, r.space, streams(r.record)...)

	r.server.taut("restore", "--data", r.server.data(), "--from", copied)
	r.server.start()
	r.send(3, time.Millisecond, r.channels()...)
	r.progress(100, c)
	r.settle()
	if c.held() == before {
		t.Error("the incarnation is the old one")
	}
	if c.reasons[wire.ReasonIncarnation] == 0 {
		t.Errorf("the reader was told of %v, want a discontinuity by the incarnation", c.reasons)
	}
	if first.acked.Load() == 0 || lost.acked.Load() == 0 {
		t.Error("nothing was posted before and after the copy was made")
	}
	stamp(r.record, c.held(), r.senders[2].name)
	stamp(r.record, before, "")
	r.judge(strict)
}

// TestClockThatJumps moves the server's clock back by an hour and ahead by five
// minutes under load: ts keep growing, and nothing is lost or seen twice.
func TestClockThatJumps(t *testing.T) {
	r := underLoad(t, "clockshift")
	r.server.shift("0s")
	r.server.start()
	c := r.read(0)
	for i := range 2 {
		r.send(2+i, 2*time.Millisecond, r.channels()...)
	}
	for i, by := range []string{"-1h", "0s", "5m", "-10s", "5m", "0s"} {
		r.server.shift(by)
		r.progress(100, c)
		if i%3 == 2 {
			r.server.kill()
			r.server.start()
			r.progress(50, c)
		}
		late := r.read(4 + i) // one who connects while the clock is wrong
		eventually(t, "a reader that connects after the clock jumped by "+by, func() error {
			if late.at(r.channels()[0]) <= 0 {
				return fmt.Errorf("it is not there yet")
			}
			return nil
		})
	}
	r.settle()
	o := strict
	o.NoClock = true // times of different clocks are not compared
	r.judge(o)
}

// TestMembershipRaces lets people be kicked, invited again, leave and join while
// everybody posts: each sees exactly the intervals of their membership, and posts
// only inside of them.
func TestMembershipRaces(t *testing.T) {
	r := underLoad(t, "", "--channels", "2")
	r.server.start()
	for i := range 5 {
		r.read(i)
	}
	raced := r.readers[1:4]
	for i := range 5 {
		r.send(i, 2*time.Millisecond, r.channels()...)
	}
	r.progress(50, r.readers...)
	owner := r.server.caller(r.space.Users[0].Token)
	var races sync.WaitGroup
	for i, c := range raced {
		own := r.server.caller(r.space.Users[1+i].Token)
		races.Go(func() {
			for n := range 25 {
				channel := r.channels()[n%2]
				if n%3 == 0 {
					own.call(t.Context(), "conversations.leave", form("channel", channel))
				} else {
					owner.call(t.Context(), "conversations.kick", form("channel", channel, "user", string(c.user)))
				}
				if n%2 == 0 {
					own.call(t.Context(), "conversations.join", form("channel", channel))
				} else {
					owner.call(t.Context(), "conversations.invite", form("channel", channel, "users", string(c.user)))
				}
				if n == 12 {
					c.drop() // resumes in the middle of it
				}
			}
		})
	}
	races.Wait()
	for i, c := range raced {
		own := r.server.caller(r.space.Users[1+i].Token)
		for _, channel := range r.channels() {
			if _, err := own.call(t.Context(), "conversations.join", form("channel", channel)); err != nil {
				t.Errorf("%s joins at the end: %v", c.name, err)
			}
		}
	}
	r.progress(50, r.readers...)
	refused := int64(0)
	for _, s := range r.senders {
		refused += s.refused.Load()
	}
	t.Logf("%d messages were refused to non-members", refused)
	r.settle()
	r.judge(strict)
}
