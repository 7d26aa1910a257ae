package gateway

import (
	"time"

	"taut/chat"
)

const (
	maxShards  = 64 // a stream's shards are the bits of a word
	tickEvery  = time.Second
	renewEvery = 10 * time.Second
	// flushEvery is how many items a shard works on before it writes: enough to
	// share writes under load, few enough not to add to the latency.
	flushEvery = 256
)

// shard owns a part of the sockets. All fields below the first block belong to
// its goroutine.
type shard struct {
	server *Server
	index  int
	inbox  *inbox

	sessions map[*session]struct{}
	entries  map[chat.Stream]*entry
	watched  map[watchKey]*watch

	dirty    []*session    // have something in their queue since the last flush
	over     []*sub        // to be ended after the event at hand
	waiting  []*session    // want a page, beyond those being read
	reads    int           // pages being read
	formers  []former      // the first is the first to be left
	opened   []chat.Device // or away by another word; to be told to the presence server
	released []chat.Device
	renewed  time.Time
	scratch  []byte // where small frames become one write
}

func newShard(s *Server, index int) *shard {
	return &shard{
		server: s, index: index, inbox: newInbox(s.cfg.InboxEvents),
		sessions: map[*session]struct{}{},
		entries:  map[chat.Stream]*entry{},
		watched:  map[watchKey]*watch{},
		scratch:  make([]byte, 0, writeChunk),
	}
}

func (sh *shard) run() {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	var batch []item
	for {
		select {
		case <-sh.server.ctx.Done():
			sh.end()
			return
		case now := <-tick.C:
			sh.tick(now)
		case <-sh.inbox.wake:
			batch = sh.work(batch)
		}
		sh.flush()
	}
}

// work does what is in the inbox; batch is the slice to swap in.
func (sh *shard) work(batch []item) []item {
	items := sh.inbox.take(batch[:0])
	for i, it := range items {
		it.do(sh)
		items[i] = nil
		if i%flushEvery == flushEvery-1 {
			sh.flush()
		}
	}
	return items
}

// tick looks after what has no event of its own: idle sockets, closing ones that
// don't go, reads to be tried again, leases.
func (sh *shard) tick(now time.Time) {
	for s := range sh.sessions {
		sh.check(s, now)
	}
	if len(sh.released) > 0 {
		sh.server.presence.release(sh.released)
		sh.released = nil
	}
	sh.relieve(now)
	if now.Sub(sh.renewed) >= renewEvery {
		sh.renewed = now
		sh.renew()
	}
}

func (sh *shard) check(s *session, now time.Time) {
	quiet := now.Sub(time.UnixMilli(s.heard.Load()))
	idle := sh.server.cfg.IdleTimeout
	switch {
	case s.closing && now.After(s.closeBy):
		s.conn.Close()
	case s.closing:
	case quiet > idle:
		sh.drop(s, idled)
	case quiet > idle/2 && !s.pinged:
		s.pinged = true
		sh.send(s, pingFrame)
	case quiet < idle/2:
		s.pinged = false
	}
	s.delayed = false
	sh.want(s)
}

// end closes every socket; their readers do the rest.
func (sh *shard) end() {
	sh.inbox.close()
	for _, it := range sh.inbox.take(nil) {
		if o, ok := it.(*opening); ok {
			sh.sessions[o.session] = struct{}{}
		}
	}
	for s := range sh.sessions {
		sh.drop(s, drained)
	}
	sh.flush()
	for s := range sh.sessions {
		s.conn.Close()
	}
}
