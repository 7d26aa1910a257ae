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
	m.Files = q.wholeFiles(m.Files)
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

// wholeFiles puts the server's URL before the paths of files.
func (q *request) wholeFiles(files json.RawMessage) json.RawMessage {
	if len(files) == 0 {
		return files
	}
	var objects []json.RawMessage
	if json.Unmarshal(files, &objects) != nil {
		return files
	}
	for i, raw := range objects {
		var o chat.FileObject
		if json.Unmarshal(raw, &o) != nil {
			continue
		}
		before := o.URLPrivate
		if o.Absolute(q.publicURL()); o.URLPrivate == before {
			continue // whole already, or none of ours
		}
		if whole, err := encode(&o); err == nil {
			objects[i] = whole
		}
	}
	whole, err := encode(objects)
	if err != nil {
		return files
	}
	return whole
}
