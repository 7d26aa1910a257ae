package webapi

import (
	"context"

	"taut/chat"
)

func (s *Server) pinsMethods() []method {
	write, channel := []string{"pins:write"}, []string{"channel"}
	return []method{
		{name: "pins.add", handle: s.pinsAdd, scopes: write, required: channel, errors: map[string]string{
			"exists":       "already_pinned",
			"invalid:pin":  "not_pinnable",
			"limited:pins": "too_many_pins",
			"archived":     "restricted_action",
		}},
		{name: "pins.remove", handle: s.pinsRemove, scopes: write, required: channel, errors: map[string]string{
			"not_found:pin": "no_pin",
			"archived":      "restricted_action",
		}},
		{name: "pins.list", handle: s.pinsList, scopes: []string{"pins:read"}, required: channel},
	}
}

func (s *Server) pinsAdd(ctx context.Context, q *request) (answer, error) {
	return q.pin(ctx, q.workspace.AddPin)
}

func (s *Server) pinsRemove(ctx context.Context, q *request) (answer, error) {
	return q.pin(ctx, q.workspace.RemovePin)
}

// pin changes whether what the request names is pinned.
func (q *request) pin(ctx context.Context, change func(context.Context, chat.ChannelID, chat.TS, chat.UserID) error) (answer, error) {
	item, err := q.item(ctx)
	if err != nil {
		return nil, err
	}
	return done(), change(ctx, item.channel.ID, item.ts, q.caller.User)
}

type pinsListAnswer struct {
	reply
	Items []pinnedItem `json:"items"`
	Count int          `json:"count"`
}

type pinnedItem struct {
	Type      string         `json:"type"`
	Channel   chat.ChannelID `json:"channel"`
	Created   int64          `json:"created"`
	CreatedBy chat.UserID    `json:"created_by"`
	Message   reactedMessage `json:"message"`
}

// pinsList has all pins, the latest first: there are a hundred at most.
func (s *Server) pinsList(ctx context.Context, q *request) (answer, error) {
	c, err := q.channel(ctx, q.args.channel("channel"))
	if err != nil {
		return nil, err
	}
	if err := q.mayRead(ctx, c); err != nil {
		return nil, err
	}
	pins, err := q.workspace.Pins(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	messages := make([]chat.Message, len(pins))
	for i, p := range pins {
		messages[i] = p.Message
	}
	if err := q.nameCaller(ctx, c.ID, messages); err != nil {
		return nil, err
	}
	a := &pinsListAnswer{Items: []pinnedItem{}, Count: len(pins)}
	for i, p := range pins {
		a.Items = append(a.Items, pinnedItem{chat.TypeMessage, c.ID, p.CreatedMS / 1000, p.By, q.reacted(c.ID, messages[i])})
	}
	return a, nil
}
