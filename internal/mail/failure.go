package mail

import (
	"errors"
	"net/textproto"
	"regexp"
	"strings"
	"unicode"

	"taut/chat"
)

// refusal is an answer that trying again doesn't change: there is no such mailbox.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// refused marks a server's final answer to one mail.
func refused(err error) error {
	if e, ok := errors.AsType[*textproto.Error](err); ok && e.Code >= 500 {
		return refusal{err}
	}
	return err
}

func final(err error) bool {
	_, ok := errors.AsType[refusal](err)
	return ok
}

const maxWhy = 300

var address = regexp.MustCompile(`[^\s<>]*@[^\s<>,;]*`)

// why tells of an error what may be logged: the whole of it, but servers repeat
// addresses in their answers, and what they were signed in with.
func (s *Sender) why(m chat.Mail, err error) string {
	text := address.ReplaceAllString(err.Error(), "(address)")
	local, _, _ := strings.Cut(m.To, "@")
	for _, hide := range []string{local, s.options.Password, s.options.User} {
		if hide != "" {
			text = regexp.MustCompile(`(?i)(^|[^\pL\pN])`+regexp.QuoteMeta(hide)+`($|[^\pL\pN])`).ReplaceAllString(text, "${1}(hidden)${2}")
		}
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	return text[:min(len(text), maxWhy)]
}
