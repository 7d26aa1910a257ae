package chat

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// maxRichText bounds the blocks, which can be sixteen times as long as a text
// in which every letter has another style, and are never shorter than it.
const maxRichText = 64 << 10

// RichTextBlocks makes the blocks of a message that was sent as stored text
// alone: one rich_text block that says the same. Nil for an empty text, and for
// one whose block would be too long: clients show the text then.
func RichTextBlocks(text string) json.RawMessage {
	return blocksOf(text, func(r *richText) { r.blocks(text) })
}

// PlainTextBlocks is RichTextBlocks for a text in which entities mean something
// and styles do not.
func PlainTextBlocks(text string) json.RawMessage {
	return blocksOf(text, func(r *richText) {
		r.begin(sectionBlock, `{"type":"rich_text_section","elements":[`, "]}")
		r.plain(text, 0)
	})
}

func blocksOf(text string, write func(*richText)) json.RawMessage {
	if text == "" || len(text) > maxRichText {
		return nil
	}
	r := richText{out: make([]byte, 0, 128+2*len(text))}
	r.out = append(r.out, `[{"type":"rich_text","block_id":"`...)
	r.out = appendBlockID(r.out)
	r.out = append(r.out, `","elements":[`...)
	write(&r)
	r.closeBlock()
	if len(r.out) > maxRichText {
		return nil
	}
	return append(r.out, "]}]"...)
}

// NewBlockID is five random characters, as Slack's own block ids are. It needs to
// be unique within its message only.
func NewBlockID() string { return string(appendBlockID(nil)) }

func appendBlockID(b []byte) []byte {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	n := rand.Uint64()
	for range 5 {
		b = append(b, digits[n%62])
		n /= 62
	}
	return b
}

// richText writes a rich_text block's elements while it reads a text once, from
// block to block, and in a block from line to line.
type richText struct {
	out  []byte
	open string // what closes the open block, "" if there is none
	kind blockKind
	from int // where in out the open block begins

	// The inline elements of the open block.
	elements int
	text     []byte // unescaped text that is not yet written
	style    style  // of text
	marks    []mark // of the line in hand
}

type blockKind byte

const (
	noBlock blockKind = iota
	sectionBlock
	quoteBlock
	listBlock
)

// blocks splits off what stands between pairs of ```.
func (r *richText) blocks(text string) {
	const fence = "```"
	for {
		before, rest, ok := strings.Cut(text, fence)
		pre, after, closed := strings.Cut(rest, fence)
		if !ok || !closed {
			r.lines(text)
			return
		}
		if strings.Trim(pre, "` \n") == "" {
			// Nothing is enclosed.
			r.lines(text)
			return
		}
		r.lines(strings.TrimSuffix(before, "\n"))
		r.preformatted(pre)
		text = strings.TrimPrefix(after, "\n")
	}
}

func (r *richText) preformatted(text string) {
	r.begin(noBlock, `{"type":"rich_text_preformatted","elements":[`, `],"border":0}`)
	r.plain(strings.TrimSuffix(strings.TrimPrefix(text, "\n"), "\n"), literal)
	r.closeBlock()
}

// lines writes sections, quotes and lists.
func (r *richText) lines(text string) {
	for more := text != ""; more; {
		if rest, ok := cutQuoteMark(text, 3); ok {
			r.quote(rest)
			return
		}
		var line string
		line, text, more = strings.Cut(text, "\n")
		r.line(line)
	}
	r.closeBlock()
}

func (r *richText) line(line string) {
	if rest, ok := cutQuoteMark(line, 1); ok {
		r.continueBlock(quoteBlock, `{"type":"rich_text_quote","elements":[`, "]}")
		r.inline(rest)
		return
	}
	if rest, indent, ok := cutBullet(line); ok {
		r.listItem(rest, indent)
		return
	}
	r.continueBlock(sectionBlock, `{"type":"rich_text_section","elements":[`, "]}")
	r.inline(line)
}

// quote takes all of a text as one quote: what follows >>>.
func (r *richText) quote(text string) {
	r.begin(quoteBlock, `{"type":"rich_text_quote","elements":[`, "]}")
	for more := true; more; {
		var line string
		line, text, more = strings.Cut(text, "\n")
		r.inline(line)
		if more {
			r.addText("\n", 0)
		}
	}
	r.closeBlock()
}

// cutQuoteMark takes n escaped > and a space off the line.
func cutQuoteMark(line string, n int) (rest string, ok bool) {
	rest = line
	for range n {
		if rest, ok = strings.CutPrefix(rest, "&gt;"); !ok {
			return line, false
		}
	}
	return strings.TrimPrefix(rest, " "), true
}

// cutBullet takes a bullet off the line, with the indent of four spaces a step
// that says how deep the list is.
func cutBullet(line string) (rest string, indent int, ok bool) {
	trimmed := strings.TrimLeft(line, " ")
	indent = min((len(line)-len(trimmed))/4, 8)
	for _, bullet := range [...]string{"• ", "◦ ", "▪︎ "} {
		if rest, ok = strings.CutPrefix(trimmed, bullet); ok {
			return rest, indent, true
		}
	}
	return line, 0, false
}

// listItem adds an item to the open list if that has the same indent, else it
// begins a list.
func (r *richText) listItem(text string, indent int) {
	end := `],"style":"bullet","indent":` + string(byte('0'+indent)) + `,"border":0}`
	if r.kind == listBlock && r.open == end {
		r.out = append(r.out, ',')
	} else {
		r.begin(listBlock, `{"type":"rich_text_list","elements":[`, end)
	}
	r.out = append(r.out, `{"type":"rich_text_section","elements":[`...)
	r.elements = 0
	r.inline(text)
	r.flush()
	r.out = append(r.out, "]}"...)
}

// continueBlock puts a line's end into the open block if that is of this kind,
// else it begins one.
func (r *richText) continueBlock(kind blockKind, begin, end string) {
	if r.kind == kind {
		r.addText("\n", 0)
		return
	}
	r.begin(kind, begin, end)
}

func (r *richText) begin(kind blockKind, begin, end string) {
	r.closeBlock()
	r.from = len(r.out)
	if r.out[r.from-1] != '[' {
		r.out = append(r.out, ',')
	}
	r.out = append(r.out, begin...)
	r.kind, r.open, r.elements = kind, end, 0
}

// closeBlock ends the open block. A section of nothing, an empty line between
// other blocks, is taken back.
func (r *richText) closeBlock() {
	if r.open == "" {
		return
	}
	r.flush()
	r.out = append(r.out, r.open...)
	if r.kind == sectionBlock && r.elements == 0 {
		r.out = r.out[:r.from]
	}
	r.open, r.kind = "", noBlock
}
