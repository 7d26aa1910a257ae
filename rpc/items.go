package rpc

import "taut/chat"

// item is one thing that a link's message tells.
type item interface {
	message
	kind() uint64
}

// batch is a link's message.
type batch struct{ items []item }

// newItem makes an empty one of the kind; nil for those of a later version.
func newItem(kind uint64) item {
	switch kind {
	case 1:
		return new(welcome)
	case 2:
		return new(subscribe)
	case 3:
		return new(unsubscribe)
	case 4:
		return new(read)
	case 5:
		return new(acknowledge)
	case 6:
		return new(refuse)
	case 7:
		return new(positions)
	case 8:
		return new(pageRead)
	case 9:
		return new(delivery)
	case 10:
		return new(whisper)
	case 11:
		return new(heartbeat)
	case 12:
		return new(renew)
	case 13:
		return new(release)
	case 14:
		return new(watch)
	case 15:
		return new(states)
	case 16:
		return new(changed)
	case 17:
		return new(ringNews)
	}
	return nil
}

func (b *batch) code(c *coder) {
	if !c.reading {
		for _, i := range b.items {
			kind := i.kind()
			c.uint(&kind)
			c.object(func() { i.code(c) })
		}
		return
	}
	for len(c.in) > 0 {
		var kind uint64
		c.uint(&kind)
		if i := newItem(kind); i != nil {
			c.object(func() { i.code(c) })
			b.items = append(b.items, i)
		} else {
			c.take()
		}
	}
}

// welcome is the first item down: the link is open.
type welcome struct{}

func (*welcome) kind() uint64 { return 1 }
func (*welcome) code(*coder)  {}

type subscribe struct {
	ID   uint64
	Subs []chat.Subscription
}

func (*subscribe) kind() uint64 { return 2 }
func (s *subscribe) code(c *coder) {
	c.uint(&s.ID)
	list(c, &s.Subs, subscription)
}

type unsubscribe struct{ Streams []chat.Stream }

func (*unsubscribe) kind() uint64    { return 3 }
func (u *unsubscribe) code(c *coder) { list(c, &u.Streams, stream) }

type read struct {
	ID      uint64
	Request chat.ReadRequest
}

func (*read) kind() uint64 { return 4 }
func (r *read) code(c *coder) {
	c.uint(&r.ID)
	c.object(func() { readRequest(c, &r.Request) })
}

// acknowledge is the weight of all deliveries that came so far.
type acknowledge struct{ Weight uint64 }

func (*acknowledge) kind() uint64    { return 5 }
func (a *acknowledge) code(c *coder) { c.uint(&a.Weight) }

// refuse says that there was no room for what comes after in the stream.
type refuse struct{ From chat.Subscription }

func (*refuse) kind() uint64    { return 6 }
func (r *refuse) code(c *coder) { subscription(c, &r.From) }

// positions answers subscribe.
type positions struct {
	ID        uint64
	Failure   failure
	Positions []chat.Position
}

func (*positions) kind() uint64 { return 7 }
func (p *positions) to() uint64 { return p.ID }
func (p *positions) code(c *coder) {
	c.uint(&p.ID)
	c.object(func() { p.Failure.code(c) })
	list(c, &p.Positions, position)
}

// pageRead answers read; the stream of its events is the request's.
type pageRead struct {
	ID      uint64
	Failure failure
	Page    chat.Page
}

func (*pageRead) kind() uint64 { return 8 }
func (p *pageRead) to() uint64 { return p.ID }
func (p *pageRead) code(c *coder) {
	c.uint(&p.ID)
	c.object(func() { p.Failure.code(c) })
	c.object(func() { page(c, &p.Page) })
}

// delivery is events of one stream.
type delivery struct {
	Weight uint64
	Stream chat.Stream
	Events []chat.Event
}

func (*delivery) kind() uint64 { return 9 }
func (d *delivery) code(c *coder) {
	c.uint(&d.Weight)
	c.object(func() { stream(c, &d.Stream) })
	list(c, &d.Events, event)
	if c.reading {
		within(d.Stream, d.Events)
	}
}

// within says of which stream the events are.
func within(s chat.Stream, events []chat.Event) {
	for i := range events {
		events[i].Stream = s
	}
}

type whisper struct{ Ephemeral chat.Ephemeral }

func (*whisper) kind() uint64    { return 10 }
func (w *whisper) code(c *coder) { ephemeral(c, &w.Ephemeral) }

type heartbeat struct {
	Heads []chat.Head
	Whole chat.Mark
}

func (*heartbeat) kind() uint64 { return 11 }
func (h *heartbeat) code(c *coder) {
	list(c, &h.Heads, head)
	mark(c, &h.Whole)
}

// ringNews is an assignment of slots, as package ring encodes it. It comes with the
// first heartbeat, and with the first one after each change: a gateway may be apart
// from the registry. While it waits the text is its link's.
type ringNews struct{ Text []byte }

func (*ringNews) kind() uint64    { return 17 }
func (r *ringNews) code(c *coder) { bytes(c, &r.Text) }

// publication is the request of Publish.
type publication struct{ Events []chat.Event }

func (p *publication) code(c *coder) { list(c, &p.Events, eventOf) }

// nothing is an answer without content.
type nothing struct{}

func (*nothing) code(*coder) {}
