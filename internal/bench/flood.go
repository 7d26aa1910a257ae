//go:build linux

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// flood is a workspace that asks for far more than it may: posts, searches,
// uploads and sockets, in turn, over many connections. It is in a process of its
// own (see flooder.go).
type flood struct {
	host    string
	people  *population
	pace    time.Duration
	workers sync.WaitGroup

	asked, refused, done, failed atomic.Int64
}

const floodWorkers = 64

// run asks at a rate per second, over all workers, until the context ends.
func (f *flood) run(ctx context.Context, rate int) floodCounts {
	f.pace = time.Second * floodWorkers / time.Duration(rate)
	for i := range floodWorkers {
		f.workers.Go(func() { f.work(ctx, i) })
	}
	f.workers.Wait()
	return floodCounts{Asked: f.asked.Load(), Refused: f.refused.Load(), Done: f.done.Load(), Failed: f.failed.Load()}
}

// work is one worker, of a user and a connection of its own.
func (f *flood) work(ctx context.Context, number int) {
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
