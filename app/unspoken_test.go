package app

import (
	"net"
	"net/http"
	"testing"
	"time"
)

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
