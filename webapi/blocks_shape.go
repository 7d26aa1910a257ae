package webapi

import "encoding/json"

// What a client reads of a block without looking has to be what it takes it for:
// a list of objects where it goes through a list, a text where it shows one. What
// is unknown, or absent, is the sender's affair.

// shape tells whether a value is what is expected at its place.
type shape func(any) bool

// blockShapes are the members of blocks that have one.
var blockShapes = map[string]map[string]shape{
	"section":   {"text": isTextObject, "fields": listOf(isTextObject), "accessory": isObject},
	"header":    {"text": isTextObject},
	"markdown":  {"text": isString},
	"context":   {"elements": listOf(isObject)},
	"actions":   {"elements": listOf(isObject)},
	"input":     {"label": isTextObject, "hint": isTextObject, "element": isObject},
	"image":     {"image_url": isString, "alt_text": isString, "title": isTextObject, "slack_file": isObject},
	"video":     {"title": isTextObject, "description": isTextObject, "alt_text": isString, "video_url": isString, "thumbnail_url": isString},
	"table":     {"rows": listOf(listOf(isObject)), "column_settings": isList},
	"rich_text": {"elements": listOf(isRichText)},
}

// richShapes are the members of what stands in rich_text.
var richShapes = map[string]map[string]shape{
	"text":      {"text": isString, "style": isObject},
	"link":      {"url": isString, "text": isString, "style": isObject},
	"emoji":     {"name": isString, "unicode": isString},
	"user":      {"user_id": isString},
	"usergroup": {"usergroup_id": isString},
	"channel":   {"channel_id": isString},
	"team":      {"team_id": isString},
	"broadcast": {"range": isString},
	"color":     {"value": isString},
	"date":      {"timestamp": isNumber, "format": isString, "fallback": isString, "url": isString},

	"rich_text_preformatted": {"border": isNumber, "language": isString},
	"rich_text_quote":        {"border": isNumber},
	"rich_text_list":         {"style": isString, "indent": isNumber, "offset": isNumber, "border": isNumber},
}

func isList(v any) bool   { _, ok := v.([]any); return ok }
func isObject(v any) bool { _, ok := v.(map[string]any); return ok }
func isString(v any) bool { _, ok := v.(string); return ok }
func isNumber(v any) bool { _, ok := v.(float64); return ok }

func listOf(item shape) shape {
	return func(v any) bool {
		items, ok := v.([]any)
		for _, i := range items {
			ok = ok && item(i)
		}
		return ok
	}
}

// isTextObject: {"type": …, "text": …}.
func isTextObject(v any) bool {
	o, ok := v.(map[string]any)
	return ok && isString(o["text"])
}

func isRichText(v any) bool {
	o, ok := v.(map[string]any)
	if !ok || !isString(o["type"]) {
		return false
	}
	if elements, there := o["elements"]; there && elements != nil && !listOf(isRichText)(elements) {
		return false
	}
	return hasShapes(o, richShapes[o["type"].(string)])
}

// hasShapes tells whether an object's members are of these shapes, where they are there.
func hasShapes(o map[string]any, shapes map[string]shape) bool {
	for name, is := range shapes {
		if v, there := o[name]; there && v != nil && !is(v) {
			return false
		}
	}
	return true
}

// wellFormedBlock tells whether what a client reads of the block is of its kind.
func wellFormedBlock(raw json.RawMessage) bool {
	var block map[string]any
	if json.Unmarshal(raw, &block) != nil {
		return false
	}
	kind, _ := block["type"].(string)
	return hasShapes(block, blockShapes[kind])
}

// wellFormedBlocks is the same of a list of blocks, of which nothing else is known.
func wellFormedBlocks(raw json.RawMessage) bool {
	var blocks []json.RawMessage
	if json.Unmarshal(raw, &blocks) != nil {
		return false
	}
	for _, b := range blocks {
		if len(b) == 0 || b[0] != '{' || !wellFormedBlock(b) {
			return false
		}
	}
	return true
}
