package gateway

import (
	"errors"
	"os"
	"time"

	"taut/wire"
)

const (
	// writeChunk is how much is written to a socket at a time.
	writeChunk = 64 << 10
	// closeTimeout is how long a client has to take its close frame.
	closeTimeout = 5 * time.Second
)

var pingFrame = wire.PingFrame()

// enqueue puts an event's frame into the socket's queue, if it has room.
func (sh *shard) enqueue(s *session, frame []byte) bool {
	if s.queued+len(frame) > sh.server.cfg.QueueBytes && s.queued > 0 {
		sh.write(s)
		if s.queued+len(frame) > sh.server.cfg.QueueBytes && s.queued > 0 {
			return false
		}
	}
	sh.append(s, queued{frame: frame})
	return true
}

// send queues a frame that cannot be had again. Who lets too many of them pile
// up is dropped.
func (sh *shard) send(s *session, frame []byte) {
	if !s.flow.owe(len(frame)) && !s.closing {
		sh.fail(s, slow)
		return
	}
	sh.append(s, queued{frame, len(frame)})
}

// queued is a frame in a socket's queue.
type queued struct {
	frame []byte
	owed  int // to the flow, when the frame is written
}

func (sh *shard) append(s *session, q queued) {
	if s.sealed {
		return
	}
	s.queue = append(s.queue, q)
	s.queued += len(q.frame)
	sh.soil(s)
}

func (sh *shard) soil(s *session) {
	if !s.dirty {
		s.dirty = true
		sh.dirty = append(sh.dirty, s)
	}
}

// flush writes what has come together, one write for each socket.
func (sh *shard) flush() {
	for i := 0; i < len(sh.dirty); i++ { // dropping one adds to it
		s := sh.dirty[i]
		sh.dirty[i] = nil
		s.dirty = false
		if s.failed != 0 {
			sh.drop(s, s.failed)
		}
		sh.write(s)
		sh.want(s)
	}
	sh.dirty = sh.dirty[:0]
	if len(sh.opened) > 0 {
		sh.server.presence.renew(sh.opened)
		sh.opened = nil
	}
}

// write writes as much of the queue as the socket takes without waiting, and
// leaves the rest to a writer that waits.
func (sh *shard) write(s *session) {
	for len(s.queue) > 0 && !s.writing {
		if s.raw == nil {
			sh.handOff(s)
			return
		}
		chunk, _ := sh.chunk(s)
		n, err := writeNow(s.raw, chunk)
		s.flow.pay(s.took(n))
		if err != nil {
			s.abort(sh, gone)
			return
		}
		if n < len(chunk) {
			sh.handOff(s)
			return
		}
	}
	if len(s.queue) == 0 && !s.writing && s.sealed {
		s.finish()
	}
}

// chunk is the beginning of the queue as one piece of memory: a frame, or scratch
// memory of the shard's, good until its next use.
func (sh *shard) chunk(s *session) (b []byte, scratch bool) {
	if len(s.queue) == 1 || len(s.queue[0].frame) >= writeChunk {
		return s.queue[0].frame, false
	}
	b = sh.scratch[:0]
	for _, q := range s.queue {
		if len(b)+len(q.frame) > writeChunk {
			break
		}
		b = append(b, q.frame...)
	}
	return b, true
}

// took removes n bytes from the queue's beginning; it tells what they were owed.
func (s *session) took(n int) (owed int) {
	s.queued -= n
	done := 0
	for ; done < len(s.queue) && n >= len(s.queue[done].frame); done++ {
		n -= len(s.queue[done].frame)
		owed += s.queue[done].owed
		s.queue[done] = queued{}
	}
	if done == len(s.queue) {
		s.queue = s.queue[:0]
		if cap(s.queue) > 8 {
			s.queue = nil // an idle socket keeps nothing
		}
		return owed
	}
	s.queue = s.queue[done:]
	s.queue[0].frame = s.queue[0].frame[n:]
	return owed
}

// handOff gives the beginning of the queue to a writer that may wait.
func (sh *shard) handOff(s *session) {
	chunk, scratch := sh.chunk(s)
	if scratch {
		chunk = append([]byte(nil), chunk...)
	}
	s.writing = true
	queued := s.queued
	owed := s.took(len(chunk))
	s.queued = queued // counted until it is written
	sh.server.metrics.handOffs.Inc()
	sh.server.wg.Go(func() {
		s.conn.SetWriteDeadline(time.Now().Add(sh.server.cfg.WriteTimeout))
		_, err := s.conn.Write(chunk)
		s.conn.SetWriteDeadline(time.Time{})
		sh.inbox.push(&written{s, len(chunk), owed, err})
	})
}

// written says that a writer has done its part.
type written struct {
	session *session
	n       int
	owed    int
	err     error
}

func (w *written) do(sh *shard) {
	s := w.session
	s.writing = false
	s.queued -= w.n
	s.flow.pay(w.owed)
	switch {
	case errors.Is(w.err, os.ErrDeadlineExceeded):
		s.abort(sh, slow)
	case w.err != nil:
		s.abort(sh, gone)
	default:
		sh.soil(s)
	}
}

// abort ends a session that cannot be written to.
func (s *session) abort(sh *shard, why reason) {
	s.queue, s.queued = nil, 0
	s.sealed = true
	s.conn.Close()
	sh.fail(s, why)
}

// finish says on the connection that nothing follows; the reader closes it when
// the client has done the same.
func (s *session) finish() {
	if c, ok := s.conn.(interface{ CloseWrite() error }); ok {
		c.CloseWrite()
	}
}
