package gateway

import (
	"context"
	"time"

	"taut/wire"
)

const drainSteps = 50

// Drain lets the clients go: no more come in, all hear goodbye, and the sockets
// are closed spread over DrainSpread, so that they don't come back elsewhere all
// at once. It returns when none is left or ctx ends; Close follows, or Undrain.
func (s *Server) Drain(ctx context.Context) {
	s.sockets.refuse()
	for _, sh := range s.shards {
		sh.inbox.push(farewell{})
	}
	step := time.NewTicker(max(s.cfg.DrainSpread/drainSteps, time.Millisecond))
	defer step.Stop()
	for left := drainSteps; s.sockets.open() > 0; left-- {
		select {
		case <-ctx.Done():
			return
		case <-step.C:
		}
		for _, sh := range s.shards {
			sh.inbox.push(dismissal{max(left, 1)})
		}
	}
}

// Undrain takes back one Drain that has returned: unless there was another one,
// clients come in again.
func (s *Server) Undrain() { s.sockets.allow() }

// farewell says goodbye to everybody.
type farewell struct{}

func (farewell) do(sh *shard) {
	frame := wire.TextFrame(wire.AppendGoodbye(nil))
	for s := range sh.sessions {
		if s.ready {
			sh.send(s, frame)
		}
	}
}

// dismissal closes one part of the sockets that are left.
type dismissal struct{ parts int }

func (d dismissal) do(sh *shard) {
	n := (len(sh.sessions) + d.parts - 1) / d.parts
	for s := range sh.sessions { // in no order: spread over the users too
		if n == 0 {
			return
		}
		if !s.closing {
			sh.drop(s, drained)
			n--
		}
	}
}
