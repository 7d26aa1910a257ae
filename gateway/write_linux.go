package gateway

import (
	"errors"
	"net"
	"syscall"
)

// rawOf is the descriptor of a connection that can be written to without
// waiting; nil for one that is not TCP, a TLS one say.
func rawOf(c net.Conn) syscall.RawConn {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// writeNow writes what the kernel takes at once. Fewer bytes than given, without
// an error: it takes no more for now.
func writeNow(raw syscall.RawConn, b []byte) (n int, err error) {
	done := raw.Write(func(fd uintptr) bool {
		n, err = syscall.Write(int(fd), b)
		for errors.Is(err, syscall.EINTR) {
			n, err = syscall.Write(int(fd), b)
		}
		return true
	})
	if errors.Is(err, syscall.EAGAIN) {
		err = nil
	}
	return max(n, 0), errors.Join(err, done)
}
