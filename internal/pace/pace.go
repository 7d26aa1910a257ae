// Package pace keeps large bodies moving: a body of a gigabyte may take its
// time, as long as it comes steadily. The server's deadlines of a request would
// cut it; here the deadline moves on with each piece, up to a bound that follows
// from how much has come so far, so that who sends a byte now and then is cut
// after a minute, whatever length they told.
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
	// slowest is the least rate at any time, bytes a second since the begin.
	slowest = 16 << 10
	// start is granted beside it.
	start = time.Minute
	// step is how often the deadline is moved.
	step = time.Second
)

// deadline is that of one direction of a connection.
type deadline struct {
	set    func(time.Time) error
	began  time.Time
	length int64 // what is beyond it earns no time
	passed int64 // bytes
	moved  time.Time
}

func newDeadline(length int64, set func(time.Time) error) deadline {
	return deadline{set: set, began: time.Now(), length: length}
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
	last := d.began.Add(start + time.Duration(min(d.passed, d.length)/slowest)*time.Second)
	if next.After(last) {
		next = last
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
	n, err := r.body.Read(p)
	r.deadline.passed += int64(n)
	return n, err
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
	n, err := w.ResponseWriter.Write(p)
	w.deadline.passed += int64(n)
	return n, err
}
