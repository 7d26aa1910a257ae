//go:build mariadb

package store_test

import (
	"bytes"
	"net"
	"sync/atomic"
	"testing"
)

// cutter is a proxy to the server that, when armed, lets a COMMIT through and
// cuts the connection before its answer.
type cutter struct {
	listener net.Listener
	server   string
	armed    atomic.Int32
	cuts     atomic.Int32
}

func startCutter(t *testing.T, server string) *cutter {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: l, server: server}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
	return c
}

func (c *cutter) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	var cut atomic.Bool
	go func() {
		defer server.Close()
		b := make([]byte, 1<<16)
		for {
			n, err := client.Read(b)
			if err != nil {
				return
			}
			if bytes.HasSuffix(b[:n], []byte("COMMIT")) && c.armed.Add(-1) >= 0 {
				c.cuts.Add(1)
				cut.Store(true)
			}
			if _, err := server.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	b := make([]byte, 1<<16)
	for {
		n, err := server.Read(b) // of a commit: it has happened
		if err != nil || cut.Load() {
			return
		}
		if _, err := client.Write(b[:n]); err != nil {
			return
		}
	}
}
