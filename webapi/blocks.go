package webapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"taut/chat"
)

// blockTypes are the blocks that a message may have.
var blockTypes = map[string]bool{
	"actions": true, "alert": true, "call": true, "card": true, "carousel": true, "contact_card": true,
	"context": true, "context_actions": true, "divider": true, "file": true, "header": true, "image": true,
	"input": true, "markdown": true, "plan": true, "rich_text": true, "section": true, "share_shortcut": true,
	"table": true, "task_card": true, "video": true,
}

const maxBlockID = 255

// readBlocks checks that raw is an array of blocks of known types, and gives
// those without a block_id one. What is inside a block has the shape that readers
// take it for, and is the sender's affair else.
func readBlocks(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	if len(raw) > maxBlocksBytes {
		return nil, fail("msg_blocks_too_long")
	}
	if !nestedWithin(raw, maxNesting) {
		return nil, invalidBlocks("nested too deeply [json-pointer:/blocks]")
	}
	var blocks []json.RawMessage
	if json.Unmarshal(raw, &blocks) != nil {
		return nil, fail("invalid_blocks_format")
	}
	if len(blocks) > maxBlocks {
		return nil, invalidBlocks("no more than %d items allowed [json-pointer:/blocks]", maxBlocks)
	}
	seen := make(map[string]bool, len(blocks))
	for i := range blocks {
		if err := readBlock(blocks, i, seen); err != nil {
			return nil, err
		}
	}
	return joinArray(blocks), nil
}

func invalidBlocks(format string, a ...any) error {
	return &apiError{name: "invalid_blocks", messages: []string{"[ERROR] " + fmt.Sprintf(format, a...)}}
}

func readBlock(blocks []json.RawMessage, i int, seen map[string]bool) error {
	var head struct {
		Type    string  `json:"type"`
		BlockID *string `json:"block_id"`
	}
	if json.Unmarshal(blocks[i], &head) != nil || blocks[i][0] != '{' {
		return invalidBlocks("must be an object [json-pointer:/blocks/%d]", i)
	}
	if !blockTypes[head.Type] {
		return invalidBlocks("unsupported type: %.50s [json-pointer:/blocks/%d/type]", head.Type, i)
	}
	if !wellFormedBlock(blocks[i]) {
		return invalidBlocks("failed to match all allowed schemas [json-pointer:/blocks/%d]", i)
	}
	if head.BlockID == nil {
		blocks[i] = withMember(blocks[i], `"block_id":"`+chat.NewBlockID()+`"`)
		return nil
	}
	id := *head.BlockID
	if id == "" || len(id) > maxBlockID || seen[id] {
		return invalidBlocks("must be 1 to %d characters, and unique [json-pointer:/blocks/%d/block_id]", maxBlockID, i)
	}
	seen[id] = true
	return nil
}

// withMember puts a member before those of a JSON object, which is valid and has
// none of that name, or null.
func withMember(object json.RawMessage, member string) json.RawMessage {
	out := append(make(json.RawMessage, 0, len(object)+len(member)+1), '{')
	out = append(out, member...)
	if !isEmpty(object) {
		out = append(out, ',')
	}
	return append(out, object[1:]...)
}

func joinArray(items []json.RawMessage) json.RawMessage {
	out := json.RawMessage{'['}
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, item...)
	}
	return append(out, ']')
}

// readAttachments checks that raw is an array of attachments, and numbers them.
// Links in them lead to the web or to mail.
func readAttachments(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil || string(raw) == "false" || string(raw) == "true" {
		return nil, nil
	}
	if len(raw) > maxAttachmentsBytes {
		return nil, fail("attachment_payload_limit_exceeded")
	}
	var attachments []json.RawMessage
	if !nestedWithin(raw, maxNesting) || json.Unmarshal(raw, &attachments) != nil {
		return nil, fail("invalid_attachments")
	}
	if len(attachments) > maxAttachments {
		return nil, fail("too_many_attachments")
	}
	for i := range attachments {
		if err := readAttachment(attachments, i); err != nil {
			return nil, err
		}
	}
	return chat.WebLinks(joinArray(attachments)), nil
}

func readAttachment(attachments []json.RawMessage, i int) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(attachments[i], &members) != nil || members == nil || !normalAttachment(members) {
		return fail("invalid_attachments")
	}
	if _, ok := members["fallback"]; !ok {
		members["fallback"] = json.RawMessage(`"[no preview available]"`)
	}
	members["id"] = json.RawMessage(fmt.Sprint(i + 1))
	completed, err := encode(members)
	attachments[i] = completed
	return err
}

// readMetadata checks that raw is an event with a payload, entities, or {}.
func readMetadata(raw json.RawMessage) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	if len(raw) > maxMetadataBytes {
		return nil, fail("metadata_too_large")
	}
	var metadata struct {
		EventType    string          `json:"event_type"`
		EventPayload json.RawMessage `json:"event_payload"`
		Entities     json.RawMessage `json:"entities"`
	}
	raw = bytes.TrimSpace(raw)
	if !nestedWithin(raw, maxNesting) || json.Unmarshal(raw, &metadata) != nil || raw[0] != '{' {
		return nil, fail("invalid_metadata_format")
	}
	isEvent := metadata.EventType != "" && len(metadata.EventPayload) > 0 && metadata.EventPayload[0] == '{'
	if !isEvent && metadata.Entities == nil && !isEmpty(raw) {
		return nil, fail("invalid_metadata_schema")
	}
	return raw, nil
}

// repeatsText tells whether blocks, of a stored message, are only the text in
// another form.
func repeatsText(blocks json.RawMessage) bool {
	if blocks == nil {
		return true
	}
	var heads []struct {
		Type string `json:"type"`
	}
	return json.Unmarshal(blocks, &heads) == nil && len(heads) == 1 && heads[0].Type == "rich_text"
}

// blockMentions gathers what the blocks mention, as text.
func blockMentions(blocks json.RawMessage) string {
	var tree any
	if json.Unmarshal(blocks, &tree) != nil {
		return ""
	}
	var found strings.Builder
	collectMentions(&found, tree)
	return found.String()
}

// collectMentions goes as deep as encoding/json has let the tree be.
func collectMentions(found *strings.Builder, node any) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			collectMentions(found, child)
		}
	case map[string]any:
		switch text, _ := node["text"].(string); {
		case node["type"] == "user":
			fmt.Fprintf(found, "<@%v>", node["user_id"])
		case node["type"] == "broadcast":
			fmt.Fprintf(found, "<!%v>", node["range"])
		case node["type"] == "mrkdwn":
			found.WriteString(text)
		}
		for _, child := range node {
			collectMentions(found, child)
		}
	}
}

// textBlocks is the rich_text block that stands for a text; nil for none. A
// plain text's has no styles.
func textBlocks(text string, plain bool) json.RawMessage {
	switch {
	case isBlank(text):
		return nil
	case plain:
		return chat.PlainTextBlocks(text)
	}
	return chat.RichTextBlocks(text)
}
