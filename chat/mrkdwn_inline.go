package chat

// style is a set of styles; literal is not one of Slack's: it says that nothing
// but entities means anything, as in code and preformatted text.
type style byte

const (
	bold style = 1 << iota
	italic
	strike
	code
	literal
)

// mark is a character of a line that may begin or end a style.
type mark struct {
	at    int
	style style // that it switches on or off
	end   int   // of code: the closing backtick
	used  bool
}

// inline writes the elements of one line.
func (r *richText) inline(line string) {
	r.findMarks(line)
	r.matchMarks(line)
	var now style
	from := 0
	for _, m := range r.marks {
		if !m.used {
			continue
		}
		r.plain(line[from:m.at], now)
		from = m.at + 1
		if m.style == code {
			r.plain(line[from:m.end], now|code|literal)
			from = m.end + 1
			continue
		}
		now ^= m.style
	}
	r.plain(line[from:], now)
}

// findMarks collects the marks outside of entities and code.
func (r *richText) findMarks(line string) {
	r.marks = r.marks[:0]
	noTick := false // no backtick follows
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '<':
			if end := entityEnd(line, i); end > 0 {
				i = end
			}
		case '*':
			r.marks = append(r.marks, mark{at: i, style: bold})
		case '_':
			r.marks = append(r.marks, mark{at: i, style: italic})
		case '~':
			r.marks = append(r.marks, mark{at: i, style: strike})
		case '`':
			if noTick || i > 0 && isWord(line[i-1]) {
				continue
			}
			end := tickEnd(line, i)
			noTick = end < 0
			if end > i+1 && (end+1 == len(line) || !isWord(line[end+1])) {
				r.marks = append(r.marks, mark{at: i, style: code, end: end, used: true})
				i = end
			}
		}
	}
}

// tickEnd is the next backtick after the one at i, or -1.
func tickEnd(line string, i int) int {
	for j := i + 1; j < len(line); j++ {
		if line[j] == '`' {
			return j
		}
	}
	return -1
}

// matchMarks pairs the marks of each style and says which are used. At most one
// mark of each style is open at a time, so styles nest at most three deep.
func (r *richText) matchMarks(line string) {
	var open [3]int // indices into marks, innermost last
	depth := 0
	for i := range r.marks {
		m := &r.marks[i]
		if m.style == code {
			continue
		}
		at := depth - 1
		for at >= 0 && r.marks[open[at]].style != m.style {
			at--
		}
		switch {
		case at >= 0 && canClose(line, m.at) && m.at > r.marks[open[at]].at+1:
			r.marks[open[at]].used, m.used = true, true
			depth = at // those inside it that are still open stay text
		case at < 0 && canOpen(line, m.at):
			open[depth] = i
			depth++
		}
	}
}

// canOpen: a style begins before something, and not inside a word.
func canOpen(line string, i int) bool {
	if i+1 == len(line) || isSpace(line[i+1]) || line[i+1] == line[i] {
		return false
	}
	return i == 0 || !isWord(line[i-1])
}

// canClose: a style ends after something, and not inside a word.
func canClose(line string, i int) bool {
	if i == 0 || isSpace(line[i-1]) {
		return false
	}
	return i+1 == len(line) || !isWord(line[i+1])
}

// plain writes a piece of text in which no style begins or ends.
func (r *richText) plain(s string, now style) {
	from := 0
	for i := 0; i < len(s); {
		n := r.special(s, i, from, now)
		if n == 0 {
			i++
			continue
		}
		i += n
		from = i
	}
	r.addText(s[from:], now)
}

// special writes the text s[from:i] and what begins at i if that is not plain
// text, and gives its length, else 0.
func (r *richText) special(s string, i, from int, now style) int {
	switch c := s[i]; {
	case c == '<':
		return r.entityAt(s, i, from, now)
	case c == '&':
		return r.escapeAt(s, i, from, now)
	case now&literal != 0:
		return 0
	case c == ':':
		return r.emojiAt(s, i, from, now)
	case c == '#':
		return r.colorAt(s, i, from, now)
	}
	return 0
}

func (r *richText) entityAt(s string, i, from int, now style) int {
	end := entityEnd(s, i)
	if end < 0 {
		return 0
	}
	e := parseEntity(s[i+1 : end])
	if e.kind == noEntity {
		return 0
	}
	r.addText(s[from:i], now)
	r.addEntity(e, now)
	return end + 1 - i
}

func (r *richText) escapeAt(s string, i, from int, now style) int {
	n := escapeLen(s[i:])
	if n == 0 {
		return 0
	}
	r.addText(s[from:i], now)
	switch s[i+1] {
	case 'l':
		r.addText("<", now)
	case 'g':
		r.addText(">", now)
	default:
		r.addText("&", now)
	}
	return n
}

// MaxEmojiName is how long an emoji's name may be, in bytes.
const MaxEmojiName = 100

// emojiAt reads :name: and :name::skin-tone-2:.
func (r *richText) emojiAt(s string, i, from int, now style) int {
	end := emojiEnd(s, i)
	if end == 0 || i > 0 && isWord(s[i-1]) {
		return 0
	}
	tone := byte(0)
	const skin = ":skin-tone-"
	next := end + 1
	if len(s) >= next+len(skin)+2 && s[next:next+len(skin)] == skin {
		if d := s[next+len(skin)]; d >= '2' && d <= '6' && s[next+len(skin)+1] == ':' {
			tone = d
			next += len(skin) + 2
		}
	}
	r.addText(s[from:i], now)
	r.addEmoji(s[i+1:end], tone, now)
	return next - i
}

// emojiEnd is the place of the colon that ends the emoji name begun at i, or 0.
func emojiEnd(s string, i int) int {
	letter := false
	for j := i + 1; j < len(s) && j-i <= MaxEmojiName; j++ {
		c := s[j]
		switch {
		case c == ':':
			if name := s[i+1 : j]; letter || name == "+1" || name == "-1" || name == "100" || name == "1234" {
				return j
			}
			return 0
		case c >= 'a' && c <= 'z' || c >= 0x80:
			letter = true
		case !isDigit(c) && c != '_' && c != '-' && c != '+' && c != '\'':
			return 0
		}
	}
	return 0
}

// colorAt reads #rrggbb.
func (r *richText) colorAt(s string, i, from int, now style) int {
	const n = 7
	if len(s) < i+n || i > 0 && (isWord(s[i-1]) || s[i-1] == '&' || s[i-1] == '#') || len(s) > i+n && isWord(s[i+n]) {
		return 0
	}
	for _, c := range []byte(s[i+1 : i+n]) {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return 0
		}
	}
	r.addText(s[from:i], now)
	r.addColor(s[i:i+n], now)
	return n
}
