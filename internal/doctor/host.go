package doctor

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ports looks whether the server has its ports, or could have them.
func (p Patient) ports(ctx context.Context, n *notes) {
	const check = "ports"
	if p.Server != nil {
		d := p.Server.Door
		n.ok(check, "the server runs (process %d) on %s, for the operator on %s", d.PID, d.Listen, d.Ops)
		p.readiness(ctx, n)
		return
	}
	for _, port := range []struct{ setting, at string }{
		{"listen", p.Config.Listen}, {"ops_listen", p.Config.OpsListen}, {"tls.redirect_listen", p.Config.TLS.RedirectListen},
	} {
		if port.at == "" {
			continue
		}
		l, err := net.Listen("tcp", port.at)
		if err != nil {
			n.fail(check, "end the other program, name another port, or (below 1024) let the server have it: setcap or systemd's AmbientCapabilities", "%s: %v", port.setting, err)
			continue
		}
		l.Close()
		n.ok(check, "%s is free: %s", port.setting, port.at)
	}
}

// readiness asks the running server.
func (p Patient) readiness(ctx context.Context, n *notes) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.Server.Door.Ops+"/readyz", nil)
	if err != nil {
		n.fail("server", "restart the server: its server.json names no address that can be asked", "%v", err)
		return
	}
	response, err := client.Do(r)
	if err != nil {
		n.fail("server", "see its log", "/readyz: %v", err)
		return
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		n.fail("server", "see its log", "/readyz says %s", response.Status)
		return
	}
	n.ok("server", "it is ready")
}

const (
	fewFiles   = 4096
	enoughFile = 65_536
)

// openFiles: each socket takes a descriptor.
func (p Patient) openFiles(_ context.Context, n *notes) {
	const check = "open files"
	const remedy = "raise it: LimitNOFILE in the service, or ulimit -n"
	limit, whose := ownLimit(), "of this shell"
	if p.Server != nil {
		if l, err := limitOf(p.Server.Door.PID); err == nil {
			limit, whose = l, "of the server"
		}
	}
	says := fmt.Sprintf("the limit %s is %d: about as many sockets can be open", whose, limit)
	switch {
	case limit < fewFiles:
		n.fail(check, remedy, "%s", says)
	case limit < enoughFile:
		n.warn(check, remedy, "%s", says)
	default:
		n.ok(check, "%s", says)
	}
}

// ownLimit is the hard one: Go raises its own to it.
func ownLimit() uint64 {
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &r) != nil {
		return 0
	}
	return uint64(r.Max)
}

// limitOf reads another process's, on Linux.
func limitOf(pid int) (uint64, error) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/limits")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "Max open files"); ok {
			if words := strings.Fields(rest); len(words) > 0 {
				return strconv.ParseUint(words[0], 10, 64)
			}
		}
	}
	return 0, fmt.Errorf("no limit in /proc/%d/limits", pid)
}

// secrets looks for files with secrets that others can read.
func (p Patient) secrets(_ context.Context, n *notes) {
	for _, f := range []struct{ setting, path string }{
		{"mysql_dsn_file", p.Config.MySQLFile}, {"tls.key_file", p.Config.TLS.KeyFile}, {"mail.password_file", p.Config.Mail.PasswordFile},
		{"files.s3.secret_key_file", p.Config.Files.S3.SecretKeyFile},
	} {
		if f.path == "" {
			continue
		}
		info, err := os.Stat(f.path)
		switch {
		case err != nil:
			n.fail("secrets", "correct the path, or let the server's user read the file", "%s: %v", f.setting, err)
		case info.Mode().Perm()&0o007 != 0:
			n.warn("secrets", "chmod o= "+f.path, "%s can be read by every user of this machine", f.setting)
		default:
			n.ok("secrets", "%s is not open to all", f.setting)
		}
	}
}
