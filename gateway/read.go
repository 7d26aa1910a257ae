package gateway

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"github.com/gobwas/ws"

	"taut/wire"
)

// readBuffer is what a quiet socket's reader keeps: most frames of clients fit.
const readBuffer = 512

// fault ends a socket for what the client sent.
type fault struct{ why reason }

func (f fault) Error() string { return f.why.String() }

// read is the socket's goroutine: it hands on the client's messages until the
// connection ends, closes it and tells the shard.
func (s *session) read(rest []byte) {
	var from io.Reader = s.conn
	if len(rest) > 0 {
		from = io.MultiReader(bytes.NewReader(rest), s.conn)
	}
	r := bufio.NewReaderSize(from, readBuffer)
	for {
		message, err := s.message(r)
		if err == nil {
			err = s.handle(message)
		}
		if f, ok := errors.AsType[fault](err); ok {
			s.shard.inbox.command(&abandon{s, f.why})
			drainConn(s.conn) // until the shard's deadline
			break
		}
		if err != nil {
			break
		}
	}
	s.conn.Close()
	s.shard.inbox.command(&hungUp{s})
}

// message reads one text message, answering the control frames before and
// within it.
func (s *session) message(r *bufio.Reader) ([]byte, error) {
	var message []byte
	state := ws.StateServerSide
	for {
		s.flow.wait()
		h, err := ws.ReadHeader(r)
		if err != nil {
			return nil, err
		}
		s.heard.Store(time.Now().UnixMilli())
		if ws.CheckHeader(h, state) != nil {
			return nil, fault{malformed}
		}
		if h.OpCode == ws.OpBinary {
			return nil, fault{notText}
		}
		if h.Length > int64(wire.MaxClientFrame-len(message)) {
			return nil, fault{tooBig}
		}
		payload, err := readPayload(r, h)
		if err != nil {
			return nil, err
		}
		if h.OpCode != ws.OpText {
			if _, err := s.count(1); err != nil {
				return nil, err
			}
		}
		if h.OpCode.IsControl() {
			if err := s.control(h, payload); err != nil {
				return nil, err
			}
			continue
		}
		message = append(message, payload...)
		if h.Fin {
			if !utf8.Valid(message) {
				return nil, fault{notUTF8}
			}
			return message, nil
		}
		state = state.Set(ws.StateFragmented)
	}
}

func readPayload(r *bufio.Reader, h ws.Header) ([]byte, error) {
	payload := make([]byte, h.Length)
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, err
	}
	ws.Cipher(payload, h.Mask, 0)
	return payload, nil
}

// control answers a ping and obeys a close.
func (s *session) control(h ws.Header, payload []byte) error {
	switch h.OpCode {
	case ws.OpPing:
		s.reply(wire.PongFrame(payload))
	case ws.OpClose:
		if len(payload) == 1 || len(payload) >= 2 && binary.BigEndian.Uint16(payload) < 1000 {
			return fault{malformed}
		}
		return fault{left}
	}
	return nil
}
