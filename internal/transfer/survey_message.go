package transfer

import (
	"cmp"
	"strings"

	"taut/chat"
)

// look notes whom a message names.
func (s *survey) look(m *messageRecord) {
	s.mention(m.User, m.UserProfile)
	s.mention(m.Inviter, nil)
	s.mention(m.ParentUserID, nil)
	if m.Comment != nil {
		s.mention(m.Comment.User, nil)
	}
	if m.Edited != nil {
		s.mention(m.Edited.User, nil)
	}
	for _, reaction := range m.Reactions {
		for _, u := range reaction.Users {
			s.mention(u, nil)
		}
	}
	if strings.Contains(m.Text, "<@") {
		for _, u := range chat.Mentions(m.Text).Users {
			s.mention(u, nil)
		}
	}
	if len(s.archive.uploads) > 0 {
		for _, f := range fileRecords(m.Files) {
			if s.archive.uploads[f.ID] != nil {
				s.files[f.ID] = true
			}
		}
	}
	s.lookAtBot(m)
}

// lookAtBot notes a bot that the users don't tell of. A message with a bot's id
// may be a person's, posted by an app for them: then the bot's own user is not
// known.
func (s *survey) lookAtBot(m *messageRecord) {
	id := string(m.BotID)
	if !mentionable(id, "B") {
		return
	}
	b := s.bots[id]
	if b == nil {
		b = &botRecord{id: id, app: string(m.AppID)}
		s.bots[id] = b
	}
	if u := s.byID[string(m.User)]; b.user == "" && u != nil && (u.IsBot || u.Updated == placeholder) && u.Profile.BotID == "" {
		b.user, u.IsBot, u.Deleted, u.Profile.BotID = u.ID, true, false, m.BotID
	}
	if b.name == "" {
		b.name = cmp.Or(profileName(m.BotProfile), m.BotName, m.Username)
	}
}

func profileName(raw []byte) string {
	var p struct {
		Name string `json:"name"`
	}
	if len(raw) > 0 {
		_, _ = read(raw, &p) // a name is all that is wanted of it
	}
	return p.Name
}
