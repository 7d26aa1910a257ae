package webapi

import (
	"context"
	"slices"
	"strings"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// botObject is a bot as those who manage apps see it.
type managedBot struct {
	ID      chat.BotID  `json:"id"`
	User    chat.UserID `json:"user_id"`
	App     chat.AppID  `json:"app_id"`
	Name    string      `json:"name"`
	Deleted bool        `json:"deleted"`
}

type managedBotAnswer struct {
	reply
	Bot managedBot `json:"bot"`
}

type managedBotsAnswer struct {
	reply
	Bots []managedBot `json:"bots"`
}

func newManagedBot(b chat.Bot) managedBot { return managedBot{b.ID, b.User, b.App, b.Name, b.Deleted} }

// manageBotsCreate makes a bot; its tokens are made by themselves.
func (s *Server) manageBotsCreate(ctx context.Context, q *request) (answer, error) {
	name := strings.ToLower(q.args.text("name"))
	if !chat.ValidHandle(name) {
		return nil, chat.NewError(chat.Invalid, "name")
	}
	real := oneLine(q.args.text("real_name"))
	if len(real) > maxWebhookName {
		return nil, chat.NewError(chat.Invalid, "real_name")
	}
	by := q.actor()
	b, _, err := q.workspace.CreateBot(ctx, store.NewBot{Name: name, AppName: real, By: &by})
	if err != nil {
		return nil, err
	}
	return &managedBotAnswer{Bot: newManagedBot(b)}, nil
}

// manageBotsList are the bots that are managed as bots: a webhook's is managed as a webhook.
func (s *Server) manageBotsList(ctx context.Context, q *request) (answer, error) {
	bots, err := q.workspace.Bots(ctx)
	if err != nil {
		return nil, err
	}
	a := &managedBotsAnswer{Bots: []managedBot{}}
	for _, b := range bots {
		a.Bots = append(a.Bots, newManagedBot(b))
	}
	return a, nil
}

// managedBot is the bot that the arguments name.
func (q *request) managedBot(ctx context.Context) (chat.Bot, error) {
	b, err := q.workspace.Bot(ctx, chat.BotID(q.args.text("bot")))
	if err != nil {
		return b, err
	}
	if ofWebhook, err := q.workspace.IsWebhook(ctx, b.ID); err != nil || ofWebhook {
		// It is managed as the webhook that it is: else it would live on in its URL.
		return chat.Bot{}, orNotFound(err, "bot")
	}
	return b, nil
}

func orNotFound(err error, what string) error {
	if err != nil {
		return err
	}
	return chat.NewError(chat.NotFound, what)
}

// manageBotsDeactivate ends a bot: its user can do nothing, and its tokens go.
func (s *Server) manageBotsDeactivate(ctx context.Context, q *request) (answer, error) {
	b, err := q.managedBot(ctx)
	if err != nil {
		return nil, err
	}
	_, err = q.workspace.ChangeUser(ctx, store.UserChange{
		By: q.actor(), Action: "bot.deactivate", User: b.User,
		Update: func(_, u *chat.User) error {
			u.Deleted = true
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	_, err = q.workspace.Revoke(ctx, store.Revocation{User: b.User})
	return done(), err
}

type botTokenAnswer struct {
	reply
	Token   string   `json:"token"` // told once
	TokenID string   `json:"token_id"`
	Scopes  []string `json:"scopes"`
}

// manageBotTokensCreate makes a token with the scopes that are asked for, "" for
// every one that a bot can have.
func (s *Server) manageBotTokensCreate(ctx context.Context, q *request) (answer, error) {
	b, err := q.managedBot(ctx)
	if err != nil {
		return nil, err
	}
	u, err := q.workspace.User(ctx, b.User)
	if err != nil || u.Deleted {
		return nil, chat.NewError(chat.NotFound, "bot")
	}
	scopes := q.args.list("scopes")
	for _, scope := range scopes {
		if !slices.Contains(auth.ScopesOf(chat.BotToken), scope) {
			return nil, fail("invalid_scope")
		}
	}
	if len(scopes) == 0 {
		scopes = []string{auth.EveryScope}
	}
	text, err := auth.NewToken(chat.BotToken, q.caller.Workspace, b.User)
	if err != nil {
		return nil, err
	}
	id, err := q.workspace.CreateTokenAs(ctx, q.actor(), store.NewToken{
		Hash: auth.HashToken(text), Type: chat.BotToken, User: b.User, Bot: b.ID, App: b.App, Scopes: scopes,
	})
	return &botTokenAnswer{Token: text, TokenID: id, Scopes: scopes}, err
}

type tokenObject struct {
	ID      string         `json:"id"`
	Type    chat.TokenType `json:"type"`
	Scopes  []string       `json:"scopes"`
	Created int64          `json:"date_create"`
}

type tokensAnswer struct {
	reply
	Tokens []tokenObject `json:"tokens"`
}

func (s *Server) manageBotTokensList(ctx context.Context, q *request) (answer, error) {
	b, err := q.managedBot(ctx)
	if err != nil {
		return nil, err
	}
	tokens, err := q.workspace.TokensOf(ctx, b.User)
	if err != nil {
		return nil, err
	}
	a := &tokensAnswer{Tokens: []tokenObject{}}
	for _, t := range tokens {
		a.Tokens = append(a.Tokens, tokenObject{t.ID, t.Type, t.Scopes, t.CreatedMS / 1000})
	}
	return a, nil
}

func (s *Server) manageBotTokensRevoke(ctx context.Context, q *request) (answer, error) {
	b, err := q.managedBot(ctx)
	if err != nil {
		return nil, err
	}
	id := q.args.text("token_id")
	n, err := q.workspace.Revoke(ctx, store.Revocation{User: b.User, Only: id, Audit: &store.AuditEntry{
		Actor: q.actor(), Action: "token.revoke", Target: string(b.User), Detail: map[string]string{"token": id},
	}})
	if err == nil && n == 0 {
		err = chat.NewError(chat.NotFound, "token")
	}
	return done(), err
}
