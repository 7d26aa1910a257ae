package rpc

import (
	"errors"

	"taut/chat"
)

// How the nouns of package chat are coded. The order of the fields is forever.

func stream(c *coder, s *chat.Stream) {
	text(c, &s.Workspace)
	text(c, &s.ID)
}

func ts(c *coder, t *chat.TS) {
	i := int64(*t)
	c.int(&i)
	*t = chat.TS(i)
}

// event codes one of a stream that is known.
func event(c *coder, e *chat.Event) {
	c.int(&e.Seq)
	ts(c, &e.TS)
	text(c, &e.Type)
	text(c, &e.User)
	c.int(&e.N)
	c.int(&e.CommittedMS)
	bytes(c, &e.Payload)
	text(c, &e.Origin)
}

// eventOf codes one with its stream.
func eventOf(c *coder, e *chat.Event) {
	stream(c, &e.Stream)
	event(c, e)
}

func ephemeral(c *coder, e *chat.Ephemeral) {
	stream(c, &e.Stream)
	bytes(c, &e.Payload)
	text(c, &e.Origin)
}

func head(c *coder, h *chat.Head) {
	stream(c, &h.Stream)
	c.int(&h.Seq)
}

func mark(c *coder, m *chat.Mark) {
	c.int(&m.Of)
	c.int(&m.At)
}

func subscription(c *coder, s *chat.Subscription) {
	stream(c, &s.Stream)
	c.int(&s.After)
	mark(c, &s.Known)
}

func position(c *coder, p *chat.Position) {
	stream(c, &p.Stream)
	c.int(&p.Seq)
}

func readRequest(c *coder, r *chat.ReadRequest) {
	stream(c, &r.Stream)
	text(c, &r.User)
	c.int(&r.After)
	small(c, &r.Limit)
	small(c, &r.Bytes)
}

// page codes a page of a stream that is known.
func page(c *coder, p *chat.Page) {
	list(c, &p.Events, event)
	c.int(&p.Next)
	c.int(&p.Head)
	c.int(&p.Trimmed)
	c.bool(&p.Gone)
}

// failure is an error on its way: its code, and what it is about. What has no code
// stays here, as it may tell what is not for others.
type failure struct {
	Code chat.Code
	What string
}

func failureOf(err error) failure {
	if err == nil {
		return failure{}
	}
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return failure{e.Code, e.What}
	}
	return failure{Code: chat.Internal}
}

func (f failure) error() error {
	if f.Code == "" {
		return nil
	}
	return chat.NewError(f.Code, f.What)
}

func (f *failure) code(c *coder) {
	text(c, &f.Code)
	text(c, &f.What)
}
