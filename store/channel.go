package store

import (
	"context"

	"taut/chat"
)

// NewChannel is a channel to make. Creator and Members join it.
type NewChannel struct {
	Name    string
	Private bool
	Creator chat.UserID
	Members []chat.UserID
}

// ChannelQuery selects from the directory, by id.
type ChannelQuery struct {
	Types           []chat.ChannelType // none: public channels
	ExcludeArchived bool
	MemberOf        chat.UserID    // only those that the user is in; "" for any
	VisibleTo       chat.UserID    // private ones, DMs and group DMs only where the user is in; "" for any
	After           chat.ChannelID // ids greater than this
	Limit           int            // 0: 1,000
}

// CreateChannel makes a channel. Exists "name", NotFound "user".
func (w *Workspace) CreateChannel(ctx context.Context, n NewChannel) (chat.Channel, error) {
	return chat.Channel{}, errStub
}

// Channel is one conversation of any type. NotFound "channel".
func (w *Workspace) Channel(ctx context.Context, id chat.ChannelID) (chat.Channel, error) {
	return chat.Channel{}, errStub
}

// ChannelByName finds a channel. NotFound "channel".
func (w *Workspace) ChannelByName(ctx context.Context, name string) (chat.Channel, error) {
	return chat.Channel{}, errStub
}

// Channels lists by id.
func (w *Workspace) Channels(ctx context.Context, q ChannelQuery) ([]chat.Channel, error) {
	return nil, errStub
}

// Rename gives a channel another name. Exists "name", NotMember, Archived.
func (w *Workspace) Rename(ctx context.Context, ch chat.ChannelID, actor chat.UserID, name string) (chat.Channel, error) {
	return chat.Channel{}, errStub
}

// SetTopic sets what the channel is about now. NotMember, Archived.
func (w *Workspace) SetTopic(ctx context.Context, ch chat.ChannelID, actor chat.UserID, value string) (chat.Channel, error) {
	return chat.Channel{}, errStub
}

// SetPurpose sets what the channel is for. NotMember, Archived.
func (w *Workspace) SetPurpose(ctx context.Context, ch chat.ChannelID, actor chat.UserID, value string) (chat.Channel, error) {
	return chat.Channel{}, errStub
}

// Archive closes a channel for new events. Archived, Forbidden "general".
func (w *Workspace) Archive(ctx context.Context, ch chat.ChannelID, actor chat.UserID) error {
	return errStub
}

// Unarchive opens an archived channel again. Invalid "not_archived".
func (w *Workspace) Unarchive(ctx context.Context, ch chat.ChannelID, actor chat.UserID) error {
	return errStub
}
