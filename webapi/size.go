package webapi

import (
	"unicode/utf8"

	"taut/chat"
)

// maxMessageBytes bounds a message as JSON. Each of its parts has a bound of its
// own too, but what holds messages (pages, sockets' queues) counts on this one.
const maxMessageBytes = 200 << 10

// fits fails where the message is too long, under Slack's name for its longest
// part. The copy of a reply's root is not the message's own.
func fits(m chat.Message) error {
	m.Root, m.Reactions = nil, nil
	// No byte of a text takes more than six; of JSON, not more than two.
	if 6*len(m.Text)+2*(len(m.Blocks)+len(m.Attachments)+len(m.Metadata)) <= maxMessageBytes {
		return nil
	}
	body, err := encode(&m)
	if err != nil || len(body) <= maxMessageBytes {
		return err
	}
	longest, name := len(body)-len(m.Blocks)-len(m.Attachments)-len(m.Metadata), "msg_too_long"
	for _, part := range []struct {
		size int
		name string
	}{
		{len(m.Blocks), "msg_blocks_too_long"},
		{len(m.Attachments), "attachment_payload_limit_exceeded"},
		{len(m.Metadata), "metadata_too_large"},
	} {
		if part.size > longest {
			longest, name = part.size, part.name
		}
	}
	return fail(name)
}

const (
	maxUsername = 80    // characters
	maxIconURL  = 2_048 // bytes
)

// checkCostume bounds the name and icon that a bot asks for.
func (q *request) checkCostume() error {
	var messages []string
	if utf8.RuneCountInString(q.args.text("username")) > maxUsername {
		messages = append(messages, "[ERROR] must be less than 81 characters [json-pointer:/username]")
	}
	if len(q.args.text("icon_url")) > maxIconURL {
		messages = append(messages, "[ERROR] must be less than 2049 characters [json-pointer:/icon_url]")
	}
	if icon := q.args.text("icon_url"); icon != "" && !isWebLink(icon) {
		messages = append(messages, "[ERROR] must be an URL that begins with https:// or http:// [json-pointer:/icon_url]")
	}
	if len(q.args.text("icon_emoji")) > chat.MaxEmojiName+len("::") {
		messages = append(messages, "[ERROR] must be less than 103 characters [json-pointer:/icon_emoji]")
	}
	if messages == nil {
		return nil
	}
	return invalidArguments(messages...)
}
