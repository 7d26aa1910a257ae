package chat

import "strings"

// Permalink is a message's URL after the server's own, without the last slash;
// that of a reply also names its thread.
func Permalink(base string, channel ChannelID, m Message) string {
	link := base + "/archives/" + string(channel) + "/p" + strings.ReplaceAll(m.TS.String(), ".", "")
	if m.ThreadTS != 0 && m.ThreadTS != m.TS {
		link += "?thread_ts=" + m.ThreadTS.String() + "&cid=" + string(channel)
	}
	return link
}
