package webapi

// clientMethods are for clients of people. Those that Slack has too are
// undocumented there.
func (s *Server) clientMethods() []method {
	scopes := []string{clientScope}
	return []method{
		{name: "client.users", handle: s.clientUsers, scopes: scopes, tokens: people},
		{name: "client.channels", handle: s.clientChannels, scopes: scopes, tokens: people},
		{name: "client.userBoot", handle: s.clientUserBoot, scopes: scopes, tokens: people},
		{name: "client.membersAmong", handle: s.clientMembersAmong, scopes: scopes, tokens: people, required: []string{"channel", "users"}},
		{name: "client.moveBookmark", handle: s.clientMoveBookmark, scopes: scopes, tokens: people,
			required: []string{"channel", "bookmark_id", "place"}, errors: bookmarkErrors},
		{name: "client.images", handle: s.clientImages, scopes: scopes, tokens: people, required: []string{"urls"}},
	}
}
