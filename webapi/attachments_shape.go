package webapi

import "encoding/json"

// As with blocks, what a client reads of an attachment without looking has to be
// what it takes it for. Old integrations write numbers where texts belong: those
// become texts, and what is null is as if it weren't given.

// attachmentTexts are the members of an attachment that are shown or opened.
var attachmentTexts = []string{
	"author_icon", "author_link", "author_name", "author_subname", "callback_id", "color", "fallback", "footer", "footer_icon",
	"from_url", "image_url", "original_url", "pretext", "service_icon", "service_name", "service_url", "text", "thumb_url",
	"title", "title_link", "video_html", "video_url",
}

// attachmentShapes are the members that are something else.
var attachmentShapes = map[string]shape{
	"actions":        listOf(isObject),
	"blocks":         listOf(isObject),
	"files":          listOf(isObject),
	"message_blocks": listOf(isObject),
	"mrkdwn_in":      listOf(isString),
	"ts":             func(v any) bool { return isNumber(v) || isString(v) },
	"image_width":    isNumber,
	"image_height":   isNumber,
	"thumb_width":    isNumber,
	"thumb_height":   isNumber,
}

// normalAttachment makes its members what readers take them for; false: they are
// something else altogether.
func normalAttachment(members map[string]json.RawMessage) bool {
	for name, value := range members {
		if string(value) == "null" {
			delete(members, name)
		}
	}
	for _, name := range attachmentTexts {
		if !asText(members, name) {
			return false
		}
	}
	for name, is := range attachmentShapes {
		raw, given := members[name]
		var value any
		if given && (json.Unmarshal(raw, &value) != nil || !is(value)) {
			return false
		}
	}
	var blocks []json.RawMessage
	if raw, given := members["blocks"]; given && json.Unmarshal(raw, &blocks) != nil {
		return false
	}
	for _, block := range blocks {
		if !wellFormedBlock(block) {
			return false
		}
	}
	return normalFields(members)
}

// normalFields does the same for the attachment's fields.
func normalFields(members map[string]json.RawMessage) bool {
	raw, given := members["fields"]
	if !given {
		return true
	}
	var fields []map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return false
	}
	for _, field := range fields {
		if field == nil || !asText(field, "title") || !asText(field, "value") {
			return false
		}
		if short := string(field["short"]); short != "true" && short != "false" {
			delete(field, "short")
		}
	}
	normal, err := encode(fields)
	members["fields"] = normal
	return err == nil
}

// asText makes a text of a number or a boolean; false: it is a list or an object.
func asText(members map[string]json.RawMessage, name string) bool {
	raw, given := members[name]
	if !given || raw[0] == '"' {
		return true
	}
	switch raw[0] {
	case '{', '[':
		return false
	case 'n':
		delete(members, name)
	default:
		members[name] = json.RawMessage(`"` + string(raw) + `"`)
	}
	return true
}
