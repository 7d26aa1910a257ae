package webapi

import "taut/chat"

// permalink is a message's URL.
func (q *request) permalink(channel chat.ChannelID, m chat.Message) string {
	return chat.Permalink(q.publicURL(), channel, m)
}
