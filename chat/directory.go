package chat

// Workspace is a tenant.
type Workspace struct {
	ID        WorkspaceID
	Domain    string // unique on the server; [a-z0-9-]
	Name      string
	CreatedMS int64
}

// User is a person or a bot's user in one workspace.
type User struct {
	ID          UserID
	Workspace   WorkspaceID
	Name        string // the handle, unique in the workspace
	RealName    string
	DisplayName string
	Email       string // "" for a bot
	Title       string
	StatusText  string
	StatusEmoji string
	StatusEnds  int64 // seconds; 0: never
	Details     UserDetails
	TimeZone    string // IANA name
	Avatar      string // the picture that they uploaded; "": none
	Role        Role
	Deleted     bool
	Away        bool // manual away, durable
	Bot         BotID
	App         AppID
	CreatedMS   int64
	UpdatedMS   int64
}

// UserDetails are what else people tell of themselves.
type UserDetails struct {
	Phone     string `json:"phone,omitempty"`
	Skype     string `json:"skype,omitempty"`
	Pronouns  string `json:"pronouns,omitempty"`
	StartDate string `json:"start_date,omitempty"` // 2006-01-02
}

// Bot is an app's presence in a workspace.
type Bot struct {
	ID        BotID
	Workspace WorkspaceID
	User      UserID
	App       AppID
	Name      string
	Deleted   bool
	UpdatedMS int64
}

// ChannelType is Slack's word for what kind of conversation a channel is.
type ChannelType string

const (
	PublicChannel  ChannelType = "public_channel"
	PrivateChannel ChannelType = "private_channel"
	DM             ChannelType = "im"
	GroupDM        ChannelType = "mpim"
)

// Channel is the directory's entry of a conversation.
type Channel struct {
	ID            ChannelID
	Workspace     WorkspaceID
	Type          ChannelType
	Name          string // "" for a DM
	PreviousNames []string
	Creator       UserID
	General       bool
	Archived      bool
	Topic         Blurb
	Purpose       Blurb
	NumMembers    int
	CreatedMS     int64
	UpdatedMS     int64
	// DMUsers are the people of a DM (two, or one with themself) or group DM,
	// sorted; nil for channels.
	DMUsers []UserID
}

// Blurb is a channel's topic or purpose.
type Blurb struct {
	Value   string
	Creator UserID
	SetMS   int64
}

// ReadMark is how far a user has read a channel.
type ReadMark struct {
	Channel  ChannelID
	LastRead TS
	N        int64 // the stream's N at LastRead
}
