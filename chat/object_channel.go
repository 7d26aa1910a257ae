package chat

import (
	"encoding/json"
	"strings"
)

// ChannelObject is a conversation in Slack's JSON. A DM has fewer keys than a
// channel, and what depends on who asks is absent until the asker is known.
type ChannelObject struct {
	ID            ChannelID   `json:"id"`
	Created       int64       `json:"created"` // seconds
	IsArchived    bool        `json:"is_archived"`
	IsIM          bool        `json:"is_im"`
	IsOrgShared   bool        `json:"is_org_shared"`
	ContextTeamID WorkspaceID `json:"context_team_id"`
	Updated       int64       `json:"updated"` // milliseconds

	*ChannelKeys // not of a DM
	*DMKeys      // of a DM only

	// Of whoever asks.
	IsMember           *bool           `json:"is_member,omitempty"`
	IsOpen             *bool           `json:"is_open,omitempty"`
	LastRead           *string         `json:"last_read,omitempty"`
	Latest             json.RawMessage `json:"latest,omitempty"` // a message or null
	UnreadCount        *int            `json:"unread_count,omitempty"`
	UnreadCountDisplay *int            `json:"unread_count_display,omitempty"`
	Priority           *float64        `json:"priority,omitempty"`

	// Of conversations.info.
	Locale             string          `json:"locale,omitempty"`
	NumMembers         *int            `json:"num_members,omitempty"`
	IsFrozen           *bool           `json:"is_frozen,omitempty"`
	ParentConversation json.RawMessage `json:"parent_conversation,omitempty"`
	Properties         json.RawMessage `json:"properties,omitempty"`
}

// ChannelKeys are the keys of channels and group DMs.
type ChannelKeys struct {
	Name                    string        `json:"name"`
	NameNormalized          string        `json:"name_normalized"`
	IsChannel               bool          `json:"is_channel"`
	IsGroup                 bool          `json:"is_group"`
	IsMPIM                  bool          `json:"is_mpim"`
	IsPrivate               bool          `json:"is_private"`
	IsGeneral               bool          `json:"is_general"`
	IsShared                bool          `json:"is_shared"`
	IsExtShared             bool          `json:"is_ext_shared"`
	IsPendingExtShared      bool          `json:"is_pending_ext_shared"`
	PendingShared           []string      `json:"pending_shared"`
	PendingConnectedTeamIDs []string      `json:"pending_connected_team_ids"`
	SharedTeamIDs           []WorkspaceID `json:"shared_team_ids"`
	Unlinked                int           `json:"unlinked"`
	Creator                 UserID        `json:"creator"`
	Topic                   BlurbObject   `json:"topic"`
	Purpose                 BlurbObject   `json:"purpose"`
	PreviousNames           []string      `json:"previous_names"`
}

// DMKeys are the keys of a DM.
type DMKeys struct {
	User          UserID `json:"user"` // the other one
	IsUserDeleted *bool  `json:"is_user_deleted,omitempty"`
}

// BlurbObject is a topic or purpose in Slack's JSON.
type BlurbObject struct {
	Value   string `json:"value"`
	Creator UserID `json:"creator"`
	LastSet int64  `json:"last_set"` // seconds
}

// Object is the conversation in Slack's JSON, as far as it is the same for
// everybody. For a DM use ObjectFor: whom it is with depends on who asks.
func (c Channel) Object() ChannelObject { return c.ObjectFor("") }

// ObjectFor is the conversation as viewer knows it.
func (c Channel) ObjectFor(viewer UserID) ChannelObject {
	o := ChannelObject{
		ID:            c.ID,
		Created:       c.CreatedMS / 1000,
		IsArchived:    c.Archived,
		IsIM:          c.Type == DM,
		ContextTeamID: c.Workspace,
		Updated:       max(c.UpdatedMS, c.CreatedMS),
	}
	if c.Type == DM {
		o.DMKeys = &DMKeys{User: c.Other(viewer)}
	} else {
		o.ChannelKeys = c.keys()
	}
	return o
}

// Other is whom viewer talks to in a DM: viewer in a DM with oneself.
func (c Channel) Other(viewer UserID) UserID {
	for _, u := range c.DMUsers {
		if u != viewer {
			return u
		}
	}
	return viewer
}

func (c Channel) keys() *ChannelKeys {
	return &ChannelKeys{
		Name:                    c.Name,
		NameNormalized:          c.Name,
		IsChannel:               c.Type != GroupDM,
		IsGroup:                 c.Type == GroupDM,
		IsMPIM:                  c.Type == GroupDM,
		IsPrivate:               c.Type != PublicChannel,
		IsGeneral:               c.General,
		PendingShared:           []string{},
		PendingConnectedTeamIDs: []string{},
		SharedTeamIDs:           []WorkspaceID{c.Workspace},
		Creator:                 c.Creator,
		Topic:                   c.Topic.object(),
		Purpose:                 c.Purpose.object(),
		PreviousNames:           append([]string{}, c.PreviousNames...),
	}
}

func (b Blurb) object() BlurbObject {
	return BlurbObject{Value: b.Value, Creator: b.Creator, LastSet: b.SetMS / 1000}
}

// GroupDMName is the name of a group DM among users with these handles.
func GroupDMName(handles []string) string {
	return "mpdm-" + strings.Join(handles, "--") + "-1"
}
