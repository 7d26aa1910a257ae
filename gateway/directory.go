package gateway

import (
	"encoding/json"

	"taut/chat"
)

// audience says who sees an event of the workspace's stream.
type audience struct {
	guests  bool          // all guests do
	user    chat.UserID   // a guest who is this one does
	channel chat.StreamID // a guest who is a member of this one does
}

// audience reads an event of the directory, once for all sockets of the shard.
// Members see all of it. A guest sees what is about themself, the channels that
// they are in, and the emoji.
func (sh *shard) audience(ev *chat.Event) (a audience) {
	if ev.Stream.ID.Kind() != chat.WorkspaceStream {
		return a
	}
	if ev.Type == "emoji_changed" {
		return audience{guests: true}
	}
	var about struct {
		User    json.RawMessage `json:"user"`
		Channel json.RawMessage `json:"channel"`
	}
	if json.Unmarshal(ev.Payload, &about) != nil {
		return a
	}
	return audience{user: chat.UserID(idIn(about.User)), channel: chat.StreamID(idIn(about.Channel))}
}

// idIn is the id that a key holds, by itself or in an object.
func idIn(raw json.RawMessage) (id string) {
	if json.Unmarshal(raw, &id) == nil {
		return id
	}
	var object struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &object) != nil {
		return ""
	}
	return object.ID
}

func (a audience) includes(s *session) bool {
	if !s.caller.Role.IsGuest() || a.guests {
		return true
	}
	if a.channel != "" {
		b := s.subs[a.channel]
		return b != nil && b.entry != nil
	}
	return a.user == s.caller.User
}

// slackEventTypes are the types that RTM clients know. One that has not said that it
// knows ours, by resuming, gets no others: some SDKs report them as errors.
func slackEventTypes() map[string]bool {
	known := map[string]bool{}
	for _, t := range []string{
		"message", "reaction_added", "reaction_removed",
		"member_joined_channel", "member_left_channel",
		"channel_joined", "channel_left", "channel_marked", "channel_created", "channel_deleted",
		"channel_rename", "channel_archive", "channel_unarchive", "channel_history_changed",
		"group_joined", "group_left", "group_marked", "group_open", "group_close",
		"group_rename", "group_archive", "group_unarchive", "group_history_changed",
		"im_created", "im_open", "im_close", "im_marked", "im_history_changed",
		"pin_added", "pin_removed", "star_added", "star_removed",
		"pref_change", "manual_presence_change", "presence_change", "user_typing",
		"user_change", "team_join", "team_rename", "team_pref_change", "team_domain_change",
		"email_domain_changed", "emoji_changed", "commands_changed",
		"bot_added", "bot_changed", "accounts_changed",
		"dnd_updated", "dnd_updated_user",
		"subteam_created", "subteam_updated", "subteam_members_changed",
		"subteam_self_added", "subteam_self_removed",
		"file_shared", "file_unshared", "file_public", "file_created", "file_change", "file_deleted",
	} {
		known[t] = true
	}
	return known
}
