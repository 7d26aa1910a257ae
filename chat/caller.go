package chat

// Role is what a user may do in the workspace.
type Role string

const (
	PrimaryOwner Role = "primary_owner"
	Owner        Role = "owner"
	Admin        Role = "admin"
	Member       Role = "member"
	Guest        Role = "guest"        // of several channels; Slack's is_restricted
	SingleGuest  Role = "single_guest" // of one channel; Slack's is_ultra_restricted
)

// AtLeast tells whether r has all that other may do.
func (r Role) AtLeast(other Role) bool { return r.rank() >= other.rank() }

// IsGuest tells whether r sees only the channels that it is a member of.
func (r Role) IsGuest() bool { return r.rank() < Member.rank() }

func (r Role) rank() int {
	switch r {
	case PrimaryOwner:
		return 5
	case Owner:
		return 4
	case Admin:
		return 3
	case Member:
		return 2
	case Guest:
		return 1
	}
	return 0
}

// Caller is who calls, made from a token once for each request or socket.
type Caller struct {
	Workspace WorkspaceID
	User      UserID // of a bot's token: the bot's user
	Bot       BotID  // "" for a person
	App       AppID
	Role      Role
	Scopes    []string
	TokenType TokenType
	// TokenID names the token in logs and for revocation; it is not the token.
	TokenID string
}

// TokenType is the first part of a token's text.
type TokenType string

const (
	UserToken TokenType = "xoxp"
	BotToken  TokenType = "xoxb"
	AppToken  TokenType = "xapp"
	// SessionToken is a browser's, good only with the cookie of its session.
	SessionToken TokenType = "xoxc"
)
