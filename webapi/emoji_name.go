package webapi

import (
	"strings"
	"unicode"
)

// notOfEmoji tells whether no emoji's name has the character. Workspaces may name
// theirs in any script; the emoji itself is no name.
func notOfEmoji(r rune) bool {
	if r < 0x80 {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_+-'.", r)
	}
	return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number)
}
