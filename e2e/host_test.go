//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// host is a node's network, where it has one of its own: a namespace with one wire, a
// TUN device.
type host struct {
	number    int
	namespace *os.File // keeps it alive
	wire      *os.File
}

// newHost makes a namespace.
func newHost(number int) (h *host, err error) {
	h = &host{number: number}
	apart(func() {
		err = h.make()
	})
	return h, err
}

// ground is the test's own network.
var ground, errGround = os.Open("/proc/self/ns/net")

// apart runs do in a thread of its own, which goes back to the test's network: were it
// thrown away, the processes that were ever started from it might go with it.
func apart(do func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		do()
		if errGround == nil && unix.Setns(int(ground.Fd()), unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
	}()
	<-done
}

func (h *host) make() (err error) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	if h.namespace, err = os.Open("/proc/thread-self/ns/net"); err != nil {
		return err
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("/dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq("wire")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		unix.Close(fd)
		return fmt.Errorf("tun: %w", err)
	}
	h.wire = os.NewFile(uintptr(fd), "wire")
	for _, command := range []string{"link set lo up", "link set wire up mtu 1500", "addr add " + h.ip() + "/24 dev wire"} {
		if out, err := exec.Command("ip", strings.Fields(command)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", command, err, out)
		}
	}
	return nil
}

func (h *host) ip() string { return fmt.Sprintf("10.99.0.%d", h.number+1) }

// in runs do with the host's network; one that is none is the test's own.
func (h *host) in(do func() error) (err error) {
	if h == nil {
		return do()
	}
	apart(func() {
		if err = unix.Setns(int(h.namespace.Fd()), unix.CLONE_NEWNET); err == nil {
			err = do()
		}
	})
	return err
}

// dial connects to what the host itself would reach at the address.
func (h *host) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	err = h.in(func() (err error) {
		conn, err = (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, network, address)
		return err
	})
	return conn, err
}
