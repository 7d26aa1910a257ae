package auth

import (
	"slices"
	"strings"

	"taut/chat"
)

// EveryScope is chat.EveryScope.
const EveryScope = chat.EveryScope

const sharedScopes = `bookmarks:read bookmarks:write calls:read calls:write canvases:read canvases:write
channels:history channels:read channels:write channels:write.invites channels:write.topic chat:write dnd:read emoji:read
files:read files:write groups:history groups:read groups:write groups:write.invites groups:write.topic
im:history im:read im:write im:write.topic links:read links:write lists:read lists:write
mpim:history mpim:read mpim:write mpim:write.topic pins:read pins:write reactions:read reactions:write
remote_files:read remote_files:share search:read.files search:read.public search:read.users team:read
usergroups:read usergroups:write users.profile:read users:read users:read.email users:write `

var (
	userScopes = scopes(sharedScopes + `admin.conversations:write identify identity:read client dnd:write reminders:read reminders:write search:read
search:read.im search:read.mpim search:read.private stars:read stars:write users.profile:write`)
	botScopes = scopes(sharedScopes + `app_mentions:read assistant:write bot channels:join channels:manage
chat:write.customize chat:write.public commands conversations.connect:manage conversations.connect:write
incoming-webhook remote_files:write rtm:stream`)
	appScopes = scopes("app_configurations:write authorizations:read connections:write")
)

func scopes(text string) []string {
	list := strings.Fields(text)
	slices.Sort(list)
	return list
}

// every is what EveryScope stands for. The slice is shared: nobody writes to it.
func every(t chat.TokenType) []string {
	switch t {
	case chat.UserToken, chat.SessionToken:
		return userScopes
	case chat.BotToken:
		return botScopes
	case chat.AppToken:
		return appScopes
	}
	return nil
}

// expand gives the scopes that kept ones stand for.
func expand(t chat.TokenType, kept []string) []string {
	if len(kept) == 1 && kept[0] == EveryScope {
		return every(t)
	}
	return kept
}

// ScopesOf are all that a token of the type can have. The slice is shared: nobody
// writes to it.
func ScopesOf(t chat.TokenType) []string { return every(t) }
