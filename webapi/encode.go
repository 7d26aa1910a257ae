package webapi

import (
	"bytes"
	"encoding/json"
)

// encode writes JSON as Slack does: <, > and & as they are, not as \u003c,
// which would make a message's JSON up to six times as long as its text.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

const (
	// maxNesting is how deep blocks, attachments and metadata may be. Slack's own
	// need less than half of it.
	maxNesting = 32
	// maxBodyNesting is how deep any JSON body may be. It is far from the 10,000
	// beyond which encoding/json writes what it then can't read.
	maxBodyNesting = 1_000
)

// nestedWithin tells whether arrays and objects lie no deeper than most in each
// other. The JSON need not be valid.
func nestedWithin(raw []byte, most int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[', c == '{':
			if depth++; depth > most {
				return false
			}
		case c == ']', c == '}':
			depth--
		}
	}
	return true
}
