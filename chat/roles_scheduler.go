package chat

import "context"

// Mentioner finds whom a message mentions: what a scheduler, which sends
// messages for people, asks of the API nodes.
type Mentioner interface {
	// Mentioned are the users whom the message mentions, among them those of a
	// user group who are in the channel, and whether it mentions everybody there.
	Mentioned(ctx context.Context, q MentionQuery) (users []UserID, all bool, err error)
}

// MentionQuery is a message that is about to be posted.
type MentionQuery struct {
	Workspace WorkspaceID
	Channel   ChannelID
	Author    UserID
	Mentions  MentionSet
	Text      string // where keywords are looked for
}
