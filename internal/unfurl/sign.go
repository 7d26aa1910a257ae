package unfurl

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
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

// Path is the picture's path on this server, for somebody on whose account it is
// fetched; "" where the URL is none to fetch.
func (s Signer) Path(of, address string) string {
	u, err := url.Parse(address)
	if err != nil || fetchable(u) != nil {
		return ""
	}
	text := of + " " + address
	return ProxyPath + base64.RawURLEncoding.EncodeToString(s.sum(text)) + "/" + base64.RawURLEncoding.EncodeToString([]byte(text))
}

// Open gives what Path wrote, of a signature and what it stands on.
func (s Signer) Open(signature, encoded string) (of, address string, ok bool) {
	sum, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		return "", "", false
	}
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || !hmac.Equal(sum, s.sum(string(text))) {
		return "", "", false
	}
	return strings.Cut(string(text), " ")
}
