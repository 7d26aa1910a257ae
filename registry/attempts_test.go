package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// mute forwards connections to a server until it is silenced: then it takes what is
// said, and nobody hears of it.
type mute struct {
	t        *testing.T
	listener net.Listener
	to       string
	silenced chan struct{}

	mu    sync.Mutex
	conns []net.Conn
	all   sync.WaitGroup
}

func newMute(t *testing.T, to string) *mute {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mute{t: t, listener: l, to: to, silenced: make(chan struct{})}
	m.all.Go(m.accept)
	t.Cleanup(m.close)
	return m
}

func (m *mute) address() string { return m.listener.Addr().String() }

func (m *mute) accept() {
	for {
		from, err := m.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", m.to)
		if err != nil {
			from.Close()
			return
		}
		m.mu.Lock()
		m.conns = append(m.conns, from, to)
		m.mu.Unlock()
		m.all.Go(func() { io.Copy(m.unlessSilenced(to), from) })
		m.all.Go(func() { io.Copy(m.unlessSilenced(from), to) })
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func (m *mute) unlessSilenced(to io.Writer) io.Writer {
	return writer(func(b []byte) (int, error) {
		select {
		case <-m.silenced:
			return len(b), nil
		default:
			return to.Write(b)
		}
	})
}

func (m *mute) close() {
	m.listener.Close()
	m.mu.Lock()
	for _, c := range m.conns {
		c.Close()
	}
	m.mu.Unlock()
	m.all.Wait()
}

// TestAServerFallsSilent: what it is asked and doesn't answer another one is asked.
func TestAServerFallsSilent(t *testing.T) {
	_, endpoints := members(t, 1)
	silent := newMute(t, endpoints[0])
	r := open(t, "s", silent.address(), endpoints[0])
	l, err := r.Lease(t.Context(), time.Minute, nil)
	must(t, err)
	leader, err := l.Lead(t.Context(), "ring", "me")
	must(t, err)
	// The client knows both before one of them says nothing more.
	for range 4 {
		must(t, r.Put(t.Context(), "drain/n", []byte("{}")))
	}
	close(silent.silenced)
	for i := range 2 { // calls take turns among the servers
		for what, do := range map[string]func(context.Context) error{
			"a put":     func(ctx context.Context) error { return r.Put(ctx, "drain/n", []byte("{}")) },
			"a list":    func(ctx context.Context) error { _, err := r.List(ctx, "drain/"); return err },
			"a delete":  func(ctx context.Context) error { return r.Delete(ctx, "drain/n") },
			"to unseat": func(ctx context.Context) error { return r.Unseat(ctx, "ring", "another") },
			"a lease": func(ctx context.Context) error {
				l, err := r.Lease(ctx, time.Minute, nil)
				if err != nil {
					return err
				}
				return errors.Join(l.Put(ctx, fmt.Sprint("members/", i), nil), l.Close(ctx))
			},
			"a leader's": func(ctx context.Context) error { return leader.Put(ctx, "rings/it", []byte("1")) },
		} {
			if err := do(t.Context()); err != nil {
				t.Errorf("%s, the %d. time: %v", what, i+1, err)
			}
		}
	}
}
