package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Codes that change with time are those of RFC 6238 as all authenticator apps
// make them: SHA-1, six digits, steps of 30 s.
const (
	totpStep   = 30 // seconds
	totpDigits = 6
	totpAround = 1 // steps before and after the present one, for clocks that differ
	totpSecret = 20
)

var totpBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTPSecret makes a secret in the form in which apps take it.
func NewTOTPSecret() string {
	secret := make([]byte, totpSecret)
	rand.Read(secret)
	return totpBase32.EncodeToString(secret)
}

// TOTPURL is what the picture holds that an app scans.
func TOTPURL(secret, workspace, account string) string {
	label := url.PathEscape(workspace + ":" + account)
	q := url.Values{"secret": {secret}, "issuer": {workspace}}
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// CheckTOTP finds the step of which the code is, 0 where it is of none near now.
// Whether that step was used already is the store's to say.
func CheckTOTP(secret, code string, now time.Time) (step int64) {
	key, err := totpBase32.DecodeString(secret)
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if err != nil || len(code) != totpDigits {
		return 0
	}
	for i := int64(-totpAround); i <= totpAround; i++ {
		at := now.Unix()/totpStep + i
		if subtle.ConstantTimeCompare([]byte(totpCode(key, at)), []byte(code)) == 1 {
			step = at
		}
	}
	return step
}

// totpCode is the code of a step.
func totpCode(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, n%1_000_000)
}

const recoveryCodes = 10

// NewRecoveryCodes makes codes that each stand in for the app once, and the
// hashes to keep of them.
func NewRecoveryCodes() (codes []string, hashes [][sha256.Size]byte) {
	for range recoveryCodes {
		text := strings.ToLower(rand.Text()[:16])
		codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		hashes = append(hashes, hashRecovery(text))
	}
	return codes, hashes
}

// hashRecovery reads a code as people type it.
func hashRecovery(code string) [sha256.Size]byte {
	code = strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code))
	return sha256.Sum256([]byte("recovery " + code))
}
