//go:build e2e && mariadb && s3

package e2e

import (
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// network joins hosts, each of which is a network namespace with one wire: a TUN
// device, whose packets the test carries to where they go, late or not at all. The
// hosts know nobody else; the test reaches them by sockets of their own.
type network struct {
	t      *testing.T
	hosts  []*host
	policy atomic.Pointer[policy]
	late   chan packet
}

// policy says what becomes of a packet: whether it is lost, or how late it comes. The
// hosts are numbered from 0 on.
type policy func(from, to int) (lost bool, after time.Duration)

type packet struct {
	to   *host
	at   time.Time
	data []byte
}

// queued packets are what a slow network holds; more are lost.
const queued = 16384

func newNetwork(t *testing.T, hosts int) *network {
	t.Helper()
	n := &network{t: t, late: make(chan packet, queued)}
	for i := range hosts {
		h, err := newHost(i)
		if err != nil {
			t.Fatalf("the cluster's tests make network namespaces, for which they need root, /dev/net/tun and iproute2's ip: %v", err)
		}
		n.hosts = append(n.hosts, h)
	}
	var carriers, slow sync.WaitGroup
	slow.Go(n.deliverLate)
	for _, h := range n.hosts {
		carriers.Go(func() { n.carry(h) })
	}
	t.Cleanup(func() {
		for _, h := range n.hosts {
			h.wire.Close()
		}
		carriers.Wait()
		close(n.late)
		slow.Wait()
		for _, h := range n.hosts {
			h.namespace.Close()
		}
	})
	return n
}

// carry takes what a host sends to where it goes.
func (n *network) carry(h *host) {
	buffer := make([]byte, 2048)
	for {
		size, err := h.wire.Read(buffer)
		if err != nil {
			return
		}
		p := buffer[:size]
		if size < 20 || p[0]>>4 != 4 {
			continue
		}
		to := int(p[19]) - 1
		if p[16] != 10 || p[17] != 99 || to < 0 || to >= len(n.hosts) {
			continue
		}
		var after time.Duration
		if rule := n.policy.Load(); rule != nil {
			lost, late := (*rule)(h.number, to)
			if lost {
				continue
			}
			after = late
		}
		if after == 0 {
			n.hosts[to].wire.Write(p) // one that is full loses it
			continue
		}
		select {
		case n.late <- packet{n.hosts[to], time.Now().Add(after), append([]byte(nil), p...)}:
		default:
		}
	}
}

// deliverLate delivers in order: all that waits is equally late.
func (n *network) deliverLate() {
	for p := range n.late {
		<-time.After(time.Until(p.at))
		p.to.wire.Write(p.data)
	}
}

// during puts a policy on all that the hosts send each other while do runs.
func (n *network) during(p policy, do func()) {
	n.policy.Store(&p)
	defer n.policy.Store(nil)
	do()
}

// cut loses all packets from some hosts to others.
func cut(from, to []*server) policy {
	return func(a, b int) (bool, time.Duration) { return hasHost(from, a) && hasHost(to, b), 0 }
}

// apartFrom loses all packets between some hosts and others.
func apartFrom(some, others []*server) policy {
	there, back := cut(some, others), cut(others, some)
	return func(a, b int) (bool, time.Duration) {
		lost, _ := there(a, b)
		lostBack, _ := back(a, b)
		return lost || lostBack, 0
	}
}

// poor loses a share of the packets and delays the others.
func poor(share float64, delay time.Duration) policy {
	return func(int, int) (bool, time.Duration) { return rand.Float64() < share, delay }
}

func hasHost(of []*server, number int) bool {
	for _, s := range of {
		if s.host.number == number {
			return true
		}
	}
	return false
}

// forward takes the host's connections to an address of its loopback to one of the
// test's network, that of each new connection's moment.
type forward struct {
	target atomic.Pointer[string]

	gate sync.RWMutex // held while answers wait
	mu   sync.Mutex
	open map[net.Conn]net.Conn // the host's, and the test's side; guarded by mu
}

func (h *host) forward(t *testing.T, address, target string) *forward {
	t.Helper()
	f := &forward{open: map[net.Conn]net.Conn{}}
	f.target.Store(&target)
	var l net.Listener
	if err := h.in(func() (err error) {
		l, err = net.Listen("tcp", address)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				running.Go(func() { f.carry(conn) })
			}
		}
	})
	t.Cleanup(func() {
		l.Close()
		f.drop()
		running.Wait()
	})
	return f
}

func (f *forward) carry(conn net.Conn) {
	defer conn.Close()
	to, err := net.DialTimeout("tcp", *f.target.Load(), 5*time.Second)
	if err != nil {
		return
	}
	defer to.Close()
	f.mu.Lock()
	f.open[conn] = to
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.open, conn)
	}()
	var back sync.WaitGroup
	back.Go(func() { pour(conn, to, f.gate.RLocker()) })
	pour(to, conn, nil)
	back.Wait()
}

// hold keeps the answers until what it returns is called.
func (f *forward) hold() (release func()) {
	f.gate.Lock()
	return f.gate.Unlock
}

// pour copies until either end is gone, and then ends both; gate, where there is one,
// may hold it up.
func pour(to, from net.Conn, gate sync.Locker) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if gate != nil {
				gate.Lock()
			}
			if _, werr := to.Write(buffer[:n]); werr != nil {
				err = werr
			}
			if gate != nil {
				gate.Unlock()
			}
		}
		if err != nil {
			from.Close()
			to.Close()
			return
		}
	}
}

// drop ends what is open.
func (f *forward) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for conn, to := range f.open {
		conn.Close()
		to.Close()
	}
}

// ports are the local ones of the test's side.
func (f *forward) ports() (ports []int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, to := range f.open {
		ports = append(ports, to.LocalAddr().(*net.TCPAddr).Port)
	}
	return ports
}
