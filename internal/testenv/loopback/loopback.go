// Package loopback gives tests, and the servers that they start, addresses of this
// machine. It imports nothing of the house, so that whatever is tested may use it, and
// has no goroutines.
package loopback

import (
	"net"
	"testing"
)

// Free is an address that nobody listens on: HOST:PORT. It is kept for nobody, and has to
// be used soon.
func Free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// FreeFor is one for a test.
func FreeFor(t testing.TB) string {
	t.Helper()
	at, err := Free()
	if err != nil {
		t.Fatal(err)
	}
	return at
}
