//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"taut/internal/testenv/loopback"
	"taut/internal/wholefile"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// builds holds the binary of each set of build tags, made once.
var builds struct {
	sync.Mutex
	dir   string
	paths map[string]string
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "taut-e2e-")
	if err != nil {
		panic(err)
	}
	builds.dir, builds.paths = dir, map[string]string{}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// binary builds taut, once for each set of tags.
func binary(t *testing.T, tags string) string { return binaryOf(t, tags, "development") }

// binaryOf builds a version of taut.
func binaryOf(t *testing.T, tags, version string) string {
	t.Helper()
	builds.Lock()
	defer builds.Unlock()
	name := "taut-" + tags + "-" + version
	if path, ok := builds.paths[name]; ok {
		return path
	}
	path := filepath.Join(builds.dir, name)
	out, err := exec.Command("go", "build", "-tags", tags, "-ldflags", "-X taut/internal/obs.Version="+version, "-o", path, "taut/cmd/taut").CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	builds.paths[name] = path
	return path
}

// server is a taut process that can be killed and started again in place.
type server struct {
	t      *testing.T
	bin    string
	dir    string // scratch: data/, log
	listen string // stays the same over restarts
	ops    string
	log    *os.File
	args   []string // of serve, for a node of a cluster; nil: those of a server that is alone
	name   string   // of the node
	host   *host    // the node's network; nil: this machine's

	cmd    *exec.Cmd
	exited chan struct{}
}

// newServer prepares a server that is not running yet, so that it can be
// seeded. The tags are those of the build.
func newServer(t *testing.T, tags string) *server {
	t.Helper()
	dir := t.TempDir()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, bin: binary(t, tags), dir: dir, listen: loopback.FreeFor(t), ops: loopback.FreeFor(t), log: log}
	t.Cleanup(s.end)
	return s
}

func (s *server) data() string   { return filepath.Join(s.dir, "data") }
func (s *server) config() string { return filepath.Join(s.dir, "taut.toml") }
func (s *server) url() string    { return "http://" + s.listen }
func (s *server) api() string    { return s.url() + "/api/" }

// shiftFile says by how much the clock of a server is wrong that was built with the tag
// clockshift.
func (s *server) shiftFile() string { return filepath.Join(s.dir, "shift") }

// shift sets that, also while the server runs.
func (s *server) shift(by string) {
	s.t.Helper()
	if err := wholefile.Write(s.shiftFile(), []byte(by), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start starts the process and waits until it is ready; it tells how long that took.
func (s *server) start() time.Duration {
	s.t.Helper()
	begin := time.Now()
	s.launch()
	s.await()
	return time.Since(begin)
}

// launch starts the process and doesn't wait.
func (s *server) launch() {
	s.t.Helper()
	args := s.args
	if args == nil {
		args = []string{"--data", s.data(), "--listen", s.listen, "--ops-listen", s.ops}
	}
	s.cmd = exec.Command(s.bin, append([]string{"serve"}, args...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	s.cmd.Env = append(os.Environ(), "TAUT_CLOCK_SHIFT="+s.shiftFile())
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // no test outlives itself
	if err := s.host.in(s.cmd.Start); err != nil {
		s.t.Fatal(err)
	}
	cmd, exited := s.cmd, make(chan struct{})
	s.exited = exited
	go func() { cmd.Wait(); close(exited) }()
}

// await waits until the process is ready.
func (s *server) await() {
	s.t.Helper()
	cmd, exited := s.cmd, s.exited
	eventually(s.t, "the server is ready", func() error {
		select {
		case <-exited:
			s.t.Fatalf("the server ended: %s\n%s", cmd.ProcessState, s.tail())
		default:
		}
		return s.ready()
	})
}

func (s *server) ready() error {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true, DialContext: s.host.dial}}
	resp, err := client.Get("http://" + s.ops + "/readyz")
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

// kill is kill -9.
func (s *server) kill() {
	s.t.Helper()
	s.signal(syscall.SIGKILL)
}

// stop lets the server drain.
func (s *server) stop() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	s.ended()
}

// ended waits for a process that is being stopped: it ends by itself.
func (s *server) ended() {
	s.t.Helper()
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Fatalf("the server lives %s after SIGTERM\n%s", patience, s.tail())
	}
	if !s.cmd.ProcessState.Success() {
		s.t.Errorf("after SIGTERM the server ended with %s\n%s", s.cmd.ProcessState, s.tail())
	}
}

func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("signal %s: %v\n%s", sig, err, s.tail())
	}
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Fatalf("the server lives %s after %s\n%s", patience, sig, s.tail())
	}
}

// end is the last thing of a test: no process is left.
func (s *server) end() {
	if s.cmd != nil && s.cmd.ProcessState == nil {
		select {
		case <-s.exited:
		default:
			s.cmd.Process.Kill()
			<-s.exited
		}
	}
	if s.t.Failed() {
		s.t.Logf("the server's last words:\n%s", s.tail())
	}
	s.log.Close()
}

func (s *server) tail() string {
	text, _ := os.ReadFile(s.log.Name())
	lines := strings.Split(string(text), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}

// taut runs a subcommand to its end.
func (s *server) taut(args ...string) string {
	s.t.Helper()
	out, err := s.try(args...)
	if err != nil {
		s.t.Fatalf("taut %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// try runs a subcommand that may fail.
func (s *server) try(args ...string) (out string, err error) {
	err = s.host.in(func() error {
		text, err := exec.Command(s.bin, args...).CombinedOutput()
		out = string(text)
		return err
	})
	return out, err
}

// eventually waits until try has no error.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	if err := within(patience, try); err != nil {
		t.Fatalf("%s: not within %s: %v", what, patience, err)
	}
}

func within(limit time.Duration, try func() error) error {
	deadline := time.Now().Add(limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		<-tick.C
	}
}

// metric reads one number of the operator's page; ok is false where it isn't there.
func (s *server) metric(name string) (value float64, ok bool) {
	s.t.Helper()
	for line := range strings.Lines(s.page("/metrics")) {
		if rest, found := strings.CutPrefix(line, name+" "); found {
			_, err := fmt.Sscan(rest, &value)
			return value, err == nil
		}
	}
	return 0, false
}
