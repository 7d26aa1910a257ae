//go:build e2e

package e2e

import (
	"cmp"
	"os"

	"github.com/slack-go/slack"
)

// bytes are slack-go's uploads and downloads.
func (g *goClient) bytes(c object) (object, error) {
	switch c["do"] {
	case "photo":
		return nil, g.api.SetUserPhoto(c.text("path"), slack.NewUserSetPhotoParams())
	case "download":
		f, err := os.Create(c.text("path"))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return nil, g.api.GetFile(c.text("url"), f)
	}
	info, err := os.Stat(c.text("path"))
	if err != nil {
		return nil, err
	}
	made, err := g.api.UploadFile(slack.UploadFileParameters{
		File: c.text("path"), FileSize: int(info.Size()), Filename: c.text("name"),
		Channel: c.text("channel"), InitialComment: "here is " + c.text("name"),
	})
	if err != nil {
		return nil, err
	}
	return object{"file": map[string]any{"id": made.ID}}, nil
}

// goFamilies are slack-go's functions for what is beyond a conversation.
var goFamilies = map[string]func(api *slack.Client, a object) (any, error){
	"pins.add": func(api *slack.Client, a object) (any, error) {
		return nil, api.AddPin(a.text("channel"), item(a))
	},
	"pins.remove": func(api *slack.Client, a object) (any, error) {
		return nil, api.RemovePin(a.text("channel"), item(a))
	},
	"pins.list": func(api *slack.Client, a object) (any, error) {
		items, _, err := api.ListPins(a.text("channel"))
		return object{"items": items}, err
	},
	"bookmarks.add": func(api *slack.Client, a object) (any, error) {
		made, err := api.AddBookmark(a.text("channel_id"), slack.AddBookmarkParameters{Title: a.text("title"), Type: a.text("type"), Link: a.text("link")})
		return object{"bookmark": made}, err
	},
	"bookmarks.edit": func(api *slack.Client, a object) (any, error) {
		title := a.text("title")
		changed, err := api.EditBookmark(a.text("channel_id"), a.text("bookmark_id"), slack.EditBookmarkParameters{Title: &title})
		return object{"bookmark": changed}, err
	},
	"bookmarks.list": func(api *slack.Client, a object) (any, error) {
		all, err := api.ListBookmarks(a.text("channel_id"))
		return object{"bookmarks": all}, err
	},
	"bookmarks.remove": func(api *slack.Client, a object) (any, error) {
		return nil, api.RemoveBookmark(a.text("channel_id"), a.text("bookmark_id"))
	},
	"chat.scheduleMessage": func(api *slack.Client, a object) (any, error) {
		_, id, err := api.ScheduleMessage(a.text("channel"), a.text("post_at"), options(a)...)
		return object{"scheduled_message_id": id}, err
	},
	"chat.scheduledMessages.list": func(api *slack.Client, a object) (any, error) {
		all, cursor, err := api.GetScheduledMessages(&slack.GetScheduledMessagesParameters{Channel: a.text("channel"), Limit: number(a["limit"]), Cursor: a.text("cursor")})
		return object{"scheduled_messages": all, "response_metadata": object{"next_cursor": cursor}}, err
	},
	"chat.deleteScheduledMessage": func(api *slack.Client, a object) (any, error) {
		_, err := api.DeleteScheduledMessage(&slack.DeleteScheduledMessageParameters{Channel: a.text("channel"), ScheduledMessageID: a.text("scheduled_message_id")})
		return nil, err
	},
	"reminders.add": func(api *slack.Client, a object) (any, error) {
		made, err := api.AddUserReminder(a.text("user"), a.text("text"), a.text("time"))
		return object{"reminder": made}, err
	},
	"reminders.list": func(api *slack.Client, _ object) (any, error) {
		all, err := api.ListReminders()
		return object{"reminders": all}, err
	},
	"reminders.delete": func(api *slack.Client, a object) (any, error) {
		return nil, api.DeleteReminder(a.text("reminder"))
	},
	"dnd.setSnooze": func(api *slack.Client, _ object) (any, error) { return api.SetSnooze(5) },
	"dnd.endSnooze": func(api *slack.Client, _ object) (any, error) { return api.EndSnooze() },
	"dnd.info":      func(api *slack.Client, _ object) (any, error) { return api.GetDNDInfo(nil) },
	"usergroups.create": func(api *slack.Client, a object) (any, error) {
		made, err := api.CreateUserGroup(slack.UserGroup{Name: a.text("name"), Handle: a.text("handle")})
		return object{"usergroup": made}, err
	},
	"usergroups.users.update": func(api *slack.Client, a object) (any, error) {
		changed, err := api.UpdateUserGroupMembers(a.text("usergroup"), a.text("users"))
		return object{"usergroup": changed}, err
	},
	"usergroups.users.list": func(api *slack.Client, a object) (any, error) {
		users, err := api.GetUserGroupMembers(a.text("usergroup"))
		return object{"users": users}, err
	},
	"usergroups.list": func(api *slack.Client, _ object) (any, error) {
		all, err := api.GetUserGroups()
		return object{"usergroups": all}, err
	},
	"usergroups.disable": func(api *slack.Client, a object) (any, error) {
		changed, err := api.DisableUserGroup(a.text("usergroup"))
		return object{"usergroup": changed}, err
	},
	"search.messages": func(api *slack.Client, a object) (any, error) {
		found, err := api.SearchMessages(a.text("query"), slack.NewSearchParameters())
		return object{"messages": found}, err
	},
	"search.files": func(api *slack.Client, a object) (any, error) {
		found, err := api.SearchFiles(a.text("query"), slack.NewSearchParameters())
		return object{"files": found}, err
	},
	"files.info": func(api *slack.Client, a object) (any, error) {
		f, _, _, err := api.GetFileInfo(a.text("file"), 0, 0)
		return object{"file": f}, err
	},
	"files.list": func(api *slack.Client, a object) (any, error) {
		all, paging, err := api.GetFiles(slack.GetFilesParameters{Channel: a.text("channel"), Count: cmp.Or(number(a["count"]), 100), Page: max(number(a["page"]), 1)})
		return object{"files": all, "paging": paging}, err
	},
	"files.delete": func(api *slack.Client, a object) (any, error) {
		return nil, api.DeleteFile(a.text("file"))
	},
	"users.profile.set": func(api *slack.Client, _ object) (any, error) {
		return nil, api.SetUserCustomStatus("at lunch", ":taco:", 0)
	},
	"users.profile.get": func(api *slack.Client, a object) (any, error) {
		p, err := api.GetUserProfile(&slack.GetUserProfileParameters{UserID: a.text("user")})
		return object{"profile": p}, err
	},
	"usergroups.enable": func(api *slack.Client, a object) (any, error) {
		changed, err := api.EnableUserGroup(a.text("usergroup"))
		return object{"usergroup": changed}, err
	},
	"usergroups.update": func(api *slack.Client, a object) (any, error) {
		changed, err := api.UpdateUserGroup(a.text("usergroup"), slack.UpdateUserGroupsOptionName(a.text("name")))
		return object{"usergroup": changed}, err
	},
	"search.all": func(api *slack.Client, a object) (any, error) {
		messages, files, err := api.Search(a.text("query"), slack.NewSearchParameters())
		return object{"messages": messages, "files": files}, err
	},
	"users.lookupByEmail": func(api *slack.Client, a object) (any, error) {
		user, err := api.GetUserByEmail(a.text("email"))
		return object{"user": user}, err
	},
	"users.identity":   func(api *slack.Client, _ object) (any, error) { return api.GetUserIdentity() },
	"team.profile.get": func(api *slack.Client, _ object) (any, error) { return api.GetTeamProfile() },
	"bots.info": func(api *slack.Client, a object) (any, error) {
		bot, err := api.GetBotInfo(slack.GetBotInfoParameters{Bot: a.text("bot")})
		return object{"bot": bot}, err
	},
	"conversations.close": func(api *slack.Client, a object) (any, error) {
		_, _, err := api.CloseConversation(a.text("channel"))
		return nil, err
	},
	"conversations.unarchive": func(api *slack.Client, a object) (any, error) {
		return nil, api.UnArchiveConversation(a.text("channel"))
	},
	"conversations.setPurpose": func(api *slack.Client, a object) (any, error) {
		return channelOf(api.SetPurposeOfConversation(a.text("channel"), a.text("purpose")))
	},
	"chat.meMessage": func(api *slack.Client, a object) (any, error) {
		channel, ts, err := api.PostMessage(a.text("channel"), slack.MsgOptionText(a.text("text"), false), slack.MsgOptionMeMessage())
		return object{"channel": channel, "ts": ts}, err
	},
	"reactions.list": func(api *slack.Client, a object) (any, error) {
		items, cursor, err := api.ListReactions(slack.ListReactionsParameters{User: a.text("user"), Limit: number(a["limit"]), Cursor: a.text("cursor")})
		return object{"items": items, "response_metadata": object{"next_cursor": cursor}}, err
	},
	"auth.revoke": func(api *slack.Client, a object) (any, error) { return api.SendAuthRevoke(a.text("token")) },
}
