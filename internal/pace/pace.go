// Package pace keeps large bodies moving: a body of a gigabyte may take its
// time, as long as it comes steadily. The server's deadlines of a request would
// cut it; here the deadline moves on with each piece, up to a bound that follows
// from the body's length, so that who sends a byte now and then holds a
// connection no longer than who sends much.
//
// The package starts no goroutine.
package pace

import (
	"io"
	"net/http"
	"time"
)

const (
	// idle is how long one piece may take.
	idle = 30 * time.Second
	// slowest is the least rate in the long run, bytes a second.
	slowest = 16 << 10
	// start is granted beside it.
	start = time.Minute
	// step is how often the deadline is moved.
	step = time.Second
)

// deadline is that of one direction of a connection.
type deadline struct {
	set   func(time.Time) error
	last  time.Time // of all
	moved time.Time
}

func newDeadline(length int64, set func(time.Time) error) deadline {
	allowed := start + time.Duration(length/slowest)*time.Second
	return deadline{set: set, last: time.Now().Add(allowed)}
}

// move is called before each piece. Where the connection has no deadlines, as in
// a test without one, there are none to move.
func (d *deadline) move() {
	now := time.Now()
	if now.Sub(d.moved) < step {
		return
	}
	d.moved = now
	next := now.Add(idle)
	if next.After(d.last) {
		next = d.last
	}
	d.set(next)
}

// Body reads a request's body of about this length.
func Body(w http.ResponseWriter, body io.Reader, length int64) io.Reader {
	return &reader{body: body, deadline: newDeadline(length, http.NewResponseController(w).SetReadDeadline)}
}

type reader struct {
	body     io.Reader
	deadline deadline
}

func (r *reader) Read(p []byte) (int, error) {
	r.deadline.move()
	return r.body.Read(p)
}

// Allow gives the answer a fresh deadline, after a body that took long.
func Allow(w http.ResponseWriter) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(idle))
}

// Answer writes a body of about this length.
func Answer(w http.ResponseWriter, length int64) http.ResponseWriter {
	return &writer{ResponseWriter: w, deadline: newDeadline(length, http.NewResponseController(w).SetWriteDeadline)}
}

// writer hides the connection's ReadFrom: pieces are to be seen.
type writer struct {
	http.ResponseWriter
	deadline deadline
}

func (w *writer) Write(p []byte) (int, error) {
	w.deadline.move()
	return w.ResponseWriter.Write(p)
}
