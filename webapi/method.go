package webapi

import (
	"context"
	"slices"
	"strings"

	"taut/chat"
)

// method is one row of the table.
type method struct {
	name   string
	handle handler
	// open says that it needs no token.
	open bool
	// guarded says of an open method that it changes something, and so is not for
	// other sites' pages to call.
	guarded bool
	// tokens are the token types that may call it; nil: of people and bots.
	tokens []chat.TokenType
	// scopes are those of which the token needs one; nil: none is needed.
	scopes []string
	// required are the arguments without which the call fails with
	// invalid_arguments, before the handler sees it.
	required []string
	// errors overrides, for this method, the common table's name for an error
	// (see names in error.go for its keys).
	errors map[string]string
	// upload is how long a file in a multipart body may be that the method reads
	// itself; 0: it takes none.
	upload int64
}

// handler does a method's work. The answer is a pointer to a struct that embeds
// reply. It may return an apiError, an error with a chat.Code, or any other
// error, which the client sees as internal_error.
type handler func(ctx context.Context, q *request) (answer, error)

// family is the first part of the name: "chat", "conversations".
func (m *method) family() string {
	name, _, _ := strings.Cut(m.name, ".")
	return name
}

func (m *method) accepts(t chat.TokenType) bool {
	switch {
	case m.tokens == nil:
		return t != chat.AppToken
	case t == chat.SessionToken && slices.Contains(m.tokens, chat.UserToken):
		return true // a session's is a person's too
	}
	return slices.Contains(m.tokens, t)
}

// allows tells whether a token with these scopes may call the method.
func (m *method) allows(provided []string) bool {
	return len(m.scopes) == 0 || slices.ContainsFunc(m.scopes, func(s string) bool {
		return slices.Contains(provided, s)
	})
}

// methods is the table of all families.
func (s *Server) methods() map[string]*method {
	table := make(map[string]*method)
	families := [][]method{
		s.apiMethods(), s.authMethods(), s.rtmMethods(), s.chatMethods(), s.reactionsMethods(),
		s.conversationsMethods(), s.usersMethods(), s.teamMethods(),
		s.pinsMethods(), s.bookmarksMethods(), s.subscriptionsMethods(),
		s.scheduledMethods(), s.remindersMethods(), s.savedMethods(), s.draftsMethods(), s.dndMethods(), s.usergroupsMethods(),
		s.filesMethods(), s.unfurlMethods(), s.searchMethods(),
		s.accountMethods(), s.manageMethods(), s.clientMethods(), s.activityMethods(), s.aliasMethods(),
		s.webhookMethods(), s.retentionMethods(), s.adminMethods(),
	}
	for _, family := range families {
		for _, m := range family {
			table[m.name] = &m
		}
	}
	return table
}
