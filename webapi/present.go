package webapi

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

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

// iconURL is an icon of ours in a bot_profile, with the URL that the server had
// when the message was stored, or with none. A quote that is part of a name is
// escaped, so none begins such a member.
var iconURL = regexp.MustCompile(`("image_[0-9]+":")[^"\\]*(` + chat.AvatarFolder + `g[0-9a-f]+-[0-9]+\.svg")`)

// wholeURLs makes a bot_profile's icons begin with the server's URL as it is now.
func (q *request) wholeURLs(profile json.RawMessage) json.RawMessage {
	base := q.publicURL()
	if len(profile) == 0 || bytes.Contains(profile, []byte(`":"`+base+chat.AvatarFolder)) {
		return profile
	}
	return iconURL.ReplaceAll(profile, []byte("${1}"+strings.ReplaceAll(base, "$", "$$")+"${2}"))
}

// wholeFiles puts the server's URL before the paths of files, as the caller came
// to it.
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
		o.Rebase(q.server.store.URL(), q.publicURL())
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
