package chat

import "strings"

// MentionSet is whom a text mentions.
type MentionSet struct {
	Users     []UserID // each once, in the order of the text
	Subteams  []string
	Here      bool
	Channel   bool
	Everyone  bool
	seenUsers map[UserID]bool
}

// All tells whether everybody of the channel is mentioned.
func (m MentionSet) All() bool { return m.Here || m.Channel || m.Everyone }

// Mentions reads the mentions out of stored text.
func Mentions(text string) MentionSet {
	var m MentionSet
	for i := strings.IndexByte(text, '<'); i >= 0; {
		end := entityEnd(text, i)
		if end > 0 {
			m.add(parseEntity(text[i+1 : end]))
		}
		next := strings.IndexByte(text[i+1:], '<')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return m
}

func (m *MentionSet) add(e entity) {
	switch e.kind {
	case userEntity:
		m.addUser(UserID(e.id))
	case usergroupEntity:
		m.Subteams = append(m.Subteams, e.id)
	case broadcastEntity:
		m.Here = m.Here || e.id == "here"
		m.Channel = m.Channel || e.id == "channel"
		m.Everyone = m.Everyone || e.id == "everyone"
	}
}

func (m *MentionSet) addUser(u UserID) {
	if m.seenUsers[u] {
		return
	}
	if m.seenUsers == nil {
		m.seenUsers = map[UserID]bool{}
	}
	m.seenUsers[u] = true
	m.Users = append(m.Users, u)
}
