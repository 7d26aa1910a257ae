//go:build !linux

package gateway

import (
	"errors"
	"net"
	"syscall"
)

// rawOf: every write is left to a writer that may wait.
func rawOf(net.Conn) syscall.RawConn { return nil }

func writeNow(syscall.RawConn, []byte) (int, error) { return 0, errors.ErrUnsupported }
