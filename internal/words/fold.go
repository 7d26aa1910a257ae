package words

import (
	"strings"
	"unicode"
)

// Fold is a name as it is compared: without capitals and without the marks that only
// decorate letters. What is neither letter nor number stays.
func Fold(text string) string {
	var folded strings.Builder
	folded.Grow(len(text))
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z':
			folded.WriteRune(r)
		case unicode.IsLetter(r), unicode.IsNumber(r):
			folded.WriteString(fold(r))
		case !isPlain(r):
			folded.WriteRune(r)
		}
	}
	return folded.String()
}
