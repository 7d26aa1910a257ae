package webapi

import (
	"bytes"
	"encoding/json"

	"taut/chat"
)

// present makes a stored message into one of an answer: without what only its
// event has, with whole URLs, and without metadata, its own and its root's,
// unless that is asked for.
func (q *request) present(m *chat.Message, withMetadata bool) {
	m.Channel, m.EventTS = "", 0
	m.BotProfile = q.wholeURLs(m.BotProfile)
	if !withMetadata {
		m.Metadata = nil
	}
	if m.Root != nil {
		root := *m.Root
		q.present(&root, withMetadata)
		m.Root = &root
	}
}

// wholeURLs puts the server's URL before the paths of a bot_profile's icons. A
// quote that is part of a name is escaped, so it can't begin such a path.
func (q *request) wholeURLs(profile json.RawMessage) json.RawMessage {
	const path = `":"` + chat.AvatarFolder
	if !bytes.Contains(profile, []byte(path)) {
		return profile
	}
	return bytes.ReplaceAll(profile, []byte(path), []byte(`":"`+q.publicURL()+chat.AvatarFolder))
}
