package app

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"syscall"
)

// visitors are the clients' connections. They take no more of the process's files than
// leaves some for the data, the database and the other nodes: beyond, the one goes on
// which nothing was asked for the longest time.
type visitors struct {
	most    int        // open at a time, sockets among them
	sockets func() int // how many are sockets by now

	mu    sync.Mutex
	open  int                        // that are no sockets; guarded by mu
	quiet list.List                  // net.Conn, the longest quiet first; guarded by mu
	where map[net.Conn]*list.Element // in quiet; guarded by mu
	gone  map[net.Conn]bool          // sent away, and not noted as closed yet; guarded by mu
}

func newVisitors(most int, sockets func() int) *visitors {
	return &visitors{most: most, sockets: sockets, where: map[net.Conn]*list.Element{}, gone: map[net.Conn]bool{}}
}

// note is a server's ConnState.
func (v *visitors) note(c net.Conn, state http.ConnState) {
	sockets := 0
	if state == http.StateNew {
		sockets = v.sockets()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.speaks(c)
	if v.gone[c] {
		if state == http.StateHijacked || state == http.StateClosed {
			delete(v.gone, c)
		}
		return
	}
	switch state {
	case http.StateNew:
		v.open++
		v.falls(c)
		if v.open+sockets > v.most {
			v.sendAway(v.quiet.Front().Value.(net.Conn))
		}
	case http.StateIdle:
		v.falls(c)
	case http.StateHijacked, http.StateClosed:
		v.open--
	}
}

// speaks and falls silent. They are under mu.
func (v *visitors) speaks(c net.Conn) {
	if e := v.where[c]; e != nil {
		v.quiet.Remove(e)
		delete(v.where, c)
	}
}

func (v *visitors) falls(c net.Conn) { v.where[c] = v.quiet.PushBack(c) }

// sendAway is under mu. Its server notes that it is closed.
func (v *visitors) sendAway(c net.Conn) {
	v.speaks(c)
	v.gone[c] = true
	v.open--
	if over, ok := c.(*tls.Conn); ok {
		c = over.NetConn() // TLS would say farewell first, and wait for who reads nothing
	}
	c.Close()
}

// close sends the quiet ones away. http.Server.Shutdown waits five seconds for each on
// which nothing was asked yet, as browsers open ahead: a request may be on its way.
func (v *visitors) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for e := v.quiet.Front(); e != nil; e = v.quiet.Front() {
		v.sendAway(e.Value.(net.Conn))
	}
}

// openFiles is how many files and connections the process may have open.
func openFiles() int {
	var r syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r) != nil || r.Cur > manyFiles {
		return manyFiles
	}
	return int(r.Cur)
}

// manyFiles is beyond what one process serves.
const manyFiles = 4 << 20

// Of the files that may be open, clients' connections may take seven of eight, and
// sockets three of four.
func visitorsOf(files int) int { return files / 8 * 7 }
func socketsOf(files int) int  { return min(files/4*3, manySockets) }

// manySockets is what a gateway takes at most.
const manySockets = 1_000_000
