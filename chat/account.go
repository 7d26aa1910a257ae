package chat

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	domainForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	handleForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,79}$`)
	unhandy    = regexp.MustCompile(`[^a-z0-9._-]+`)
)

// ValidText tells whether a name or another text of one line holds nothing but what
// is seen where it stands: no control characters, line breaks, or marks that turn
// the direction of what is around it.
func ValidText(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}

// ValidName tells whether people can be called so: besides, where there is a name,
// something of it is seen.
func ValidName(name string) bool {
	seen := strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
	})
	return ValidText(name) && (seen || name == "")
}

// ValidDomain tells whether a workspace may have it.
func ValidDomain(domain string) bool { return domainForm.MatchString(domain) }

// ValidHandle tells whether a user may have it as their name.
func ValidHandle(name string) bool { return handleForm.MatchString(name) && !ReservedHandle(name) }

// reservedHandles mean everybody, or the server itself.
var reservedHandles = []string{"here", "channel", "everyone", "group", "slackbot"}

// ReservedHandle tells whether a handle can be nobody's.
func ReservedHandle(name string) bool { return slices.Contains(reservedHandles, strings.ToLower(name)) }

// HandleOf makes a handle of an e-mail address.
func HandleOf(email string) string {
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	name := strings.Trim(unhandy.ReplaceAllString(local, "."), "._-")
	if name == "" || ReservedHandle(name) {
		return "user"
	}
	return name[:min(len(name), 60)]
}

// ValidEmail tells whether it is an address and nothing else: no display name, no
// list, and nothing that could end a header.
func ValidEmail(email string) bool {
	if len(email) > 254 || strings.ContainsAny(email, "\r\n\x00<>\"(),;: ") {
		return false
	}
	a, err := mail.ParseAddress(email)
	return err == nil && a.Address == email
}

// TypeTokenRevoked tells a user's own stream that a token of theirs ended: caches
// drop it, gateways close its sockets. It names it by token_id.
const TypeTokenRevoked = "token_revoked"

// TypeSecondFactor tells a user's own stream that their second factor was set up
// or taken away.
const TypeSecondFactor = "second_factor_changed"

// SetupScope is the only scope of a session whose user has to set up a second
// factor before anything else.
const SetupScope = "taut:second_factor"

const (
	// EveryScope, kept as a token's only scope, stands for all that a token of its
	// type can have, in this release and in later ones.
	EveryScope = "*"
	// PublicWriteScope lets a bot write to public channels that it is not in.
	PublicWriteScope = "chat:write.public"
)

// MustSetUp tells whether the caller may do nothing but set up a second factor.
func (c Caller) MustSetUp() bool { return len(c.Scopes) == 1 && c.Scopes[0] == SetupScope }

// Presented is what a client shows to be let in.
type Presented struct {
	Token   string
	Cookie  string // the value of "d": a session's token is no good without it
	Address string // of the client; what guesses from one address is limited
}
