package chat

import "strings"

// Parse is what chat.postMessage's argument of that name asks for.
type Parse string

const (
	ParseDefault Parse = ""       // markup is kept, bare URLs become links
	ParseNone    Parse = "none"   // markup is kept, nothing is added
	ParseClient  Parse = "client" // as default, and names become mentions
	ParseFull    Parse = "full"   // no markup is understood; URLs and names become links
)

// Format says how to make stored text out of what was sent.
type Format struct {
	Parse     Parse
	LinkNames bool // @name becomes a mention
	// Resolve finds the user ('@') or channel ('#') with a name. It may be nil.
	Resolve func(sigil byte, name string) (id string, ok bool)
}

// Linkify is FormatText with nothing asked for.
func Linkify(text string) string { return FormatText(text, Format{}) }

// FormatText makes stored text out of what was sent: what is no entity is
// escaped, bare URLs and e-mail addresses become links, and names mentions
// where that is asked for. What it gave it gives back unchanged, except with
// ParseFull.
func FormatText(text string, f Format) string {
	w := formatter{Format: f, s: text}
	w.run()
	if w.out == nil {
		return text
	}
	return string(append(w.out, text[w.done:]...))
}

// formatter walks over s once. What needs no change is copied in pieces, and
// not at all where nothing changes.
type formatter struct {
	Format
	s       string
	out     []byte
	done    int // s[:done] is in out
	noEmail int // no e-mail address begins before this place
}

func (w *formatter) run() {
	for i := 0; i < len(w.s); {
		i = w.step(i)
	}
}

// step deals with what begins at i and gives the place after it.
func (w *formatter) step(i int) int {
	switch c := w.s[i]; {
	case c == '<':
		return w.entity(i)
	case c == '>':
		return w.replace(i, i+1, "&gt;")
	case c == '&':
		return w.ampersand(i)
	case w.Parse == ParseNone && !w.LinkNames:
		return i + 1
	case c == '@' || c == '#':
		return w.name(i)
	case isAlnum(c):
		return w.word(i)
	}
	return i + 1
}

// replace puts text in the place of s[from:to].
func (w *formatter) replace(from, to int, text string) int {
	w.out = append(w.out, w.s[w.done:from]...)
	w.out = append(w.out, text...)
	w.done = to
	return to
}

func (w *formatter) entity(i int) int {
	end := entityEnd(w.s, i)
	if end < 0 || w.Parse == ParseFull || parseEntity(w.s[i+1:end]).kind == noEntity {
		return w.replace(i, i+1, "&lt;")
	}
	for j := i + 1; j < end; j++ {
		if w.s[j] == '&' {
			w.ampersand(j)
		}
	}
	return end + 1
}

// ampersand leaves the three escapes alone. With ParseFull they are text like
// any other.
func (w *formatter) ampersand(i int) int {
	if n := escapeLen(w.s[i:]); n > 0 && w.Parse != ParseFull {
		return i + n
	}
	return w.replace(i, i+1, "&amp;")
}

// escapeLen is the length of the escape that s begins with, 0 if it doesn't.
func escapeLen(s string) int {
	switch {
	case strings.HasPrefix(s, "&lt;"), strings.HasPrefix(s, "&gt;"):
		return 4
	case strings.HasPrefix(s, "&amp;"):
		return 5
	}
	return 0
}

// word looks for a URL or address that begins at i, where a letter or digit is.
func (w *formatter) word(i int) int {
	if w.Parse == ParseNone || i > 0 && (isWord(w.s[i-1]) || w.s[i-1] == '@' || w.s[i-1] == '/') {
		return i + 1
	}
	if end := urlEnd(w.s, i); end > 0 {
		return w.link(i, end)
	}
	if i < w.noEmail {
		return i + 1
	}
	end, at := emailEnd(w.s, i)
	if at > 0 {
		address := w.s[i:end]
		return w.replace(i, end, "<mailto:"+address+"|"+address+">")
	}
	w.noEmail = end
	return i + 1
}

// link writes the bare URL s[i:end] as an entity.
func (w *formatter) link(i, end int) int {
	url := escapeOnce(w.s[i:end], w.Parse == ParseFull)
	url = strings.ReplaceAll(url, "|", "%7C")
	if hasFold(url, "www.") {
		return w.replace(i, end, "<http://"+url+"|"+url+">")
	}
	return w.replace(i, end, "<"+url+">")
}

// escapeOnce escapes each & that begins no escape; all of them if raw.
func escapeOnce(s string, raw bool) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var out strings.Builder
	for i := range len(s) {
		out.WriteByte(s[i])
		if s[i] == '&' && (raw || escapeLen(s[i:]) == 0) {
			out.WriteString("amp;")
		}
	}
	return out.String()
}

// name looks for @name or #name at i.
func (w *formatter) name(i int) int {
	end := i + 1
	for end < len(w.s) && end-i <= 80 && isNameByte(w.s[end]) {
		end++
	}
	for end > i+1 && strings.IndexByte(".-_'", w.s[end-1]) >= 0 {
		end--
	}
	if end == i+1 || i > 0 && (isWord(w.s[i-1]) || w.s[i-1] == '/') {
		return i + 1
	}
	if text := w.mention(w.s[i], strings.ToLower(w.s[i+1:end])); text != "" {
		return w.replace(i, end, text)
	}
	return i + 1
}

func (w *formatter) mention(sigil byte, name string) string {
	named := w.LinkNames || w.Parse == ParseFull || w.Parse == ParseClient
	if !named || sigil == '#' && w.Parse != ParseFull && w.Parse != ParseClient {
		return ""
	}
	if sigil == '@' && (name == "here" || name == "channel" || name == "everyone") {
		return "<!" + name + ">"
	}
	if w.Resolve == nil {
		return ""
	}
	id, ok := w.Resolve(sigil, name)
	switch {
	case !ok:
		return ""
	case sigil == '#':
		return "<#" + id + "|" + name + ">"
	case strings.HasPrefix(id, "S"):
		return "<!subteam^" + id + "|@" + name + ">"
	}
	return "<@" + id + ">"
}

func isNameByte(c byte) bool { return isWord(c) || c == '.' || c == '-' || c == '_' || c == '\'' }
