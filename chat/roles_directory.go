package chat

import "context"

// Directory answers questions about the people and the public channels of a
// workspace, as its stream tells of them: of users without their manual away, which
// no event of that stream names. Who may ask for what is the caller's to judge: a
// guest sees only those among whom the query looks. Unavailable: ask another one.
type Directory interface {
	// UsersByID are those of the users that exist, each once, in their order.
	UsersByID(ctx context.Context, w WorkspaceID, users []UserID) ([]User, error)
	// SearchUsers finds people and bots by their names.
	SearchUsers(ctx context.Context, w WorkspaceID, q DirectoryQuery) (FoundUsers, error)
	// SearchChannels finds public channels by their names.
	SearchChannels(ctx context.Context, w WorkspaceID, q DirectoryQuery) (FoundChannels, error)
}

// EdgeCache keeps what clients ask for as they come.
type EdgeCache interface {
	Directory
	Memberships
}

// DirectoryQuery finds by names, best first: who is called just so, whose name
// begins so, one of whose words does, who has it anywhere in it.
type DirectoryQuery struct {
	Text string // "": all, by name
	// Inactive: deactivated users and archived channels too.
	Inactive bool
	// Restricted: only those that Among names, at most MaxAmong.
	Restricted bool
	Among      []string
	After      DirectoryPlace
	Limit      int // at most MaxDirectoryPage; 0: that
}

const (
	// MaxDirectoryPage is how many a search finds at once.
	MaxDirectoryPage = 1_000
	// MaxDirectoryIDs is for how many users one question may ask.
	MaxDirectoryIDs = 1_000
	// MaxAmong bounds whom a guest's search looks among.
	MaxAmong = 20_000
)

// DirectoryPlace is where a search goes on: after the entry with this rank, name and
// id. It stays where it is though others come and go.
type DirectoryPlace struct {
	Rank int
	Name string
	ID   string
}

// FoundUsers is a page of a search.
type FoundUsers struct {
	Users []User
	More  bool
	Next  DirectoryPlace // where there are more
}

// FoundChannels is a page of a search.
type FoundChannels struct {
	Channels []PublicFacts
	More     bool
	Next     DirectoryPlace
}

// PublicFacts is what a workspace's stream tells of a public channel.
type PublicFacts struct {
	ID       ChannelID
	Name     string
	Creator  UserID
	Created  int64 // seconds
	General  bool
	Archived bool
}
