//go:build linux

package bench

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// poll reads any number of sockets in the goroutine that calls run.
type poll struct {
	epoll   int
	targets []target
	buffer  []byte
	events  []unix.EpollEvent
	sockets map[int32]*socket

	// frame is called with each text frame.
	frame func(s *socket, payload []byte, now time.Time)
	// opened is called once a socket's upgrade is answered.
	opened func(s *socket)

	later      []attempt // in the order of their times
	handshakes int       // under way
	atOnce     int       // as many handshakes at each server; 256
	open       int       // upgraded and alive
	failures   int       // sockets that ended without our doing
	failure    error     // the first of them
}

// target is a server that sockets are opened to.
type target struct {
	host    string
	address unix.Sockaddr
}

// newPoll's sockets are opened to the hosts in turns, by their users.
func newPoll(hosts ...string) (*poll, error) {
	var targets []target
	for _, host := range hosts {
		address, err := netip.ParseAddrPort(host)
		if err != nil || !address.Addr().Is4() {
			return nil, fmt.Errorf("server address %q: want IPv4:port", host)
		}
		targets = append(targets, target{host, &unix.SockaddrInet4{Addr: address.Addr().As4(), Port: int(address.Port())}})
	}
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	return &poll{
		epoll:   epoll,
		targets: targets,
		buffer:  make([]byte, 256<<10),
		events:  make([]unix.EpollEvent, 512),
		sockets: map[int32]*socket{},
		atOnce:  256,
	}, nil
}

// connect starts a socket; what it sends first follows once it is writable.
func (p *poll) connect(user int32, token string, first []byte) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("socket: %w", err)
	}
	to := p.targets[int(user)%len(p.targets)]
	if err := unix.Connect(fd, to.address); err != nil && !errors.Is(err, unix.EINPROGRESS) {
		unix.Close(fd)
		return fmt.Errorf("connect: %w", err)
	}
	s := &socket{fd: int32(fd), user: user, host: to.host, token: token, first: first}
	p.sockets[s.fd] = s
	p.handshakes++
	event := unix.EpollEvent{Events: unix.EPOLLOUT, Fd: s.fd}
	return unix.EpollCtl(p.epoll, unix.EPOLL_CTL_ADD, fd, &event)
}

// run serves the sockets until done says so or the deadline passes; done is
// asked at least each 10 ms. It tells whether done was reached.
func (p *poll) run(deadline time.Time, done func() bool) bool {
	for !done() {
		if time.Now().After(deadline) {
			return false
		}
		n, err := unix.EpollWait(p.epoll, p.events, 10)
		if err != nil && !errors.Is(err, unix.EINTR) {
			p.fail(nil, fmt.Errorf("epoll wait: %w", err))
			return false
		}
		for i := range max(n, 0) {
			if s := p.sockets[p.events[i].Fd]; s != nil {
				p.serve(s)
			}
		}
	}
	return true
}

func (p *poll) serve(s *socket) {
	if s.state == connecting {
		p.upgrade(s)
		return
	}
	n, err := unix.Read(int(s.fd), p.buffer)
	switch {
	case errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR):
	case err != nil:
		p.fail(s, fmt.Errorf("read: %w", err))
	case n == 0:
		p.fail(s, errors.New("the server closed the socket"))
	default:
		p.take(s, p.buffer[:n], time.Now())
	}
}

// take handles what a socket read, after what an earlier read left.
func (p *poll) take(s *socket, data []byte, now time.Time) {
	if len(s.rest) > 0 {
		data = append(s.rest, data...)
	}
	rest, err := s.parse(p, data, now)
	if errors.Is(err, errLater) {
		p.later = append(p.later, attempt{s.user, now.Add(time.Second)})
		p.drop(s)
		return
	}
	if err != nil {
		p.fail(s, err)
		return
	}
	if len(rest) == 0 {
		s.rest = nil
		return
	}
	s.rest = append([]byte(nil), rest...)
}

// drop closes a socket of our own will.
func (p *poll) drop(s *socket) {
	switch s.state {
	case live:
		p.open--
	case connecting, upgrading:
		p.handshakes--
	}
	s.state = closed
	delete(p.sockets, s.fd)
	unix.Close(int(s.fd))
}

func (p *poll) dropAll() {
	for _, s := range p.sockets {
		p.drop(s)
	}
}

func (p *poll) fail(s *socket, err error) {
	p.failures++
	if p.failure == nil {
		p.failure = err
	}
	if s != nil && s.state != closed {
		p.drop(s)
	}
}

func (p *poll) close() {
	p.dropAll()
	unix.Close(p.epoll)
}

// attempt is one to open a socket.
type attempt struct {
	user int32
	at   time.Time
}

// connectAll opens a socket for each user, with at most so many handshakes
// at a time at each server, and waits for their upgrades. Who is told to come again does so a second
// later, as clients do.
func (p *poll) connectAll(users []int32, token func(int32) string, first func(int32) []byte, deadline time.Time) error {
	for _, u := range users {
		p.later = append(p.later, attempt{user: u})
	}
	p.run(deadline, func() bool {
		for len(p.later) > 0 && p.handshakes < p.atOnce*len(p.targets) && time.Now().After(p.later[0].at) {
			u := p.later[0].user
			p.later = p.later[1:]
			if err := p.connect(u, token(u), first(u)); err != nil {
				p.fail(nil, err)
			}
		}
		return len(p.later) == 0 && p.handshakes == 0
	})
	if p.open < len(users) {
		return fmt.Errorf("%d of %d sockets are open; first failure: %w", p.open, len(users), p.failureOr("time is up"))
	}
	return nil
}

func (p *poll) failureOr(text string) error {
	if p.failure != nil {
		return p.failure
	}
	return errors.New(text)
}
