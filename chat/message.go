package chat

import "encoding/json"

// Message is a message in Slack's shape. It is the payload of the event that
// created it (with Channel and EventTS), and what history shows of it (without
// them, with what came since: edits, replies, reactions).
type Message struct {
	Type        string          `json:"type"` // always "message"
	Subtype     string          `json:"subtype,omitempty"`
	Hidden      bool            `json:"hidden,omitempty"`
	Channel     ChannelID       `json:"channel,omitempty"`
	User        UserID          `json:"user,omitempty"`
	BotID       BotID           `json:"bot_id,omitempty"`
	AppID       AppID           `json:"app_id,omitempty"`
	BotProfile  json.RawMessage `json:"bot_profile,omitempty"`
	Username    string          `json:"username,omitempty"`
	Icons       json.RawMessage `json:"icons,omitempty"`
	Text        string          `json:"text"`
	TS          TS              `json:"ts"`
	EventTS     TS              `json:"event_ts,omitzero"`
	Team        WorkspaceID     `json:"team,omitempty"`
	ClientMsgID string          `json:"client_msg_id,omitempty"`
	Blocks      json.RawMessage `json:"blocks,omitempty"`
	Attachments json.RawMessage `json:"attachments,omitempty"`
	Metadata    json.RawMessage `json:"metadata,omitempty"`
	Files       json.RawMessage `json:"files,omitempty"`
	Upload      bool            `json:"upload,omitempty"` // it shares files
	Edited      *Edited         `json:"edited,omitempty"`

	// Of a reply, and of a root that has replies.
	ThreadTS        TS       `json:"thread_ts,omitzero"`
	ParentUserID    UserID   `json:"parent_user_id,omitempty"`
	Root            *Message `json:"root,omitempty"` // in a thread_broadcast
	ReplyCount      int      `json:"reply_count,omitempty"`
	ReplyUsersCount int      `json:"reply_users_count,omitempty"`
	ReplyUsers      []UserID `json:"reply_users,omitempty"` // at most five
	LatestReply     TS       `json:"latest_reply,omitzero"`
	IsLocked        *bool    `json:"is_locked,omitempty"`
	Subscribed      *bool    `json:"subscribed,omitempty"`

	Reactions []Reaction `json:"reactions,omitempty"`
	// PinnedTo is the message's channel, where it is pinned to it.
	PinnedTo []ChannelID `json:"pinned_to,omitempty"`

	// Of the subtypes that say what happened to the channel.
	Inviter UserID  `json:"inviter,omitempty"`
	Topic   *string `json:"topic,omitempty"`
	Purpose *string `json:"purpose,omitempty"`
	Name    string  `json:"name,omitempty"`
	OldName string  `json:"old_name,omitempty"`
}

// Edited is who changed a message last, and when.
type Edited struct {
	User UserID `json:"user"`
	TS   TS     `json:"ts"`
}

// Reaction is one emoji on a message. Users may hold fewer than Count.
type Reaction struct {
	Name  string   `json:"name"`
	Users []UserID `json:"users"`
	Count int      `json:"count"`
}

// The subtypes that the log itself writes or understands.
const (
	SubtypeChanged         = "message_changed"
	SubtypeDeleted         = "message_deleted"
	SubtypeReplied         = "message_replied"
	SubtypeTombstone       = "tombstone"
	SubtypeThreadBroadcast = "thread_broadcast"
	SubtypeMe              = "me_message"
	SubtypeBot             = "bot_message"
	SubtypeJoin            = "channel_join"
	SubtypeLeave           = "channel_leave"
	SubtypeTopic           = "channel_topic"
	SubtypePurpose         = "channel_purpose"
	SubtypeName            = "channel_name"
	SubtypeArchive         = "channel_archive"
	SubtypeUnarchive       = "channel_unarchive"
	SubtypeToPrivate       = "channel_convert_to_private"
	SubtypeToPublic        = "channel_convert_to_public"
	SubtypePinned          = "pinned_item"
)
