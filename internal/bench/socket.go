//go:build linux

package bench

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/gobwas/ws"
	"golang.org/x/sys/unix"
)

type socketState byte

const (
	connecting socketState = iota // TCP
	upgrading                     // the request is sent
	live
	closed
)

// socket is one client. It belongs to its poll.
type socket struct {
	fd    int32
	user  int32
	host  string
	state socketState
	token string
	first []byte // sent once the upgrade is answered
	rest  []byte // of a frame that is not whole yet
}

// upgrade sends the request, once TCP is connected.
func (p *poll) upgrade(s *socket) {
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: s.fd}
	if err := unix.EpollCtl(p.epoll, unix.EPOLL_CTL_MOD, int(s.fd), &event); err != nil {
		p.fail(s, fmt.Errorf("epoll: %w", err))
		return
	}
	s.state = upgrading
	request := upgradeRequest(s.host, s.token)
	s.token = ""
	p.write(s, request)
}

func upgradeRequest(host, token string) []byte {
	return fmt.Appendf(nil, "GET /websocket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGF1dCBiZW5jaCBjbGllbg==\r\nAuthorization: Bearer %s\r\n\r\n", host, token)
}

// write sends all at once or fails the socket: what a client sends is small.
func (p *poll) write(s *socket, data []byte) {
	n, err := unix.Write(int(s.fd), data)
	if err != nil || n < len(data) {
		p.fail(s, fmt.Errorf("write %d of %d bytes: %w", n, len(data), err))
	}
}

// errLater: the workspace has opened as many sockets as it may in a second.
var errLater = errors.New("the server says to come again")

var headEnd = []byte("\r\n\r\n")

// parse handles all whole frames of data and gives back what is left.
func (s *socket) parse(p *poll, data []byte, now time.Time) (rest []byte, err error) {
	if s.state == upgrading {
		head, after, whole := bytes.Cut(data, headEnd)
		if !whole {
			return data, nil
		}
		if bytes.HasPrefix(head, []byte("HTTP/1.1 429")) {
			return nil, errLater
		}
		if !bytes.HasPrefix(head, []byte("HTTP/1.1 101")) {
			line, _, _ := bytes.Cut(head, headEnd[:2])
			return nil, fmt.Errorf("upgrade answered %q", line)
		}
		p.upgraded(s)
		data = after
	}
	for s.state == live {
		opcode, payload, after, whole := splitFrame(data)
		if !whole {
			break
		}
		data = after
		if err := p.handle(s, opcode, payload, now); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (p *poll) upgraded(s *socket) {
	s.state = live
	p.handshakes--
	p.open++
	if s.first != nil {
		p.write(s, s.first)
		s.first = nil
	}
	if p.opened != nil {
		p.opened(s)
	}
}

func (p *poll) handle(s *socket, opcode ws.OpCode, payload []byte, now time.Time) error {
	switch opcode {
	case ws.OpText:
		if p.frame != nil {
			p.frame(s, payload, now)
		}
	case ws.OpPing:
		p.write(s, clientFrame(ws.NewPongFrame(bytes.Clone(payload))))
	case ws.OpClose:
		code, reason := ws.ParseCloseFrameData(payload)
		return fmt.Errorf("the server closed with %d %q", code, reason)
	}
	return nil
}

// splitFrame cuts the first frame off; a server's frames have no mask.
func splitFrame(data []byte) (opcode ws.OpCode, payload, rest []byte, whole bool) {
	if len(data) < 2 {
		return 0, nil, data, false
	}
	size, head := int(data[1]&0x7f), 2
	switch {
	case size == 126 && len(data) >= 4:
		size, head = int(binary.BigEndian.Uint16(data[2:])), 4
	case size == 127 && len(data) >= 10:
		size, head = int(binary.BigEndian.Uint64(data[2:])), 10
	case size >= 126:
		return 0, nil, data, false
	}
	if len(data) < head+size {
		return 0, nil, data, false
	}
	return ws.OpCode(data[0] & 0x0f), data[head : head+size], data[head+size:], true
}

// clientFrame is a frame's bytes, masked.
func clientFrame(f ws.Frame) []byte {
	return ws.MustCompileFrame(ws.MaskFrameInPlace(f))
}
