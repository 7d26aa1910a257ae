package webapi

import (
	"encoding/base64"
	"strings"
)

// A page's cursor is text that only we read: base64 of "kind:place". The kind
// is checked, so that one method's cursor does not pass for another's.

// encodeCursor makes next_cursor; "" where there is no next page.
func encodeCursor(kind, place string) string {
	if place == "" {
		return ""
	}
	return base64.StdEncoding.EncodeToString([]byte(kind + ":" + place))
}

// cursor reads the argument; "" where it is absent, for the first page.
func (a *args) cursor(kind string) (place string, err error) {
	text := a.text("cursor")
	if text == "" {
		return "", nil
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", fail("invalid_cursor")
	}
	given, place, ok := strings.Cut(string(decoded), ":")
	if !ok || given != kind || place == "" {
		return "", fail("invalid_cursor")
	}
	return place, nil
}
