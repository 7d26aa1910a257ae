//go:build linux

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gobwas/ws"
)

// missedMessages are posted to the first channel while all clients are away.
const missedMessages = 20

func reconnectSetting(l *load) string {
	return fmt.Sprintf("%d clients dropped at once, back with cursors, %d messages of one channel missed by each", l.Clients, missedMessages)
}

// returning is what the clients of a reconnect run hold.
type returning struct {
	incarnation string
	cursors     map[int32]map[string]int64 // by user
}

// measureReconnect drops all sockets, posts, and takes the time from the first
// new connection until the last client has all it missed.
func measureReconnect(ctx context.Context, l *load) ([]Measure, error) {
	l.people.keepRooms(1)
	users := l.everyone()
	users = users[:min(l.Clients, len(users))]
	r, there, err := l.gather(users)
	if err != nil {
		return nil, err
	}
	there.close()
	led := newLedger(l.runName(), l.people, func(u int32) bool { _, ok := r.cursors[u]; return ok })
	if err := l.postMissed(led); err != nil {
		return nil, err
	}
	profiled := l.profile(3 * time.Second)
	start, cpu := time.Now(), l.process.cpu()
	back, err := l.comeBack(users, r, led, start, l.host)
	used := l.process.cpu() - cpu
	if err := errors.Join(err, profiled()); err != nil {
		return nil, err
	}
	return append([]Measure{
		{Name: "all caught up", Unit: "s", Value: back.caughtUp.Seconds(), Bar: 3, AtMost: true},
		{Name: "all connected", Unit: "s", Value: back.connected.Seconds()},
		{Name: "server CPU per client", Unit: "µs", Value: us(used) / float64(len(users))},
	}, led.faults()...), nil
}

// cameBack is how long it took since the start.
type cameBack struct{ connected, caughtUp time.Duration }

// comeBack connects all to the hosts, with their cursors, until everybody has what they
// missed.
func (l *load) comeBack(users []int32, r *returning, led *ledger, start time.Time, hosts ...string) (b cameBack, err error) {
	sockets, err := newPoll(hosts...)
	if err != nil {
		return b, err
	}
	defer sockets.close()
	if l.rush {
		sockets.atOnce = 1024
	}
	seen := 0
	led.complete = func(int32, int64, time.Time) { seen++ }
	sockets.frame = func(s *socket, payload []byte, now time.Time) {
		led.see(s.user, payload, now)
	}
	deadline := start.Add(2 * time.Minute)
	if err := sockets.connectAll(users, l.token, r.resumeFrame, deadline); err != nil {
		return b, err
	}
	b.connected = time.Since(start)
	whole := sockets.run(deadline, func() bool { return seen == missedMessages })
	b.caughtUp = time.Since(start)
	if !whole {
		return b, fmt.Errorf("after %s %d of %d messages are with everybody; %d sockets failed (%v)", b.caughtUp, seen, missedMessages, sockets.failures, sockets.failure)
	}
	sockets.rest(time.Second) // whatever comes twice comes now
	return b, nil
}

// gather connects all, and posts one message so that each holds a cursor.
func (l *load) gather(users []int32) (r *returning, sockets *poll, err error) {
	r = &returning{cursors: make(map[int32]map[string]int64, len(users))}
	if sockets, err = newPoll(l.host); err != nil {
		return nil, nil, err
	}
	if err := l.hold(sockets, users, r); err != nil {
		sockets.close()
		return nil, nil, err
	}
	return r, sockets, nil
}

// hold connects the sockets and waits until each has a cursor.
func (l *load) hold(sockets *poll, users []int32, r *returning) error {
	room, holders := l.people.channels[0].id, 0
	sockets.frame = func(s *socket, payload []byte, _ time.Time) {
		if r.incarnation == "" {
			r.incarnation = incarnationOf(payload)
		}
		if seq, ok := seqOf(payload, room); ok {
			if r.cursors[s.user] == nil {
				holders++
			}
			r.cursors[s.user] = map[string]int64{room: seq}
		}
	}
	deadline := time.Now().Add(2 * time.Minute)
	if err := sockets.connectAll(users, l.token, func(int32) []byte { return nil }, deadline); err != nil {
		return err
	}
	sockets.rest(2 * time.Second)
	if err := l.say("before they leave"); err != nil {
		return err
	}
	if !sockets.run(time.Now().Add(20*time.Second), func() bool { return holders == len(users) }) {
		return fmt.Errorf("%d of %d clients hold a cursor of %s", holders, len(users), room)
	}
	return nil
}

func (l *load) say(text string) error {
	conn, err := newPoster(l.api)
	if err != nil {
		return err
	}
	defer conn.close()
	r := l.people.channels[0]
	return conn.post(l.token(r.members[0]), r.id, text)
}

func (l *load) postMissed(led *ledger) error {
	for n := range int64(missedMessages) {
		if err := l.say(led.text(0, n, time.Now())); err != nil {
			return err
		}
		led.rooms[0].sent = n + 1
	}
	return nil
}

func (r *returning) resumeFrame(user int32) []byte {
	text, err := json.Marshal(map[string]any{"type": "resume", "id": 1, "incarnation": r.incarnation, "cursor": r.cursors[user]})
	if err != nil {
		panic(err) // a map of strings and numbers
	}
	return clientFrame(ws.NewTextFrame(text))
}

// incarnationOf reads it out of a hello; "" for any other frame.
func incarnationOf(payload []byte) string {
	var hello struct {
		Type        string `json:"type"`
		Incarnation string `json:"incarnation"`
	}
	if !bytes.Contains(payload, []byte(`"hello"`)) || json.Unmarshal(payload, &hello) != nil || hello.Type != "hello" {
		return ""
	}
	return hello.Incarnation
}

// seqOf reads the seq of a durable event of the stream.
func seqOf(payload []byte, stream string) (int64, bool) {
	if !bytes.Contains(payload, []byte(stream)) {
		return 0, false
	}
	var e struct {
		Stream string `json:"stream"`
		Seq    int64  `json:"seq"`
	}
	if json.Unmarshal(payload, &e) != nil || e.Stream != stream || e.Seq == 0 {
		return 0, false
	}
	return e.Seq, true
}
