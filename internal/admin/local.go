package admin

import (
	"context"
	"fmt"
	"strings"

	"taut/auth"
	"taut/chat"
	"taut/internal/transfer"
	"taut/store"
)

// Local is Admin on a store. Files has the bytes of files, for exports and imports;
// nil: they are left out.
type Local struct {
	Store *store.Store
	Files transfer.Files
}

// operator is who the audit log says it was: nobody of the workspace's.
var operator = store.Actor{}

// CreateWorkspace makes a workspace with its owner.
func (l Local) CreateWorkspace(ctx context.Context, n NewWorkspace) (Credentials, error) {
	if !chat.ValidDomain(n.Domain) {
		return Credentials{}, plainly(chat.NewError(chat.Invalid, "domain"), "domain %q: use a to z, 0 to 9 and hyphens", n.Domain)
	}
	if err := address(n.Email); err != nil {
		return Credentials{}, err
	}
	owner, password, err := person(NewUser{
		Name:     orElse(n.Owner, "owner"),
		Email:    orElse(n.Email, orElse(n.Owner, "owner")+"@"+n.Domain+".example"),
		Password: n.Password,
	})
	if err != nil {
		return Credentials{}, err
	}
	var token Token
	owner.Tokens, owner.By = token.first, &operator
	w, u, err := l.Store.CreateWorkspace(ctx, store.NewWorkspace{Domain: n.Domain, Name: orElse(n.Name, n.Domain), Owner: owner})
	if err != nil {
		return Credentials{}, taken(fmt.Errorf("create workspace %s: %w", n.Domain, err), n.Domain, owner.Name, owner.Email)
	}
	return credentials(w, u, password, token), nil
}

// AddUser adds a person.
func (l Local) AddUser(ctx context.Context, n NewUser) (Credentials, error) {
	w, err := l.workspace(ctx, n.Workspace)
	if err != nil {
		return Credentials{}, err
	}
	if err := address(n.Email); err != nil {
		return Credentials{}, err
	}
	if n.Email == "" {
		n.Email = n.Name + "@" + w.Domain + ".example"
	}
	p, password, err := person(n)
	if err != nil {
		return Credentials{}, err
	}
	var token Token
	p.Tokens, p.By = token.first, &operator
	u, err := l.Store.Workspace(w.ID).CreateUser(ctx, p)
	if err != nil {
		return Credentials{}, taken(fmt.Errorf("add user %s: %w", n.Name, err), w.Domain, p.Name, p.Email)
	}
	return credentials(w, u, password, token), nil
}

// AddBot adds an app with its bot user.
func (l Local) AddBot(ctx context.Context, n NewBot) (BotCredentials, error) {
	w, err := l.workspace(ctx, n.Workspace)
	if err != nil {
		return BotCredentials{}, err
	}
	if err := handle(n.Name); err != nil {
		return BotCredentials{}, err
	}
	secret := chat.NewSecret(32)
	var bot, app Token
	b, u, err := l.Store.Workspace(w.ID).CreateBot(ctx, store.NewBot{
		Name: n.Name, AppName: n.RealName, SigningSecret: secret, By: &operator,
		Tokens: func(b chat.Bot) (rows []store.NewToken, err error) {
			bot, app, err = BotTokens(b)
			return []store.NewToken{bot.Row, app.Row}, err
		},
	})
	if err != nil {
		return BotCredentials{}, taken(fmt.Errorf("add bot %s: %w", n.Name, err), w.Domain, n.Name, "")
	}
	c := BotCredentials{
		WorkspaceID: w.ID, Domain: w.Domain,
		BotID: b.ID, UserID: u.ID, AppID: b.App, Name: u.Name,
		SigningSecret: secret,
	}
	c.Token, c.AppToken = bot.Text, app.Text
	return c, nil
}

// workspace finds a workspace by its domain; without one, the only one.
func (l Local) workspace(ctx context.Context, domain string) (chat.Workspace, error) {
	if domain != "" {
		w, err := l.Store.WorkspaceByDomain(ctx, domain)
		if chat.CodeOf(err) == chat.NotFound {
			return w, plainly(err, "there is no workspace with the domain %s", domain)
		}
		if err != nil {
			return w, fmt.Errorf("workspace %s: %w", domain, err)
		}
		return w, nil
	}
	all, err := l.Store.Workspaces(ctx)
	switch {
	case err != nil:
		return chat.Workspace{}, fmt.Errorf("list the workspaces: %w", err)
	case len(all) == 0:
		return chat.Workspace{}, plainly(chat.NewError(chat.NotFound, "workspace"), "there is no workspace yet; taut workspace create makes one")
	case len(all) > 1:
		return chat.Workspace{}, plainly(chat.NewError(chat.Invalid, "workspace"), "there are %d workspaces, name one with --workspace: %s", len(all), someDomains(all))
	}
	return all[0], nil
}

// person checks what was asked for and makes the password's hash.
func person(n NewUser) (p store.NewUser, password string, err error) {
	if err := handle(n.Name); err != nil {
		return p, "", err
	}
	if n.Role.IsGuest() && n.Role != "" && n.Role != chat.Guest && n.Role != chat.SingleGuest || n.Role == chat.PrimaryOwner {
		return p, "", plainly(chat.NewError(chat.Invalid, "role"), "role %q is not owner, admin, member, guest or single_guest", n.Role)
	}
	password = orElse(n.Password, chat.NewSecret(20))
	hash, err := auth.HashPassword(password)
	if err != nil {
		return p, "", fmt.Errorf("%w: %w", err, chat.NewError(chat.Invalid, "password"))
	}
	return store.NewUser{
		Name: n.Name, RealName: orElse(n.RealName, n.Name), Email: n.Email, Role: n.Role, PasswordHash: hash,
	}, password, nil
}

func handle(name string) error {
	if !chat.ValidHandle(name) {
		return plainly(chat.NewError(chat.Invalid, "name"), "name %q: use a to z, 0 to 9, dots, hyphens and underscores", name)
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// first makes a person's first token, which is kept in one act with the person:
// nobody is left without credentials.
func (t *Token) first(u chat.User) (rows []store.NewToken, err error) {
	*t, err = UserToken(u)
	return []store.NewToken{t.Row}, err
}

func credentials(w chat.Workspace, u chat.User, password string, t Token) Credentials {
	return Credentials{
		WorkspaceID: w.ID, Domain: w.Domain,
		UserID: u.ID, Name: u.Name, Email: u.Email, Password: password, Token: t.Text,
	}
}

// someDomains names the first few workspaces.
func someDomains(all []chat.Workspace) string {
	const most = 10
	var names []string
	for _, w := range all[:min(most, len(all))] {
		names = append(names, w.Domain)
	}
	if len(all) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
