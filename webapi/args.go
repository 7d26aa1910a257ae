package webapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"taut/chat"
)

// args are a request's arguments by name, whatever form they came in. An empty
// one is as good as absent, except to given.
type args struct {
	values map[string]value
	// blank are those that came empty, for the methods by which that clears what
	// was there.
	blank map[string]bool
}

// value is an argument: the text that it was in a query or form or as a JSON
// string, or any other JSON value.
type value struct {
	text string
	raw  json.RawMessage // nil where it was text
}

func (v value) empty() bool { return v.text == "" && v.raw == nil }

// maxArgs is the most arguments that are kept of one request.
const maxArgs = 256

func (a *args) set(name string, v value) {
	if v.empty() {
		a.setBlank(name)
		return
	}
	if len(a.values) >= maxArgs {
		return
	}
	if a.values == nil {
		a.values = make(map[string]value, 8)
	}
	a.values[name] = v
}

func (a *args) setBlank(name string) {
	if len(a.blank) >= maxArgs {
		return
	}
	if a.blank == nil {
		a.blank = map[string]bool{}
	}
	a.blank[name] = true
}

// setText keeps a text, with what is no UTF-8 replaced.
func (a *args) setText(name, text string) {
	a.set(name, value{text: strings.ToValidUTF8(text, "\uFFFD")})
}

func (a *args) has(name string) bool { return !a.values[name].empty() }

// given is has for what may be cleared: "" is given, JSON's null is not.
func (a *args) given(name string) bool { return a.has(name) || a.blank[name] }

// text is the argument as a string; a JSON number or boolean as it was written.
func (a *args) text(name string) string {
	v := a.values[name]
	if v.raw != nil {
		return string(v.raw)
	}
	return v.text
}

// json is an array or object, which forms carry as a string. It need not be
// valid. It is nil where the argument is absent or JSON's null.
func (a *args) json(name string) json.RawMessage {
	v := a.values[name]
	if v.raw != nil {
		return v.raw
	}
	if text := strings.TrimSpace(v.text); text != "" && text != "null" {
		return json.RawMessage(text)
	}
	return nil
}

// boolean reads true/false, 1/0, True/False; anything else is the default.
func (a *args) boolean(name string, byDefault bool) bool {
	switch strings.ToLower(a.text(name)) {
	case "true", "1", "yes", "on":
		return true
	case "false", "0", "no", "off":
		return false
	}
	return byDefault
}

// integer reads a whole number, also one that was sent as a string.
func (a *args) integer(name string, byDefault int) (int, error) {
	text := a.text(name)
	if text == "" {
		return byDefault, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0, invalidArguments("[ERROR] must be an integer [json-pointer:/" + name + "]")
	}
	return n, nil
}

// limit reads a page's size: what is absent or not positive is the default, and
// none is above most.
func (a *args) limit(name string, byDefault, most int) (int, error) {
	n, err := a.integer(name, byDefault)
	if err != nil {
		return 0, err
	}
	if n <= 0 {
		n = byDefault
	}
	return min(n, most), nil
}

// list reads a comma-separated list or a JSON array of strings.
func (a *args) list(name string) []string {
	v := a.values[name]
	text := strings.TrimSpace(v.text)
	if v.raw != nil || strings.HasPrefix(text, "[") {
		var items []string
		if json.Unmarshal(a.json(name), &items) != nil {
			return nil
		}
		return items
	}
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// ts reads a message's ts; 0 where it is absent. A ts that is none fails under
// the name that the method gives to that.
func (a *args) ts(name, failure string) (chat.TS, error) {
	text := a.text(name)
	if text == "" {
		return 0, nil
	}
	ts, err := chat.ParseTS(text)
	if err != nil {
		return 0, fail(failure)
	}
	return ts, nil
}

func (a *args) channel(name string) chat.ChannelID { return chat.ChannelID(a.text(name)) }
func (a *args) user(name string) chat.UserID       { return chat.UserID(a.text(name)) }

// require fails with one message for each argument that is absent.
func (a *args) require(names []string) error {
	var messages []string
	for _, name := range names {
		if !a.has(name) {
			messages = append(messages, "[ERROR] missing required field: "+name)
		}
	}
	if messages == nil {
		return nil
	}
	return invalidArguments(messages...)
}

// setJSON keeps a member of a JSON body. Null is as good as absent.
func (a *args) setJSON(name string, raw json.RawMessage) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || string(raw) == "null":
	case raw[0] == '"':
		var text string
		if json.Unmarshal(raw, &text) == nil {
			a.setText(name, text)
		}
	default:
		a.set(name, value{raw: raw})
	}
}
