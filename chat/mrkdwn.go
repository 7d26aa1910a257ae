package chat

import "strings"

// Slack's markup has two layers. Below, &amp; &lt; &gt; stand for themselves
// and <…> is an entity: a link, or a mention of a user, channel, user group or
// everybody. Above lie the styles: *bold*, _italic_, ~strike~, `code`, ```pre```,
// > quotes and • lists. FormatText makes stored text out of what was sent, on
// the lower layer; RichTextBlocks reads both layers.

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Escape makes text stand for itself in Slack's markup.
func Escape(text string) string { return escaper.Replace(text) }

// entityKind is what stands behind the < of an entity.
type entityKind byte

const (
	noEntity entityKind = iota
	userEntity
	channelEntity
	usergroupEntity
	broadcastEntity
	dateEntity
	labelEntity // <!something|label> that we don't know: the label is shown
	linkEntity
)

// entity is one <…>. All text is still escaped, as it stands in the message.
type entity struct {
	kind  entityKind
	id    string // of a mention; the range of a broadcast
	url   string // of a link, or of a date
	label string // after the |
	// Of a date.
	timestamp, format string
}

// entityEnd finds the > of the entity whose < is at s[at], or -1. It looks no
// further than the next <, so that looking at every < of a text takes linear
// time.
func entityEnd(s string, at int) int {
	for i := at + 1; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i
		case '<', '\n':
			return -1
		}
	}
	return -1
}

// parseEntity reads what stands between < and >; kind noEntity: it is just text.
func parseEntity(inner string) entity {
	body, label, _ := strings.Cut(inner, "|")
	if body == "" {
		return entity{}
	}
	switch body[0] {
	case '@':
		return mention(userEntity, body[1:], "UW", label)
	case '#':
		return mention(channelEntity, body[1:], "CGD", label)
	case '!':
		return command(body[1:], label)
	}
	if !linkable(body) {
		return entity{}
	}
	return entity{kind: linkEntity, url: body, label: label}
}

func mention(kind entityKind, id, letters, label string) entity {
	if !mentionableID(id, letters) {
		return entity{}
	}
	return entity{kind: kind, id: id, label: label}
}

// mentionableID is looser than ValidID: messages that were imported, or written
// by hand, name ids of any length.
func mentionableID(id, letters string) bool {
	if len(id) < 2 || len(id) > 32 || strings.IndexByte(letters, id[0]) < 0 {
		return false
	}
	for _, c := range []byte(id) {
		if !isDigit(c) && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// command reads what begins with an exclamation mark.
func command(body, label string) entity {
	name, rest, _ := strings.Cut(body, "^")
	switch name {
	case "here", "channel", "everyone":
		return entity{kind: broadcastEntity, id: name, label: label}
	case "group":
		return entity{kind: broadcastEntity, id: "channel", label: label}
	case "subteam":
		return mention(usergroupEntity, rest, "S", label)
	case "date":
		return date(rest, label)
	}
	if label == "" {
		return entity{}
	}
	return entity{kind: labelEntity, label: label}
}

func date(rest, label string) entity {
	timestamp, rest, _ := strings.Cut(rest, "^")
	format, url, _ := strings.Cut(rest, "^")
	if len(timestamp) > 12 || !allDigits(timestamp) || format == "" || url != "" && !linkable(url) {
		return entity{}
	}
	return entity{kind: dateEntity, timestamp: timestamp, format: format, url: url, label: label}
}

// linkable tells whether url begins with a scheme that may be linked. Those
// that run code in a browser may not.
func linkable(url string) bool {
	scheme, rest, ok := strings.Cut(url, ":")
	if !ok || rest == "" || !validScheme(scheme) || strings.ContainsAny(url, " \t\r`") {
		return false
	}
	switch strings.ToLower(scheme) {
	case "javascript", "vbscript", "data":
		return false
	case "mailto", "tel", "sip", "sms", "skype", "callto", "facetime", "spotify":
		return true
	}
	return strings.HasPrefix(rest, "//") && len(rest) > 2
}

func validScheme(s string) bool {
	if s == "" || len(s) > 32 || !isLetter(s[0]) {
		return false
	}
	for _, c := range []byte(s) {
		if !isAlnum(c) && c != '+' && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if !isDigit(c) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return isDigit(c) || isLetter(c) }

// isWord tells whether c belongs to a word, so that no markup begins or ends
// beside it. All of a letter beyond ASCII counts.
func isWord(c byte) bool { return isAlnum(c) || c >= 0x80 }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
