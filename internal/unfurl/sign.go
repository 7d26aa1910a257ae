package unfurl

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ProxyPath is where the image proxy serves.
const ProxyPath = "/img-proxy/"

// Signer makes the paths under which the image proxy shows pictures of others:
// only what it signed is fetched.
type Signer struct{ key []byte }

// NewSigner signs with the key.
func NewSigner(key []byte) Signer { return Signer{key} }

func (s Signer) sum(text string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte("image\n" + text))
	return h.Sum(nil)[:18]
}

// PathLife is how long a path is good at least. It ends with a day, so that within
// one a picture has one path.
const PathLife = 7 * 24 * time.Hour

// Path is the picture's path on this server, for somebody on whose account it is
// fetched; "" where the URL is none to fetch.
func (s Signer) Path(of, address string, now time.Time) string {
	u, err := url.Parse(address)
	if err != nil || fetchable(u) != nil {
		return ""
	}
	end := now.Add(PathLife).Unix()/secondsOfDay + 1
	text := of + " " + strconv.FormatInt(end, 10) + " " + address
	return ProxyPath + base64.RawURLEncoding.EncodeToString(s.sum(text)) + "/" + base64.RawURLEncoding.EncodeToString([]byte(text))
}

const secondsOfDay = 24 * 60 * 60

// Open gives what Path wrote, of a signature and what it stands on, until its end.
func (s Signer) Open(signature, encoded string, now time.Time) (of, address string, ok bool) {
	sum, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		return "", "", false
	}
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || !hmac.Equal(sum, s.sum(string(text))) {
		return "", "", false
	}
	of, rest, _ := strings.Cut(string(text), " ")
	end, address, _ := strings.Cut(rest, " ")
	day, err := strconv.ParseInt(end, 10, 64)
	return of, address, err == nil && now.Unix() < day*secondsOfDay
}
