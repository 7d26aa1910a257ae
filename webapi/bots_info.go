package webapi

import (
	"context"

	"taut/chat"
)

type botAnswer struct {
	reply
	Bot *chat.BotObject `json:"bot,omitempty"`
}

// botsInfo shows one bot, to guests if its user is one whom they know; without an
// argument it tells nothing, as Slack's.
func (s *Server) botsInfo(ctx context.Context, q *request) (answer, error) {
	if !q.args.has("bot") {
		return &botAnswer{}, nil
	}
	b, err := q.workspace.Bot(ctx, chat.BotID(q.args.text("bot")))
	if err == nil {
		_, err = q.user(ctx, b.User)
	}
	if isInvisible(err) {
		return nil, fail("bot_not_found")
	}
	if err != nil {
		return nil, err
	}
	o := b.Object()
	o.Icons.Absolute(q.publicURL())
	return &botAnswer{Bot: &o}, nil
}
