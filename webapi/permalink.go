package webapi

import (
	"strings"

	"taut/chat"
)

// permalink is a message's URL; that of a reply also names its thread.
func (q *request) permalink(channel chat.ChannelID, m chat.Message) string {
	link := q.publicURL() + "/archives/" + string(channel) + "/p" + strings.ReplaceAll(m.TS.String(), ".", "")
	if m.ThreadTS != 0 && m.ThreadTS != m.TS {
		link += "?thread_ts=" + m.ThreadTS.String() + "&cid=" + string(channel)
	}
	return link
}
