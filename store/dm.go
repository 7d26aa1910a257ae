package store

import (
	"context"

	"taut/chat"
)

// OpenDM is the conversation of exactly these people, the caller's among them:
// one for a DM with oneself, two for a DM, up to nine for a group DM. The first
// is the creator. It tells whether it existed already; where the first had
// closed it, it is open for them again.
func (w *Workspace) OpenDM(ctx context.Context, users []chat.UserID) (chat.Channel, bool, error) {
	return chat.Channel{}, false, errStub
}

// CloseDM takes a DM out of a user's list. It closes nothing for the others.
func (w *Workspace) CloseDM(ctx context.Context, user chat.UserID, ch chat.ChannelID) error {
	return errStub
}

// ReopenDM puts a DM back into the user's list.
func (w *Workspace) ReopenDM(ctx context.Context, user chat.UserID, ch chat.ChannelID) error {
	return errStub
}

// DMOpen tells which of the user's DMs are open for them.
func (w *Workspace) DMOpen(ctx context.Context, user chat.UserID, ch chat.ChannelID) (bool, error) {
	return false, errStub
}
