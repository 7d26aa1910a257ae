package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"taut/internal/words"
)

const (
	maxQuery   = 2_000 // bytes of a query that are read
	maxTerms   = 24
	maxFilters = 24
	// maxPhrase is how many words of one phrase count.
	maxPhrase = 32
	// leastPrefix is how many letters a beginning of words needs, so that it
	// doesn't stand for half of all words.
	leastPrefix = 2
	// leastWhole is from how many letters on a word is found in longer words
	// that begin with it.
	leastWhole = 3
)

// query is what a person wrote, taken apart. Nothing of it is looked up yet.
type query struct {
	terms   []textTerm
	filters []filter
}

// textTerm is words that stand side by side.
type textTerm struct {
	words []string
	// prefix: the last word may go on; whole: it counts more where it does not.
	prefix, whole bool
	not           bool
}

// filter is an operator with its value: from:@ada.
type filter struct {
	name, value string
	not         bool
}

// operators are those that there are.
var operators = map[string]bool{
	"from": true, "in": true, "to": true, "with": true, "has": true, "is": true,
	"before": true, "after": true, "on": true, "during": true,
}

// parse takes a query apart. It accepts every text: what is no operator is
// words.
func parse(text string) query {
	if len(text) > maxQuery {
		text = strings.ToValidUTF8(text[:maxQuery], "")
	}
	p := parser{rest: text}
	for p.next() {
	}
	return p.query
}

type parser struct {
	rest  string
	query query
}

// next takes one part; false at the end.
func (p *parser) next() bool {
	p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
	if p.rest == "" {
		return false
	}
	not := false
	if after, ok := strings.CutPrefix(p.rest, "-"); ok && after != "" && !strings.HasPrefix(after, "-") && !startsWithSpace(after) {
		not, p.rest = true, after
	}
	if phrase, ok := p.quoted(); ok {
		p.addTerm(phrase, not, true)
		return true
	}
	if name, ok := p.operator(); ok {
		p.addFilter(name, p.value(name), not)
		return true
	}
	p.addTerm(p.word(), not, false)
	return true
}

func startsWithSpace(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(r)
}

// quotes are pairs of quotation marks, as keyboards and telephones write them.
var quotes = map[rune]string{'"': "\"", '“': "”", '”': "”", '„': "“", '«': "»"}

// quoted takes a text in quotation marks. One that has no end goes to the end.
func (p *parser) quoted() (string, bool) {
	r, size := utf8.DecodeRuneInString(p.rest)
	end, ok := quotes[r]
	if !ok {
		return "", false
	}
	inside, rest, _ := strings.Cut(p.rest[size:], end)
	p.rest = rest
	return inside, true
}

// word takes what goes to the next space, or to the end of <…>.
func (p *parser) word() string {
	if strings.HasPrefix(p.rest, "<") {
		if end := strings.IndexByte(p.rest, '>'); end > 0 && end < 200 {
			word := p.rest[:end+1]
			p.rest = p.rest[end+1:]
			return word
		}
	}
	end := strings.IndexFunc(p.rest, unicode.IsSpace)
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

// operator takes "name:" where it is one of ours with a value.
func (p *parser) operator() (string, bool) {
	name, rest, ok := strings.Cut(p.rest, ":")
	name = strings.ToLower(name)
	if !ok || !operators[name] || rest == "" || startsWithSpace(rest) {
		return "", false
	}
	p.rest = rest
	return name, true
}

// value takes an operator's value; of a date also "this week".
func (p *parser) value(name string) string {
	if inside, ok := p.quoted(); ok {
		return inside
	}
	value := p.word()
	switch strings.ToLower(value) {
	case "this", "last", "past":
		rest := p.rest
		p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
		unit := p.word()
		if _, ok := units[strings.ToLower(unit)]; ok && isDate(name) {
			return value + " " + unit
		}
		p.rest = rest
	}
	return value
}

func isDate(operator string) bool {
	return operator == "before" || operator == "after" || operator == "on" || operator == "during"
}

func (p *parser) addFilter(name, value string, not bool) {
	if value = strings.TrimSpace(value); value != "" && len(p.query.filters) < maxFilters {
		p.query.filters = append(p.query.filters, filter{name, value, not})
	}
}

func (p *parser) addTerm(text string, not, exact bool) {
	t := textTerm{not: not}
	for w := range words.In(text) {
		if w.Last || len(t.words) == maxPhrase {
			continue
		}
		t.words = append(t.words, w.Text)
	}
	if len(t.words) == 0 || len(p.query.terms) == maxTerms {
		return
	}
	last := t.words[len(t.words)-1]
	letters := utf8.RuneCountInString(last)
	switch {
	case letters == 1 && words.IsDense(last):
		// A sign alone is found at the begin of each pair, or at a run's end.
		t.prefix = true
	case exact || words.IsDense(last):
	case strings.HasSuffix(text, "*"):
		t.prefix = letters >= leastPrefix
	case letters >= leastWhole && !not:
		t.prefix, t.whole = true, true
	}
	p.query.terms = append(p.query.terms, t)
}
