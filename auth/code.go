package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"strconv"
	"strings"

	"taut/chat"
)

// NewEntryCode makes the text of an invitation or of a password's reset,
// <workspace's number>-<hex>, and the hash to keep of it.
func NewEntryCode(w chat.WorkspaceID) (text string, hash [sha256.Size]byte, err error) {
	n, err := chat.IDNumber(string(w))
	if err != nil {
		return "", hash, err
	}
	text = strconv.FormatUint(n, 36) + "-" + chat.NewSecret(secretDigits)
	return text, hashEntry(text), nil
}

// OpenEntryCode reads out of a code where to look for it; ok is false for a text
// that is no code.
func OpenEntryCode(text string) (w chat.WorkspaceID, hash [sha256.Size]byte, ok bool) {
	number, secret, _ := strings.Cut(text, "-")
	n, err := strconv.ParseUint(number, 36, 64)
	if err != nil || len(secret) != secretDigits {
		return "", hash, false
	}
	id := chat.FormatID("T", n)
	return chat.WorkspaceID(id), hashEntry(text), chat.ValidID(id, "T")
}

func hashEntry(text string) [sha256.Size]byte { return sha256.Sum256([]byte("entry " + text)) }

// NewSetupCode makes a code with which a workspace can be made, and its hash.
func NewSetupCode() (text string, hash [sha256.Size]byte) {
	text = strings.ToLower(rand.Text())
	return text, HashSetupCode(text)
}

// HashSetupCode is what the store keeps. As with tokens a plain hash is enough,
// and as the store looks for the hash, no time tells how much of a guess is right.
func HashSetupCode(text string) [sha256.Size]byte {
	return sha256.Sum256([]byte("setup " + strings.ToLower(strings.TrimSpace(text))))
}
