package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"unicode/utf8"

	"taut/chat"
)

// Slack's limits of a message, and where it states none, ours: they keep an
// event within what a socket's queue holds.
const (
	maxText             = 40_000 // characters; what is beyond is cut off
	maxMarkdown         = 12_000 // characters
	maxBlocks           = 50
	maxBlocksBytes      = 100_000
	maxAttachments      = 100
	maxAttachmentsBytes = 100_000
	maxMetadataBytes    = 16_000
)

// content is what a message says: checked, formatted and completed. Of blocks,
// attachments and metadata nil means not given; given empty they are "[]" or "{}".
type content struct {
	text        string
	plain       bool            // mrkdwn=false: no styles in the text
	rich        json.RawMessage // the text as a block
	blocks      json.RawMessage
	attachments json.RawMessage
	metadata    json.RawMessage
}

// readContent takes a message's content out of the arguments.
func (q *request) readContent(ctx context.Context) (c content, err error) {
	if c.blocks, err = readBlocks(q.args.json("blocks")); err != nil {
		return c, err
	}
	if c.attachments, err = readAttachments(q.args.json("attachments")); err != nil {
		return c, err
	}
	if c.attachments, err = q.vouch(ctx, c.attachments); err != nil {
		return c, err
	}
	if c.metadata, err = readMetadata(q.args.json("metadata")); err != nil {
		return c, err
	}
	c.plain = !q.args.boolean("mrkdwn", true) || chat.Parse(q.args.text("parse")) == chat.ParseFull
	c.text = q.format(ctx, q.cut(q.args.text("text")))
	if isEmpty(c.blocks) {
		c.rich = textBlocks(c.text, c.plain)
	}
	if q.args.has("markdown_text") {
		err = c.readMarkdown(q.args.text("markdown_text"))
	}
	return c, err
}

// cut shortens a text that is too long, with a warning.
func (q *request) cut(text string) string {
	if len(text) <= maxText || utf8.RuneCountInString(text) <= maxText {
		return text
	}
	q.warn("message_truncated")
	left := maxText
	for i := range text {
		if left == 0 {
			return text[:i]
		}
		left--
	}
	return text
}

// format makes stored text out of what was sent.
func (q *request) format(ctx context.Context, text string) string {
	f := chat.Format{Parse: chat.Parse(q.args.text("parse")), LinkNames: q.args.boolean("link_names", false)}
	if f.LinkNames || f.Parse == chat.ParseFull || f.Parse == chat.ParseClient {
		f.Resolve = q.resolver(ctx)
	}
	return chat.FormatText(text, f)
}

// maxResolved bounds the names of one text that are looked up.
const maxResolved = 50

// resolver finds whom a name in a text means, among what the caller may see.
func (q *request) resolver(ctx context.Context) func(byte, string) (string, bool) {
	left := maxResolved
	return func(sigil byte, name string) (string, bool) {
		if left--; left < 0 {
			return "", false
		}
		if sigil == '@' {
			u, err := q.workspace.UserByName(ctx, name)
			if chat.CodeOf(err) == chat.NotFound {
				g, err := q.workspace.UsergroupByHandle(ctx, name)
				return g.ID, err == nil
			}
			if err == nil && q.caller.Role.IsGuest() {
				u, err = q.user(ctx, u.ID)
			}
			return string(u.ID), err == nil
		}
		c, err := q.namedChannel(ctx, name)
		return string(c.ID), err == nil
	}
}

// readMarkdown takes the text in Markdown, which becomes a block of its own
// kind; it excludes text and blocks.
func (c *content) readMarkdown(markdown string) error {
	if c.text != "" || c.blocks != nil {
		return fail("markdown_text_conflict")
	}
	if utf8.RuneCountInString(markdown) > maxMarkdown {
		return fail("msg_too_long")
	}
	block, err := encode([]markdownBlock{{"markdown", chat.NewBlockID(), markdown}})
	c.text, c.blocks = chat.Escape(markdown), block
	return err
}

type markdownBlock struct {
	Type    string `json:"type"`
	BlockID string `json:"block_id"`
	Text    string `json:"text"`
}

// empty tells whether there is nothing to show.
func (c *content) empty() bool {
	return isBlank(c.text) && isEmpty(c.blocks) && isEmpty(c.attachments)
}

// message is a new message with the content.
func (c *content) message() chat.Message {
	m := chat.Message{
		Text:        c.text,
		Blocks:      unlessEmpty(c.blocks),
		Attachments: unlessEmpty(c.attachments),
		Metadata:    unlessEmpty(c.metadata),
	}
	if m.Blocks == nil {
		m.Blocks = c.rich
	}
	return m
}

// revise changes a message to the content; what was not given stays.
func (c *content) revise(m *chat.Message) {
	if c.text != "" {
		m.Text = c.text
	}
	if c.blocks != nil {
		m.Blocks = unlessEmpty(c.blocks)
	}
	if c.attachments != nil {
		m.Attachments = unlessEmpty(c.attachments)
	} else {
		m.Attachments = keepUnfurls(m.Attachments, m.Text)
	}
	if c.metadata != nil {
		m.Metadata = unlessEmpty(c.metadata)
	}
	// Blocks that only repeat the text follow it.
	follows := c.text != "" && c.blocks == nil && repeatsText(m.Blocks)
	switch {
	case m.Subtype == chat.SubtypeMe:
	case follows:
		m.Blocks = c.rich
	case m.Blocks == nil:
		m.Blocks = textBlocks(m.Text, c.plain)
	}
}

// mentions are those of the text and of the blocks that were given.
func (c *content) mentions() chat.MentionSet {
	if unlessEmpty(c.blocks) == nil {
		return chat.Mentions(c.text)
	}
	return chat.Mentions(c.text + blockMentions(c.blocks))
}

func isBlank(text string) bool {
	for _, r := range text {
		if r != ' ' && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	return true
}

// isEmpty tells whether raw, which is valid, is nothing, [] or {}.
func isEmpty(raw json.RawMessage) bool {
	if len(raw) == 0 {
		return true
	}
	return len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0
}

func unlessEmpty(raw json.RawMessage) json.RawMessage {
	if isEmpty(raw) {
		return nil
	}
	return raw
}
