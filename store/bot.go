package store

import (
	"cmp"
	"context"

	"taut/chat"
)

// NewBot is an app's bot to add. AppName "" is the bot's name. SigningSecret ""
// makes one.
type NewBot struct {
	Name          string
	AppName       string
	SigningSecret string
	// Tokens makes what is kept with the bot in one act; nil: none.
	Tokens func(chat.Bot) ([]NewToken, error)
	// By is who adds it, to be written down; nil: nobody.
	By *Actor
}

// bot is the bot and its user.
func (n NewBot) bot(w chat.WorkspaceID, nowMS int64) (chat.Bot, chat.User) {
	name := cmp.Or(n.AppName, n.Name)
	u := NewUser{Name: n.Name, RealName: name}.user(w, nowMS)
	u.Bot, u.App = chat.BotID(chat.NewID("B")), chat.AppID(chat.NewID("A"))
	return chat.Bot{ID: u.Bot, Workspace: w, User: u.ID, App: u.App, Name: name, UpdatedMS: nowMS}, u
}

// CreateBot adds a bot with its user, which joins #general. Exists "name".
func (w *Workspace) CreateBot(ctx context.Context, n NewBot) (chat.Bot, chat.User, error) {
	b, u := n.bot(w.id, chat.Now().UnixMilli())
	var tokens []NewToken
	if n.Tokens != nil {
		var err error
		if tokens, err = n.Tokens(b); err != nil {
			return b, u, err
		}
	}
	err := w.addUser(ctx, u, func(t *turn) error {
		if err := t.createUser(u, ""); err != nil {
			return err
		}
		for _, token := range tokens {
			t.insertToken(token)
		}
		if n.By != nil {
			t.audit(AuditEntry{Actor: *n.By, Action: "bot.create", Target: string(b.ID)})
		}
		return t.listBot(b, n.SigningSecret)
	})
	return b, u, err
}

// listBot writes the bot into the directory.
func (t *turn) listBot(b chat.Bot, signingSecret string) error {
	t.exec("INSERT INTO bots (workspace_id, bot_id, user_id, app_id, name, deleted, updated_ms, signing_secret) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		b.Workspace, b.ID, b.User, b.App, b.Name, b.Deleted, b.UpdatedMS, cmp.Or(signingSecret, chat.NewSecret(32)))
	return t.emitObject("bot_added", b.User, map[string]any{"bot": t.botObject(b)})
}

// Bot finds a bot. NotFound "bot".
func (w *Workspace) Bot(ctx context.Context, id chat.BotID) (chat.Bot, error) {
	b := chat.Bot{ID: id, Workspace: w.id}
	err := w.store.db.QueryRowContext(ctx,
		"SELECT user_id, app_id, name, deleted, updated_ms FROM bots WHERE workspace_id = ? AND bot_id = ?", w.id, id).
		Scan(&b.User, &b.App, &b.Name, &b.Deleted, &b.UpdatedMS)
	return b, absent(err, "bot")
}
