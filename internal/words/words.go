// Package words takes text apart into words as the search compares them: the
// index, the queries and the marks in what was found must agree on what a word
// is.
//
// A word is a run of letters and digits, in lower case and without the marks on
// Latin, Greek and Cyrillic letters: "Café" is "cafe". Scripts that put no spaces between words (Chinese,
// Japanese, Thai, …) and Korean, whose words grow endings, are taken apart into pairs of
// neighbours, and the last one alone, so that any piece of them is found. An
// emoji is a word. Everything else, "_" and "-" too, is between words: a query
// for foo_bar is one for foo and bar side by side.
package words

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Word is a word of a text, and where it stands in it, in bytes.
type Word struct {
	Text       string
	Start, End int
	// Last marks the single sign at the end of a run of a script without
	// spaces: a text has it so that it is found by this sign alone; a query
	// leaves it out, as the pair before holds it.
	Last bool
}

// maxWord is how many bytes of a word count, about.
const maxWord = 64

// In gives the words of a text, in order. Two neighbouring pairs overlap.
func In(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		s := scan{text: text, yield: yield}
		s.run()
	}
}

// scan goes through a text once.
type scan struct {
	text  string
	yield func(Word) bool

	word  strings.Builder // the word that is under way
	start int             // where it began
	end   int

	pair  string // the sign before in a run without spaces; "": none
	where int    // where that began
	alone bool   // it is the run's first
}

func (s *scan) run() {
	for at := 0; at < len(s.text); {
		r, size := utf8.DecodeRuneInString(s.text[at:])
		mark, more := utf8.DecodeRuneInString(s.text[at+size:])
		if !isVoicing(mark) {
			mark, more = 0, 0
		}
		if !s.take(r, mark, at, at+size+more) {
			return
		}
		at += size + more
	}
	s.flush()
}

// take takes a sign, with the voicing mark that may follow it. It is false where
// nobody wants more words.
func (s *scan) take(r, mark rune, start, end int) bool {
	if r < utf8.RuneSelf {
		return s.takeASCII(byte(r), start, end)
	}
	switch {
	case isDense(r):
		return s.endWord() && s.takeDense(r, mark, start, end)
	case isVoicing(r), r == utf8.RuneError:
		return s.flush()
	case unicode.Is(unicode.M, r):
		// A mark of its own belongs to the letter before.
		if s.word.Len() > 0 {
			s.end = end
			if !isPlain(r) {
				s.write(string(r), s.start, end)
			}
		}
		return true
	case unicode.IsLetter(r), unicode.IsNumber(r):
		s.write(fold(r), start, end)
		return s.endDense()
	case unicode.Is(unicode.So, r):
		return s.flush() && s.yield(Word{Text: string(r), Start: start, End: end})
	}
	return s.flush()
}

func (s *scan) takeASCII(c byte, start, end int) bool {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
	case 'A' <= c && c <= 'Z':
		c += 'a' - 'A'
	default:
		return s.flush()
	}
	if s.pair != "" && !s.endDense() {
		return false
	}
	if s.word.Len() == 0 {
		s.start = start
	}
	if s.word.Len() < maxWord {
		s.word.WriteByte(c)
	}
	s.end = end
	return true
}

func (s *scan) write(folded string, start, end int) {
	if s.word.Len() == 0 {
		s.start = start
	}
	if s.word.Len() < maxWord {
		s.word.WriteString(folded)
	}
	s.end = end
}

func (s *scan) flush() bool { return s.endWord() && s.endDense() }

func (s *scan) endWord() bool {
	if s.word.Len() == 0 {
		return true
	}
	w := Word{Text: s.word.String(), Start: s.start, End: s.end}
	s.word.Reset()
	return s.yield(w)
}

// takeDense goes on in a run without spaces.
func (s *scan) takeDense(r, mark rune, start, end int) bool {
	sign := string(r)
	if mark != 0 || r >= 0xF900 {
		// か and the mark beside it are が; half a sign's width is a sign.
		sign = norm.NFKC.String(strings.TrimSuffix(sign+string(mark), "\x00"))
	}
	before, where := s.pair, s.where
	s.pair, s.where, s.alone, s.end = sign, start, before == "", end
	return before == "" || s.yield(Word{Text: before + sign, Start: where, End: end})
}

func (s *scan) endDense() bool {
	if s.pair == "" {
		return true
	}
	w := Word{Text: s.pair, Start: s.where, End: s.end, Last: !s.alone}
	s.pair = ""
	return s.yield(w)
}

// dense are the scripts that are taken apart into pairs.
var dense = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

func isDense(r rune) bool {
	if r < 0x0E00 {
		return false
	}
	return r == 'ー' || unicode.In(r, dense...) && !unicode.IsPunct(r)
}

// isVoicing tells the marks that change the Japanese sign before them.
func isVoicing(r rune) bool { return r == 0x3099 || r == 0x309A || r == 0xFF9E || r == 0xFF9F }

// isPlain tells a mark that only decorates: the ones of Latin, Greek and
// Cyrillic, Hebrew's points and Arabic's vowels. Others are part of the word.
func isPlain(r rune) bool {
	return unicode.Is(unicode.Mn, r) && (r < 0x0900 || 0x1AB0 <= r && r <= 0x1AFF || 0x1DC0 <= r && r <= 0x1DFF || 0x20D0 <= r && r <= 0x20FF || 0xFE20 <= r && r <= 0xFE2F || 0xFE00 <= r && r <= 0xFE0F)
}

// fold is a letter as it is compared.
func fold(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'ø', 'Ø':
		return "o"
	case 'ł', 'Ł':
		return "l"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'þ', 'Þ':
		return "th"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	}
	var out strings.Builder
	for _, c := range norm.NFKD.String(string(r)) {
		if !isPlain(c) && (unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c)) {
			out.WriteRune(unicode.ToLower(c))
		}
	}
	return out.String()
}

// IsDense tells whether a word is of a script without spaces.
func IsDense(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return isDense(r)
}
