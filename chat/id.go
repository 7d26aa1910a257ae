package chat

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Ids are Slack's: one letter for the kind, then ten characters of [0-9A-Z],
// random (50 bits) and so unique over all workspaces. Imported ones may be
// shorter, as Slack's older ones are. An id's number is what the text of a token
// names.
type (
	WorkspaceID string // T…
	UserID      string // U…; people and bot users alike
	ChannelID   string // C… for channels and group DMs, D… for DMs
	BotID       string // B…
	AppID       string // A…
)

const (
	idDigits      = 10
	leastIDDigits = 8  // of an imported id
	idBits        = 50 // < 36^10
)

// NewID makes a random id that begins with prefix, a capital letter or two.
func NewID(prefix string) string {
	var b [8]byte
	rand.Read(b[:])
	return FormatID(prefix, binary.BigEndian.Uint64(b[:])>>(64-idBits))
}

// FormatID writes the id with the given prefix and number.
func FormatID(prefix string, number uint64) string {
	digits := strings.ToUpper(strconv.FormatUint(number, 36))
	return prefix + strings.Repeat("0", max(0, idDigits-len(digits))) + digits
}

// IDNumber reads the number out of an id with a one-letter prefix.
func IDNumber(id string) (uint64, error) {
	if !ValidID(id, "") {
		return 0, fmt.Errorf("id %q is not well formed", id)
	}
	return strconv.ParseUint(id[1:], 36, 64)
}

// ValidID tells whether id is a letter of kinds ("" for any) followed by eight
// to ten characters of [0-9A-Z].
func ValidID(id, kinds string) bool {
	if len(id) < leastIDDigits+1 || len(id) > idDigits+1 || id[0] < 'A' || id[0] > 'Z' {
		return false
	}
	for _, c := range []byte(id[1:]) {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return kinds == "" || strings.IndexByte(kinds, id[0]) >= 0
}

// NewSecret makes n random lower-case hexadecimal digits.
func NewSecret(n int) string {
	limit := new(big.Int).Lsh(big.NewInt(1), uint(4*n))
	v, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic(err) // crypto/rand does not fail since Go 1.24
	}
	return fmt.Sprintf("%0*x", n, v)
}
