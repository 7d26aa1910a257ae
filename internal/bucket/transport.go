package bucket

import (
	"context"
	"net"
	"net/http"
	"time"
)

const (
	dialTime = 3 * time.Second
	// silence is how long a connection may move nothing while somebody waits for it:
	// while the S3 copies, it says nothing.
	silence = copyTime
	// maxIdle are the connections that are kept for the next calls.
	maxIdle = 32
)

func newTransport() *http.Transport {
	dialer := net.Dialer{Timeout: dialTime}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &watched{c}, nil
		},
		TLSHandshakeTimeout:   dialTime,
		ResponseHeaderTimeout: copyTime,
		IdleConnTimeout:       silence,
		MaxIdleConns:          maxIdle,
		MaxIdleConnsPerHost:   maxIdle,
		DisableCompression:    true, // bytes are to come as they are
	}
}

// watched is a connection of which each read and write has a deadline. An idle one
// is waited for too, and ends with it.
type watched struct{ net.Conn }

func (c *watched) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *watched) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
