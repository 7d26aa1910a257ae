package store

import (
	"context"

	"taut/chat"
)

// Join makes user a member from the returned seq on. inviter is "" where they
// came by themselves. Exists "member", Archived, NotFound.
func (w *Workspace) Join(ctx context.Context, ch chat.ChannelID, user, inviter chat.UserID) (joinedSeq int64, err error) {
	return 0, errStub
}

// Leave ends user's membership; actor is another than user for a kick.
// NotMember, Archived, Forbidden "general".
func (w *Workspace) Leave(ctx context.Context, ch chat.ChannelID, user, actor chat.UserID) error {
	return errStub
}

// Members lists the current members by id, those after the given one.
func (w *Workspace) Members(ctx context.Context, ch chat.ChannelID, after chat.UserID, limit int) ([]chat.UserID, error) {
	return nil, errStub
}

// IsMember asks the stream's own table, the authority.
func (w *Workspace) IsMember(ctx context.Context, ch chat.ChannelID, user chat.UserID) (bool, error) {
	return false, errStub
}

// Memberships are the user's channels as of a seq of the user's stream, both
// read in one transaction.
func (w *Workspace) Memberships(ctx context.Context, user chat.UserID) (chat.MembershipSnapshot, error) {
	return chat.MembershipSnapshot{}, errStub
}
