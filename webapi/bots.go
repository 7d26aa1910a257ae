package webapi

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"taut/chat"
)

// botSigns remembers how bots sign their messages, for a bot that posts much.
// What is remembered lives as long as a cached token may; and when the memory is
// full it begins anew.
type botSigns struct {
	mu    sync.Mutex
	known map[chat.BotID]botSign
}

// botSign is what a bot's message says of the bot.
type botSign struct {
	bot     chat.BotID
	app     chat.AppID
	profile json.RawMessage
	until   time.Time
}

const (
	botSignLife  = 60 * time.Second
	botSignsKept = 10_000
)

// sign gives the caller's; bots' ids are unique over all workspaces.
func (b *botSigns) sign(ctx context.Context, q *request) (botSign, error) {
	now := time.Now()
	b.mu.Lock()
	s, ok := b.known[q.caller.Bot]
	b.mu.Unlock()
	if ok && now.Before(s.until) {
		return s, nil
	}
	bot, err := q.workspace.Bot(ctx, q.caller.Bot)
	if err != nil {
		return botSign{}, err
	}
	object := bot.Profile()
	object.Icons.Absolute(q.server.store.URL()) // never what one request came to: all see it, for ever
	profile, err := encode(object)
	if err != nil {
		return botSign{}, err
	}
	s = botSign{bot.ID, bot.App, profile, now.Add(botSignLife)}
	b.keep(s)
	return s, nil
}

func (b *botSigns) keep(s botSign) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil || len(b.known) >= botSignsKept {
		b.known = make(map[chat.BotID]botSign)
	}
	b.known[s.bot] = s
}
