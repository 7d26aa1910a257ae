package webapi

// unreadArguments are documented arguments that nothing reads, by method, or "*" for
// all that have it, and why.
var unreadArguments = map[string]string{
	"* as_user":       "of the classic apps: the token says as whom one writes",
	"* include_count": "user_count is always there",
	"* team_id":       "of tokens of several workspaces: a token of ours is of one",

	"admin.conversations.convertToPrivate name":      "of group DMs, which are not converted",
	"bookmarks.add access_level":                     "of files as bookmarks: ours are links",
	"bookmarks.add entity_id":                        "of files and messages as bookmarks: ours are links",
	"bookmarks.add parent_id":                        "of folders, which bookmarks have not",
	"bookmarks.remove quip_section_id":               "of another product of Slack's",
	"chat.postMessage current_draft_last_updated_ts": "drafts end by drafts.delete",
	"chat.unfurl user_auth_blocks":                   "of apps that ask people to sign in elsewhere; those see no notice here",
	"chat.unfurl user_auth_message":                  "as user_auth_blocks",
	"chat.unfurl user_auth_required":                 "as user_auth_blocks",
	"chat.unfurl user_auth_url":                      "as user_auth_blocks",
	"chat.update unfurled_attachments":               "Slack's own client's: unfurls stay with the message's links",
	"emoji.list include_categories":                  "custom emoji alone are listed",
	"files.info count":                               "of comments on files, which are none",
	"files.info cursor":                              "as count",
	"files.info limit":                               "as count",
	"files.info page":                                "as count",
	"files.list show_files_hidden_by_limit":          "no file is hidden",
	"reactions.get full":                             "fifty people of each reaction are named; the count goes on",
	"reactions.list full":                            "as reactions.get",
	"rtm.connect presence_sub":                       "presence comes by subscription alone",
	"team.profile.get visibility":                    "there are no custom fields",
	"usergroups.create additional_channels":          "of sections and channels that groups bring along",
	"usergroups.create enable_section":               "as additional_channels",
	"usergroups.update additional_channels":          "as additional_channels of usergroups.create",
	"usergroups.update enable_section":               "as additional_channels of usergroups.create",
	"usergroups.users.update additional_channels":    "as additional_channels of usergroups.create",
	"usergroups.users.update is_shared":              "as additional_channels of usergroups.create",
	"users.profile.get include_labels":               "there are no custom fields",
}
