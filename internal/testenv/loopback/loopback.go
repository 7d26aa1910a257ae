// Package loopback gives tests, and the servers that they start, addresses of this
// machine. It imports nothing of the house, so that whatever is tested may use it, and
// has no goroutines.
package loopback

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// Ports lie below those that systems give to whoever connects somewhere, or listens
// anywhere. From among these, a server that is started again may find another's
// connection on its port; and who connects to it meanwhile may reach himself.
const (
	lowest = 10_000
	ports  = 20_000
	// tries: of a few hundred servers there is hardly ever one on the first.
	tries = 100
)

// Free is an address that nobody listens on: HOST:PORT. It is kept for nobody, and has to
// be used soon.
func Free() (at string, err error) {
	for range tries {
		at = fmt.Sprint("127.0.0.1:", lowest+rand.IntN(ports))
		var l net.Listener
		if l, err = net.Listen("tcp", at); err == nil {
			return at, l.Close()
		}
	}
	return "", err
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
