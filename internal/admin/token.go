package admin

import (
	"taut/auth"
	"taut/chat"
	"taut/store"
)

// Token is a new token: the text, to be shown once, and the row to keep of it.
type Token struct {
	Text string
	Row  store.NewToken
}

// UserToken makes a token of a person, with every scope.
func UserToken(u chat.User) (Token, error) {
	text, err := auth.NewToken(chat.UserToken, u.Workspace, u.ID)
	return newToken(text, store.NewToken{Type: chat.UserToken, User: u.ID}), err
}

// BotTokens makes the token of a bot and that of its app, with every scope.
func BotTokens(b chat.Bot) (bot, app Token, err error) {
	text, err := auth.NewToken(chat.BotToken, b.Workspace, b.User)
	if err != nil {
		return bot, app, err
	}
	bot = newToken(text, store.NewToken{Type: chat.BotToken, User: b.User, Bot: b.ID, App: b.App})
	text, err = auth.NewAppToken(b.Workspace, b.App)
	return bot, newToken(text, store.NewToken{Type: chat.AppToken, User: b.User, Bot: b.ID, App: b.App}), err
}

func newToken(text string, row store.NewToken) Token {
	row.Hash = auth.HashToken(text)
	row.Scopes = []string{auth.EveryScope}
	return Token{text, row}
}
