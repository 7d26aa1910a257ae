package webapi

// otherRequired are methods whose required arguments differ from the
// reference's, and why.
var otherRequired = map[string]string{
	"chat.meMessage":           "without a text it is no_text",
	"conversations.create":     "without a name it is invalid_name_required",
	"conversations.invite":     "without users it is no_user",
	"conversations.rename":     "without a name it is invalid_name_required",
	"conversations.setPurpose": "an empty purpose, which clients send as none, clears it",
	"conversations.setTopic":   "an empty topic, which clients send as none, clears it",
	"reactions.add":            "without them it is no_item_specified, invalid_name or bad_timestamp",
	"reactions.remove":         "without a name it is invalid_name",
	"search.all":               "without a query it is no_query",
	"search.files":             "without a query it is no_query",
	"search.messages":          "without a query it is no_query",
	"users.info":               "several are asked for by users in its place",
}

// otherScopes are methods whose scopes differ from the reference's, and why.
var otherScopes = map[string]string{
	"conversations.invite": "group DMs take the narrow scope too, as channels do",
	"conversations.kick":   "a DM's refusal needs a scope to be told",
}

// otherErrors are errors by method, or "*" for all, that the reference has not
// there, and why.
var otherErrors = map[string]string{
	"* service_unavailable":               "the server stops, or the store is busy: HTTP 503",
	"* request_too_large":                 "HTTP 413, of a body past the bound",
	"* invalid_json":                      "of a JSON body that is none; the reference has it of Slack's JSON posts, not by method",
	"* json_not_object":                   "of a JSON body that is a list or a word; as invalid_json",
	"* already_exists":                    "the last resort of the table from codes to names",
	"* not_in_channel":                    "a public channel is read and changed by its members",
	"* user_not_visible":                  "of a guest who may not see the user, as users.info",
	"* user_not_found":                    "of a user of another workspace, or of none",
	"* channel_not_found":                 "of a conversation of another workspace, or of none",
	"* is_archived":                       "an archived conversation takes no change",
	"* limit_exceeded":                    "a person keeps no more saved messages, drafts or preferences",
	"chat.scheduleMessage file_not_found": "of file_ids, which Slack's has not",
	"* already_saved":                     "the message is among the saved ones already",
	"* no_such_subteam":                   "of a user group of another workspace, or of none",
	"* invalid_cursor":                    "of a cursor that no page gave",

	"* two_factor_setup_required": "the workspace wants a second factor of everybody",
	"files.upload no_file_data":   "neither file nor content was sent",

	"chat.postMessage invalid_attachments":                 "as chat.postEphemeral has it",
	"chat.postMessage invalid_thread_ts":                   "of a ts that is none",
	"chat.postMessage msg_too_long":                        "as chat.postEphemeral has it",
	"chat.postMessage thread_not_found":                    "there is no such message to reply to",
	"chat.postEphemeral invalid_metadata_format":           "as chat.postMessage has it",
	"chat.postEphemeral msg_blocks_too_long":               "as chat.postMessage has it",
	"chat.postEphemeral attachment_payload_limit_exceeded": "as chat.postMessage has it",
	"files.completeUploadExternal invalid_blocks_format":   "as chat.postMessage has it",
	"files.completeUploadExternal thread_not_found":        "as chat.postMessage has it",
	"files.upload storage_limit_reached":                   "as files.getUploadURLExternal has it",
	"files.upload file_uploads_disabled":                   "as files.getUploadURLExternal has it",
	"reactions.add file_not_found":                         "as reactions.get has it",

	"webhook no_service":          "of incoming webhooks, which have errors of their own",
	"webhook invalid_payload":     "of incoming webhooks",
	"webhook action_prohibited":   "of incoming webhooks",
	"webhook channel_is_archived": "of incoming webhooks",

	"manage.webhooks.revoke webhook_not_found": "a method of our own",
}
