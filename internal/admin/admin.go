package admin

import (
	"context"

	"taut/chat"
)

// Admin makes what a workspace is made of. Local and Client implement it.
type Admin interface {
	CreateWorkspace(ctx context.Context, n NewWorkspace) (Credentials, error)
	AddUser(ctx context.Context, n NewUser) (Credentials, error)
	AddBot(ctx context.Context, n NewBot) (BotCredentials, error)
	AddWebhook(ctx context.Context, n NewWebhook) (WebhookCredentials, error)
	People(ctx context.Context, n ListPeople) (PeoplePage, error)
	SetActive(ctx context.Context, n SetActive) (Person, error)
	MakeToken(ctx context.Context, n Account) (AccountToken, error)
	Revoke(ctx context.Context, n RevokeTokens) (Revoked, error)
	ResetPassword(ctx context.Context, n Account) (NewPassword, error)
	MakeLinks(ctx context.Context, n NewLinks) (LinksPage, error)
	MakeSetupCode(ctx context.Context, n NewCode) (SetupCode, error)
	Export(ctx context.Context, n ExportWorkspace) (Exported, error)
	Import(ctx context.Context, n ImportExport) (Imported, error)
}

// NewWorkspace asks for a workspace and its primary owner. Empty names are made
// from the domain; an empty password is made at random.
type NewWorkspace struct {
	Domain   string `json:"domain"`
	Name     string `json:"name"`
	Owner    string `json:"owner"` // the owner's handle
	Email    string `json:"email"`
	Password string `json:"password"`
}

// NewUser asks for a person in the workspace with the domain, which may be ""
// where there is one workspace only.
type NewUser struct {
	Workspace string    `json:"workspace"`
	Name      string    `json:"name"`
	RealName  string    `json:"real_name"`
	Email     string    `json:"email"`
	Role      chat.Role `json:"role"` // "" is chat.Member
	Password  string    `json:"password"`
}

// NewBot asks for an app with a bot user.
type NewBot struct {
	Workspace string `json:"workspace"`
	Name      string `json:"name"`
	RealName  string `json:"real_name"` // "" is Name
}

// Credentials are a person's. They are shown once: the store keeps hashes.
type Credentials struct {
	WorkspaceID chat.WorkspaceID `json:"workspace_id"`
	Domain      string           `json:"domain"`
	UserID      chat.UserID      `json:"user_id"`
	Name        string           `json:"name"`
	Email       string           `json:"email"`
	Password    string           `json:"password"`
	Token       string           `json:"token"`
}

// BotCredentials are a bot's, shown once as well.
type BotCredentials struct {
	WorkspaceID   chat.WorkspaceID `json:"workspace_id"`
	Domain        string           `json:"domain"`
	BotID         chat.BotID       `json:"bot_id"`
	UserID        chat.UserID      `json:"user_id"`
	AppID         chat.AppID       `json:"app_id"`
	Name          string           `json:"name"`
	Token         string           `json:"token"`
	AppToken      string           `json:"app_token"`
	SigningSecret string           `json:"signing_secret"`
}

// The ids are what the server's log says of an act.
func (c Credentials) ids() []any    { return logged(c.WorkspaceID, c.UserID) }
func (c BotCredentials) ids() []any { return logged(c.WorkspaceID, c.UserID) }

func logged(w chat.WorkspaceID, u chat.UserID) []any {
	return []any{"workspace", string(w), "user", string(u)}
}
