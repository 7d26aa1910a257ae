package auth

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"taut/chat"
)

// secretDigits is the length of a token's secret part: 160 random bits.
const secretDigits = 40

// maxTokenLength is more than the longest token that NewToken makes; a longer
// text is none, and is not hashed.
const maxTokenLength = 160

// NewToken makes the text of a user's, session's or bot's token,
//
//	xoxp-<workspace's number>-<user's number>-<random number>-<hex>
//
// which has the shape that Slack's clients look for:
// ^xo\w\w(-\d+){3}-[0-9a-f]+. The numbers only say where to look; the secret
// is the hexadecimal part.
func NewToken(t chat.TokenType, w chat.WorkspaceID, u chat.UserID) (string, error) {
	workspace, err := chat.IDNumber(string(w))
	if err != nil {
		return "", err
	}
	user, err := chat.IDNumber(string(u))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s-%d-%d-%d-%s", t, workspace, user, rand.Uint64N(1e13), chat.NewSecret(secretDigits)), nil
}

// NewAppToken makes the text of an app's token, which like Slack's names the
// app: xapp-1-<app id>-<workspace's number>-<hex>.
func NewAppToken(w chat.WorkspaceID, a chat.AppID) (string, error) {
	workspace, err := chat.IDNumber(string(w))
	if err != nil {
		return "", err
	}
	if !chat.ValidID(string(a), "A") {
		return "", fmt.Errorf("app id %q is not well formed", a)
	}
	return fmt.Sprintf("%s-1-%s-%d-%s", chat.AppToken, a, workspace, chat.NewSecret(secretDigits)), nil
}

// HashToken is what the store keeps of a token. A plain hash is enough, as the
// secret part can't be guessed.
func HashToken(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// workspaceOf reads out of a token's text where to look for it; ok is false
// for a text that is no token.
func workspaceOf(token string) (w chat.WorkspaceID, ok bool) {
	if len(token) > maxTokenLength {
		return "", false
	}
	parts := strings.Split(token, "-")
	if len(parts) != 5 {
		return "", false
	}
	var number string
	switch chat.TokenType(parts[0]) {
	case chat.UserToken, chat.BotToken, chat.SessionToken:
		number = parts[1]
	case chat.AppToken:
		number = parts[3]
	default:
		return "", false
	}
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return "", false
	}
	id := chat.FormatID("T", n)
	return chat.WorkspaceID(id), chat.ValidID(id, "T")
}
