//go:build linux

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// flood is a workspace that asks for far more than it may: posts, searches,
// uploads and sockets, in turn, over many connections. Its threads give way to
// those of the measured workspace's clients, which share the machine.
type flood struct {
	host    string
	people  *population
	pace    time.Duration
	stop    context.CancelFunc
	workers sync.WaitGroup

	asked, refused, done, failed atomic.Int64
}

type floodCounts struct{ asked, refused, done, failed int64 }

func (f *flood) counts() floodCounts {
	return floodCounts{f.asked.Load(), f.refused.Load(), f.done.Load(), f.failed.Load()}
}

func (c floodCounts) since(b floodCounts) floodCounts {
	return floodCounts{c.asked - b.asked, c.refused - b.refused, c.done - b.done, c.failed - b.failed}
}

func (c *floodCounts) add(more floodCounts) {
	c.asked += more.asked
	c.refused += more.refused
	c.done += more.done
	c.failed += more.failed
}

const floodWorkers = 64

// startFlood asks at a rate per second, over all workers.
func startFlood(ctx context.Context, host string, people *population, rate int) *flood {
	ctx, cancel := context.WithCancel(ctx)
	f := &flood{host: host, people: people, pace: time.Second * floodWorkers / time.Duration(rate), stop: cancel}
	for i := range floodWorkers {
		f.workers.Go(func() { f.work(ctx, i) })
	}
	return f
}

func (f *flood) wait() {
	f.stop()
	f.workers.Wait()
}

// work is one worker, of a user and a connection of its own.
func (f *flood) work(ctx context.Context, number int) {
	runtime.LockOSThread() // never unlocked: the thread, which is nobody else's then, ends with us
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, 19); err != nil {
		f.failed.Add(1)
	}
	acts := []func(*poster, int) error{f.post, f.search, f.upload, f.socket}
	var conn *poster
	due := time.Now().Add(f.pace * time.Duration(number) / floodWorkers)
	for sleepUntil(ctx, due) {
		// One that is behind asks at once, but does not save up what it missed.
		due = laterOf(due.Add(f.pace), time.Now().Add(-f.pace))
		if conn == nil {
			var err error
			if conn, err = newPoster(f.host); err != nil {
				f.failed.Add(1)
				continue
			}
		}
		f.asked.Add(1)
		if !f.count(acts[number%len(acts)](conn, number)) {
			conn.close()
			conn = nil
		}
	}
	if conn != nil {
		conn.close()
	}
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// count tells whether the connection is still good.
func (f *flood) count(err error) bool {
	switch {
	case err == nil:
		f.done.Add(1)
		return true
	case strings.Contains(err.Error(), "ratelimited"):
		f.refused.Add(1)
		return true
	}
	f.failed.Add(1)
	return false
}

func (f *flood) token(number int) string { return f.people.tokens[number%len(f.people.tokens)] }

// post speaks in the worker's own user's first channel.
func (f *flood) post(conn *poster, number int) error {
	user := number % len(f.people.tokens)
	return conn.post(f.token(number), f.people.channels[f.people.rooms[user][0]].id, "a flood of messages, one like the other")
}

func (f *flood) search(conn *poster, number int) error {
	_, err := conn.call("search.messages", f.token(number), "query="+url.QueryEscape("flood of mess* -nothing"))
	return err
}

var uploaded = bytes.Repeat([]byte("a flood of files "), 1000)

// upload sends a file in Slack's three steps.
func (f *flood) upload(conn *poster, number int) error {
	body, err := conn.call("files.getUploadURLExternal", f.token(number), fmt.Sprintf("filename=flood.txt&length=%d", len(uploaded)))
	if err != nil {
		return err
	}
	var place struct {
		UploadURL string `json:"upload_url"`
		FileID    string `json:"file_id"`
	}
	if err := json.Unmarshal(body, &place); err != nil {
		return err
	}
	u, err := url.Parse(place.UploadURL)
	if err != nil {
		return err
	}
	if err := conn.send(u.RequestURI(), uploaded); err != nil {
		return err
	}
	_, err = conn.call("files.completeUploadExternal", f.token(number), "files="+url.QueryEscape(`[{"id":"`+place.FileID+`"}]`))
	return err
}

// socket opens one and lets go of it.
func (f *flood) socket(_ *poster, number int) error {
	conn, err := net.DialTimeout("tcp", f.host, 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, err = conn.Write(upgradeRequest(f.host, f.token(number)))
	if err != nil {
		return err
	}
	head := make([]byte, 512)
	n, err := conn.Read(head)
	if err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(head[:n], []byte("HTTP/1.1 101")):
		return nil
	case bytes.HasPrefix(head[:n], []byte("HTTP/1.1 429")):
		return fmt.Errorf("socket: ratelimited")
	}
	return fmt.Errorf("socket: %.80q", head[:n])
}
