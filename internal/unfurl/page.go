package unfurl

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// Page is what is worth showing of what an URL leads to. It has a title, or it is
// a picture.
type Page struct {
	Site        string
	Title       string
	Description string
	Image       string // its URL
	// IsImage: the URL is Image itself.
	IsImage bool
	// Width, Height and Bytes are 0 where they are not known.
	Width, Height, Bytes int
}

const (
	maxTitle       = 300 // characters
	maxDescription = 500
	maxSite        = 100
	maxToken       = 256 << 10 // bytes of one tag
	maxTokens      = 20_000
)

// Page fetches an URL and finds what is worth showing.
func (f *Fetcher) Page(ctx context.Context, address string) (Page, error) {
	got, err := f.get(ctx, address, "text/html,application/xhtml+xml,image/*;q=0.8", maxPage)
	if err != nil {
		return Page{}, err
	}
	if sniff(got.body) != "" {
		return imagePage(address, got), nil
	}
	if !strings.Contains(got.kind, "html") {
		return Page{}, errAnswer
	}
	p := parsePage(got)
	if p.Title == "" {
		return Page{}, errAnswer
	}
	return p, nil
}

// parsePage reads a page's head.
func parsePage(got fetched) Page {
	text := got.body[:min(len(got.body), maxPage)]
	reader, err := charset.NewReader(bytes.NewReader(text), got.kind)
	if err != nil {
		return Page{}
	}
	z := html.NewTokenizer(reader)
	z.SetMaxBuf(maxToken)
	found := meta{}
	for range maxTokens {
		kind := z.Next()
		if kind == html.ErrorToken || !found.token(z, kind) {
			break
		}
	}
	return found.page(got.from)
}

// meta is what a head says, by name; the first of a name counts.
type meta map[string]string

// token takes one token; it tells whether more may be of interest.
func (m meta) token(z *html.Tokenizer, kind html.TokenType) bool {
	if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
		return true
	}
	t := z.Token()
	switch t.DataAtom {
	case atom.Body:
		return false
	case atom.Title:
		if z.Next() == html.TextToken {
			m.add("title", z.Token().Data)
		}
	case atom.Meta:
		m.add(named(t, "property", "name"), named(t, "content"))
	}
	return true
}

func (m meta) add(name, value string) {
	name, value = strings.ToLower(name), strings.TrimSpace(value)
	if _, ok := m[name]; !ok && value != "" && len(m) < 200 {
		m[name] = value
	}
}

// named is the first of the attributes that the tag has.
func named(t html.Token, names ...string) string {
	for _, name := range names {
		for _, a := range t.Attr {
			if a.Key == name {
				return a.Val
			}
		}
	}
	return ""
}

func (m meta) page(from *url.URL) Page {
	return Page{
		Site:        short(m.first("og:site_name", "application-name"), maxSite),
		Title:       short(m.first("og:title", "twitter:title", "title"), maxTitle),
		Description: short(m.first("og:description", "twitter:description", "description"), maxDescription),
		Image:       resolve(from, m.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")),
	}
}

func (m meta) first(names ...string) string {
	for _, name := range names {
		if v := m[name]; v != "" {
			return v
		}
	}
	return ""
}

// short is a text in one line of at most so many characters.
func short(text string, most int) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}

// resolve is the whole URL of what a page refers to; "" where it is none to fetch.
func resolve(from *url.URL, reference string) string {
	if reference == "" {
		return ""
	}
	u, err := from.Parse(reference)
	if err != nil || fetchable(u) != nil {
		return ""
	}
	return u.String()
}
