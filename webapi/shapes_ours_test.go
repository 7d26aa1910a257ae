package webapi

// addedKeys is what we answer and the reference does not have, and why.
var addedKeys = []struct{ shape, path, types, why string }{
	{"@message", "hidden", "bool", "of a deleted root, which Slack shows so too"},
	{"@message", "metadata", "opaque", "the sender's, of which only the event's keys are known"},
	{"conversations.setTopic", "channel.is_open", "bool", "of a group DM, as conversations.info has it"},
	{"conversations.rename", "channel.topic.creator", "string", "empty while there is no topic"},
	{"conversations.rename", "channel.purpose.creator", "string", "empty while there is no purpose"},
	{"users.profile.get", "profile.api_app_id", "id:A", "of a bot, as users.info has it"},
	{"users.profile.get", "profile.bot_id", "id:B", "of a bot, as users.info has it"},
	{"users.info", "users[]", "object", "of several users, which the reference names without its keys"},
	{"users.prefs.get", "prefs.*", "string|bool|number", "undocumented, as clients read it"},
	{"client.counts", "threads", "@threadcounts", "undocumented, as clients read it"},
	{"client.counts", "channels[]", "@counts", "undocumented, as clients read it"},
	{"client.counts", "mpims[]", "@counts", "undocumented, as clients read it"},
	{"client.counts", "ims[]", "@counts", "undocumented, as clients read it"},
	{"@threadcounts", "has_unreads", "bool", "of client.counts"},
	{"@threadcounts", "mention_count", "number", "of client.counts"},
	{"@counts", "id", "id:C", "of client.counts"},
	{"@counts", "last_read", "ts", "of client.counts"},
	{"@counts", "latest", "ts", "of client.counts"},
	{"@counts", "mention_count", "number", "of client.counts"},
	{"@counts", "has_unreads", "bool", "of client.counts"},
}

// waivedKeys is what the reference's answers have and ours have not, and why.
var waivedKeys = map[string]string{
	"bots.info bot": "Slack tells nothing either where none is named",
	"conversations.create channel.properties":   "of canvases, which there are none of",
	"conversations.invite channel.is_read_only": "no channel is",
	"conversations.rename channel.is_read_only": "no channel is",
	"conversations.rename channel.locale":       "conversations.info tells it, where asked",
	"conversations.rename channel.num_members":  "conversations.info tells it, where asked",
	"reactions.get message.reactions":           "absent from messages without any",
	"team.info team.enterprise_id":              "there are no organisations of workspaces",
	"team.info team.enterprise_name":            "there are no organisations of workspaces",
	"users.info user":                           "users is in its place where several are asked for",
	"users.info user.profile.email":             "bots have none, and tokens need a scope for it",
	"users.info user.profile.image_original":    "nobody uploaded a picture",
	"users.list members[].profile.email":        "bots have none, and tokens need a scope for it",

	"users.profile.get profile.email":                      "bots have none, and tokens need a scope for it",
	"users.profile.get profile.huddle_state":               "there are no huddles",
	"users.profile.get profile.huddle_state_expiration_ts": "there are no huddles",
	"users.profile.get profile.pronouns":                   "not kept",
	"users.profile.get profile.start_date":                 "not kept",
	"users.profile.set profile.huddle_state":               "there are no huddles",
	"users.profile.set profile.huddle_state_expiration_ts": "there are no huddles",
	"users.profile.set profile.pronouns":                   "not kept",
	"users.profile.set profile.start_date":                 "not kept",
}
