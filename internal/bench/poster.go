package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// poster is one keep-alive connection that calls the Web API, one call at a
// time. net/http's client would cost as much as the server's side.
type poster struct {
	host string
	conn net.Conn
	in   *bufio.Reader
	out  []byte
}

func newPoster(host string) (*poster, error) {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	return &poster{host: host, conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}, nil
}

func (p *poster) close() { p.conn.Close() }

// post sends a message.
func (p *poster) post(token, channel, text string) error {
	_, err := p.call("chat.postMessage", token, "channel="+channel+"&text="+url.QueryEscape(text))
	return err
}

var okTrue = []byte(`"ok":true`)

// call answers with the body; an answer that is not ok is an error.
func (p *poster) call(method, token, form string) ([]byte, error) {
	p.out = fmt.Appendf(p.out[:0], "POST /api/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", method, p.host, token, len(form), form)
	p.conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := p.conn.Write(p.out); err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	body, err := p.answer()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	if !bytes.Contains(body, okTrue) {
		return body, fmt.Errorf("%s: %.200s", method, body)
	}
	return body, nil
}

// send posts bytes to a path that needs no token.
func (p *poster) send(path string, data []byte) error {
	p.out = fmt.Appendf(p.out[:0], "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n",
		path, p.host, len(data))
	p.conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := p.conn.Write(append(p.out, data...)); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	body, err := p.answer()
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	if !bytes.HasPrefix(body, []byte("OK")) {
		return fmt.Errorf("send: %.200s", body)
	}
	return nil
}

// answer reads one response.
func (p *poster) answer() ([]byte, error) {
	size, chunked := 0, false
	for {
		line, err := p.in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case strings.EqualFold(name, "Content-Length"):
			size, _ = strconv.Atoi(value)
		case strings.EqualFold(name, "Transfer-Encoding"):
			chunked = true
		}
	}
	if chunked {
		return p.chunks()
	}
	body := make([]byte, size)
	_, err := io.ReadFull(p.in, body)
	return body, err
}

func (p *poster) chunks() ([]byte, error) {
	body, err := io.ReadAll(httputil.NewChunkedReader(p.in))
	if err != nil {
		return nil, err
	}
	_, err = p.in.ReadString('\n') // the line after the last chunk
	return body, err
}
