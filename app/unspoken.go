package app

import (
	"net"
	"net/http"
	"sync"
)

// unspoken are connections on which nothing was asked yet, as browsers open ahead.
// http.Server.Shutdown waits five seconds for each: a request may be on its way.
type unspoken struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{} // guarded by mu
}

// note is a server's ConnState.
func (u *unspoken) note(c net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if state == http.StateNew {
		u.conns[c] = struct{}{}
	} else {
		delete(u.conns, c)
	}
}

func (u *unspoken) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for c := range u.conns {
		c.Close()
	}
}
