package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"taut/chat"
)

const (
	maxTaste   = 4 << 10 // bytes that are looked at for the type and the preview
	maxPreview = 1_000   // bytes
	maxLines   = 5       // of the preview
)

// taster passes bytes on, and remembers what is to be known of them.
type taster struct {
	out    io.Writer
	digest hash.Hash
	head   []byte
	lines  int // that ended
	last   byte
	size   int64
	failed error  // of out
	known  string // what stands for the digest, where not all bytes passed by
}

func newTaster(out io.Writer) *taster { return &taster{out: out, digest: sha256.New()} }

func (t *taster) Write(p []byte) (int, error) {
	if room := maxTaste - len(t.head); room > 0 {
		t.head = append(t.head, p[:min(room, len(p))]...)
	}
	t.digest.Write(p)
	t.lines += bytes.Count(p, []byte("\n"))
	if len(p) > 0 {
		t.last = p[len(p)-1]
	}
	t.size += int64(len(p))
	n, err := t.out.Write(p)
	if err != nil {
		t.failed = err
	}
	return n, err
}

func (t *taster) sum() string {
	if t.known != "" {
		return t.known
	}
	return hex.EncodeToString(t.digest.Sum(nil))
}

// describe says what the bytes are. The name only helps where they tell nothing
// else than that they are text, or a package of some kind.
func (t *taster) describe(f *chat.File) {
	sniffed, _, _ := strings.Cut(http.DetectContentType(t.head), ";")
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(f.Name), "."))
	switch {
	case t.size == 0:
		f.Type, f.MimeType = textType(f, ext), "text/plain"
	case isText(sniffed):
		f.Type, f.MimeType = textType(f, ext), "text/plain"
		if mime := markup(sniffed, ext, t.head); mime != "" {
			f.MimeType = mime
		}
		t.preview(f)
	case ofName[ext].sniffed == sniffed:
		f.Type, f.MimeType = ofName[ext].kind, ofName[ext].mime
	default:
		f.Type, f.MimeType = "binary", "application/octet-stream"
		if known, ok := ofBytes[sniffed]; ok {
			f.Type, f.MimeType = known, sniffed
		} else if kind, mime := sniffMore(t.head); kind != "" {
			f.Type, f.MimeType = kind, mime
		}
	}
}

func isText(sniffed string) bool { return strings.HasPrefix(sniffed, "text/") }

// markup tells what a browser would run of a text that is HTML, SVG or other XML,
// or might be taken for it; "" of any other.
func markup(sniffed, ext string, head []byte) string {
	switch begins := bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))), []byte("<")); {
	case ext == "svg" || begins && bytes.Contains(head, []byte("<svg")):
		return "image/svg+xml"
	case sniffed == "text/xml" || ext == "xml":
		return "text/xml"
	case begins || sniffed != "text/plain" || ext == "html" || ext == "htm" || ext == "xhtml":
		return "text/html"
	}
	return ""
}

// textType is what a text's sender or its name calls it.
func textType(f *chat.File, ext string) string {
	if f.Snippet && chat.KnownFileType(f.Type) {
		return f.Type
	}
	if kind, ok := texts[ext]; ok {
		return kind
	}
	return "text"
}

// preview keeps the first lines of a text.
func (t *taster) preview(f *chat.File) {
	f.Media.Lines = t.lines
	if t.last != '\n' {
		f.Media.Lines++
	}
	text := t.head[:min(len(t.head), maxPreview)]
	for i, seen := 0, 0; i < len(text); i++ {
		if text[i] == '\n' {
			if seen++; seen == maxLines {
				text = text[:i]
			}
		}
	}
	for i := 0; i < utf8.UTFMax && len(text) > 0 && !utf8.RuneStart(text[len(text)-1]); i++ {
		text = text[:len(text)-1] // a character that was cut
	}
	f.Media.Preview = strings.ToValidUTF8(strings.TrimPrefix(strings.TrimRight(string(text), "\r\n"), "\uFEFF"), "\uFFFD")
	f.Media.Cut = int64(len(text)) < t.size-1
}
