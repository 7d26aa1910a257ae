package app

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

// Who connects and says nothing goes when others come; nobody is turned away for them.
func TestManyConnectionsThatSayNothing(t *testing.T) {
	a := build(t, t.TempDir())
	const most = 7
	a.maxFiles = most * 8 / 7
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	}()
	at := a.public.Addr().String()
	var silent []net.Conn
	for range 3 * most {
		conn, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		silent = append(silent, conn)
	}
	// Kept for their next question, these are turned away no sooner than the silent ones.
	for range 2 * most {
		client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		r, err := client.Get("http://" + at + "/api/api.test")
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	for _, conn := range silent {
		conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("one that is silent: %v", err)
		}
	}
}

// A connection on which nothing was ever asked holds up no stop.
func TestStopWithAConnectionThatSaysNothing(t *testing.T) {
	a := build(t, t.TempDir())
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", a.public.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// A later connection is served: the silent one has been accepted.
	client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get("http://" + a.public.Addr().String() + "/api/api.test")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if err := a.Stop(); err != nil {
		t.Error(err)
	}
}
