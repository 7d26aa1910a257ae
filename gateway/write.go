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
	// controlRoom is how many times the queue's bound answers may grow beyond
	// it: they can't be read again from the log.
	controlRoom = 16
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
	sh.append(s, frame)
	return true
}

// send queues a frame that cannot be had again. Who lets too many of them pile
// up is dropped.
func (sh *shard) send(s *session, frame []byte) {
	if s.queued > controlRoom*sh.server.cfg.QueueBytes {
		sh.fail(s, slow)
		return
	}
	sh.append(s, frame)
}

func (sh *shard) append(s *session, frame []byte) {
	if s.sealed {
		return
	}
	s.queue = append(s.queue, frame)
	s.queued += len(frame)
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
		chunk := sh.chunk(s)
		n, err := writeNow(s.raw, chunk)
		s.took(n)
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

// chunk is the beginning of the queue as one piece of memory, good until the
// next use of the shard's scratch.
func (sh *shard) chunk(s *session) []byte {
	if len(s.queue) == 1 || len(s.queue[0]) >= writeChunk {
		return s.queue[0]
	}
	b := sh.scratch[:0]
	for _, f := range s.queue {
		if len(b)+len(f) > writeChunk {
			break
		}
		b = append(b, f...)
	}
	return b
}

// took removes n bytes from the queue's beginning.
func (s *session) took(n int) {
	s.queued -= n
	done := 0
	for ; done < len(s.queue) && n >= len(s.queue[done]); done++ {
		n -= len(s.queue[done])
		s.queue[done] = nil
	}
	if done == len(s.queue) {
		s.queue = s.queue[:0]
		if cap(s.queue) > 8 {
			s.queue = nil // an idle socket keeps nothing
		}
		return
	}
	s.queue = s.queue[done:]
	s.queue[0] = s.queue[0][n:]
}

// handOff gives the beginning of the queue to a writer that may wait.
func (sh *shard) handOff(s *session) {
	chunk := append([]byte(nil), sh.chunk(s)...)
	s.writing = true
	queued := s.queued
	s.took(len(chunk))
	s.queued = queued // counted until it is written
	sh.server.metrics.handOffs.Inc()
	sh.server.wg.Go(func() {
		s.conn.SetWriteDeadline(time.Now().Add(sh.server.cfg.WriteTimeout))
		_, err := s.conn.Write(chunk)
		s.conn.SetWriteDeadline(time.Time{})
		sh.inbox.push(&written{s, len(chunk), err})
	})
}

// written says that a writer has done its part.
type written struct {
	session *session
	n       int
	err     error
}

func (w *written) do(sh *shard) {
	s := w.session
	s.writing = false
	s.queued -= w.n
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
