package webapi

import (
	"strings"

	"taut/chat"
	"taut/internal/words"
)

// The marks around what was looked for, as Slack has them: two characters that
// mean nothing else.
const (
	markBegin = "\uE000"
	markEnd   = "\uE001"
)

// markWords puts marks around the words in a text, but not inside of <…>, where
// they would break a link or a mention.
func markWords(text string, marks []chat.SearchMark) string {
	var out strings.Builder
	for {
		plain, rest, more := strings.Cut(text, "<")
		markPlain(&out, plain, marks)
		if !more {
			return out.String()
		}
		inside, after, closed := strings.Cut(rest, ">")
		out.WriteByte('<')
		if !closed {
			out.WriteString(rest)
			return out.String()
		}
		address, label, labelled := strings.Cut(inside, "|")
		out.WriteString(address)
		if labelled {
			out.WriteByte('|')
			if strings.ContainsAny(address[:min(1, len(address))], "@#!") {
				out.WriteString(label)
			} else {
				markPlain(&out, label, marks)
			}
		}
		out.WriteByte('>')
		text = after
	}
}

// markPlain marks a piece of text. Words that touch, as pairs of signs do, have
// one mark around them all.
func markPlain(out *strings.Builder, text string, marks []chat.SearchMark) {
	written, begin, end := 0, -1, -1
	flush := func() {
		if begin >= 0 {
			out.WriteString(text[written:begin] + markBegin + text[begin:end] + markEnd)
			written = end
		}
		begin, end = -1, -1
	}
	for w := range words.In(text) {
		if !isMarked(w.Text, marks) {
			continue
		}
		if begin >= 0 && w.Start <= end {
			end = max(end, w.End)
			continue
		}
		flush()
		begin, end = w.Start, w.End
	}
	flush()
	out.WriteString(text[written:])
}

func isMarked(word string, marks []chat.SearchMark) bool {
	for _, m := range marks {
		if word == m.Word || m.Prefix && strings.HasPrefix(word, m.Word) {
			return true
		}
	}
	return false
}
