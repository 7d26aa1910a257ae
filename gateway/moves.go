package gateway

import (
	"time"

	"taut/chat"
)

// Moved says that streams may belong to other channel servers than before: each
// shard subscribes anew, from where it stands, those that do.
func (s *Server) Moved() {
	l := s.links
	l.mu.Lock()
	close(l.moved)
	l.moved = make(chan struct{})
	l.mu.Unlock()
	for _, sh := range s.shards {
		sh.inbox.push(relink{})
	}
}

// watch waits for a link's end and has all that was subscribed over it subscribed
// anew.
func (n *lane) watch(line *attachment, opened time.Time) {
	s := n.links.server
	select {
	case <-s.ctx.Done():
		return
	case <-line.link.Ended():
	}
	if n.dropped(line) {
		return
	}
	if time.Since(opened) < shortLived {
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(endedPause):
		}
	}
	s.log.Warn("the link to a channel server ended")
	for _, sh := range s.shards {
		sh.inbox.push(relink{n})
	}
}

// dropped forgets a link that has ended. It tells whether the gateway itself has
// ended all.
func (n *lane) dropped(line *attachment) bool {
	n.links.mu.Lock()
	defer n.links.mu.Unlock()
	if n.line == line {
		n.line = nil
	}
	return n.links.closed
}

// relink goes through a shard's streams: those that have moved are subscribed where
// they belong now, those whose link has ended over another one.
type relink struct{ ended *lane }

func (r relink) do(sh *shard) {
	links := sh.server.links
	for _, e := range sh.entries {
		n := links.laneOf(e.stream)
		if n == e.lane && n != r.ended {
			continue
		}
		e.follows(sh, nil)
		from := chat.Subscription{Stream: e.stream, After: e.pos, Known: e.known}
		switch {
		case n != e.lane:
			e.lane = links.move(from, sh, e.lane)
		case e.pos < 0:
			e.lane = links.join(e.stream, sh)
		default:
			e.lane = links.behind(from, sh)
		}
	}
}

// stayFor is for how long a stream that has moved stays subscribed at its former owner
// too: who sends events may hear of the move later than this gateway.
const stayFor = 2 * time.Second

// relievedAtOnce is how many streams a shard lets go of in one tick: all of its own may
// have moved, and while it tells the lanes no event passes.
const relievedAtOnce = 5000

// former is a stream's former owner, and until when it is subscribed there.
type former struct {
	stream chat.Stream
	lane   *lane
	until  time.Time
}

// stayed is a former owner of what the shard left there and follows elsewhere.
type stayed struct{ former }

func (s *stayed) do(sh *shard) { sh.formers = append(sh.formers, s.former) }

// relieve leaves the former owners whose time is over, of some streams.
func (sh *shard) relieve(now time.Time) {
	n := 0
	for n < min(len(sh.formers), relievedAtOnce) && !now.Before(sh.formers[n].until) {
		n++
	}
	if n > 0 {
		sh.server.links.relieve(sh, sh.formers[:n])
		sh.formers = sh.formers[n:]
	}
	if len(sh.formers) == 0 {
		sh.formers = nil // with the room of those before
	}
}

// reroute hands on the changes whose streams are in another lane by now; it returns
// the others. What was to be done later for the same place counts instead.
func (n *lane) reroute(joins []change) (rest []change) {
	l := n.links
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range joins {
		to := l.lane(c.stream)
		if to == n {
			rest = append(rest, c)
			continue
		}
		at := place{c.stream, c.shard.index}
		newer, waits := n.todo[at]
		if waits && newer.kind == leave {
			continue
		}
		delete(n.todo, at)
		if waits && newer.kind == behind && c.kind == behind {
			c.after, c.known = newer.after, newer.known
		}
		to.add(c)
	}
	return rest
}
