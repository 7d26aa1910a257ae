package unfurl

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
)

// ProxyPath is where the image proxy serves.
const ProxyPath = "/img-proxy/"

// Signer makes the paths under which the image proxy shows pictures of others:
// only what it signed is fetched.
type Signer struct{ key []byte }

// NewSigner signs with the key.
func NewSigner(key []byte) Signer { return Signer{key} }

func (s Signer) sum(address string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte("image\n" + address))
	return h.Sum(nil)[:18]
}

// Path is the picture's path on this server; "" where the URL is none to fetch.
func (s Signer) Path(address string) string {
	u, err := url.Parse(address)
	if err != nil || fetchable(u) != nil {
		return ""
	}
	return ProxyPath + base64.RawURLEncoding.EncodeToString(s.sum(address)) + "/" + base64.RawURLEncoding.EncodeToString([]byte(address))
}

// Open gives the URL of a signature and what it stands on, as Path wrote them.
func (s Signer) Open(signature, encoded string) (address string, ok bool) {
	sum, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil {
		return "", false
	}
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || !hmac.Equal(sum, s.sum(string(text))) {
		return "", false
	}
	return string(text), true
}
