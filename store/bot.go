package store

import (
	"context"

	"taut/chat"
)

// NewBot is an app's bot to add. AppName "" is the bot's name. SigningSecret ""
// makes one.
type NewBot struct {
	Name          string
	AppName       string
	SigningSecret string
}

// CreateBot adds a bot with its user, which joins #general. Exists "name".
func (w *Workspace) CreateBot(ctx context.Context, n NewBot) (chat.Bot, chat.User, error) {
	return chat.Bot{}, chat.User{}, errStub
}

// Bot finds a bot. NotFound "bot".
func (w *Workspace) Bot(ctx context.Context, id chat.BotID) (chat.Bot, error) {
	return chat.Bot{}, errStub
}
