//go:build mariadb

package mariadb

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	_ "github.com/go-sql-driver/mysql" // the driver "mysql"

	"taut/internal/testenv/loopback"
)

// Server is a MariaDB server on loopback with a folder of its own.
type Server struct {
	dir  string
	at   string // HOST:PORT, which stays the same
	args []string
	cmd  *exec.Cmd
	done chan error

	names sync.Mutex
	count int // databases made so far, guarded by names
}

// startTimeout is long: one that was killed under load recovers first, and on a busy
// machine that takes its time.
const startTimeout = time.Minute

// Start makes a server with further arguments for its program.
func Start(args ...string) (*Server, error) {
	dir, err := os.MkdirTemp("", "taut-mariadb-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, args: args}
	if err := s.make(); err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

// make fills the folder and starts the server.
func (s *Server) make() (err error) {
	if s.at, err = loopback.Free(); err != nil {
		return err
	}
	return s.fill()
}

// fill makes an empty server's files and starts it.
func (s *Server) fill() error {
	// A folder for temporary files of its own: a server that starts removes those
	// of others.
	if err := os.Mkdir(s.path("tmp"), 0o700); err != nil {
		return err
	}
	if err := s.install(); err != nil {
		return err
	}
	return s.Up()
}

func (s *Server) path(name string) string { return filepath.Join(s.dir, name) }

func (s *Server) port() string { return s.at[strings.LastIndexByte(s.at, ':')+1:] }

// Up starts the server's process and waits until it answers.
func (s *Server) Up() error {
	s.cmd = server(append([]string{"--no-defaults", "--user=root", "--datadir=" + s.path("data"),
		"--port=" + s.port(), "--bind-address=127.0.0.1", "--socket=" + s.path("sock"), "--pid-file=" + s.path("pid"), "--tmpdir=" + s.path("tmp"),
		"--log-error=" + s.path("log"), "--innodb-buffer-pool-size=64M"}, s.args...)...)
	// It ends with the test process, however that ends. What counts is the thread that
	// starts it, and Go ends none but those of goroutines that keep theirs and end: tests
	// have none that do (e2e's go back).
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.done = make(chan error, 1)
	go func() { s.done <- s.cmd.Wait() }()
	db, err := sql.Open("mysql", s.DSN("mysql"))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for db.PingContext(ctx) != nil {
		select {
		case err := <-s.done:
			s.done <- err
			return fmt.Errorf("the server ended: %w: %s", err, s.complaint())
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer within %s: %s", startTimeout, s.lastWords())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// lastWords are the last of what the server logged.
func (s *Server) lastWords() string {
	text, err := os.ReadFile(s.path("log"))
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2000):])
}

// complaint is what the server last said is wrong.
func (s *Server) complaint() (line string) {
	text, err := os.ReadFile(s.path("log"))
	if err != nil {
		return err.Error()
	}
	for l := range strings.Lines(string(text)) {
		if strings.Contains(l, "ERROR") {
			line = strings.TrimSpace(l)
		}
	}
	return line
}

// Freeze lets the server stand still, until it is killed.
func (s *Server) Freeze() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Down ends the server's process by a signal and waits for it.
func (s *Server) Down(sig syscall.Signal) error {
	if err := s.cmd.Process.Signal(sig); err != nil {
		return err
	}
	<-s.done
	return nil
}

// Remove kills the server and removes its folder.
func (s *Server) Remove() {
	if s.cmd != nil && s.cmd.ProcessState == nil {
		s.Down(syscall.SIGKILL)
	}
	os.RemoveAll(s.dir)
}

// Address is where it listens.
func (s *Server) Address() string { return s.at }

// DSN names a database of the server.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("root:@tcp(%s)/%s", s.Address(), database)
}

// NewDatabase makes an empty database and gives its DSN.
func (s *Server) NewDatabase() (string, error) {
	s.names.Lock()
	s.count++
	name := fmt.Sprintf("taut%d", s.count)
	s.names.Unlock()
	return s.DSN(name), s.Exec("CREATE DATABASE " + name)
}

// Exec runs statements on the server itself.
func (s *Server) Exec(statements ...string) error {
	db, err := sql.Open("mysql", s.DSN("mysql"))
	if err != nil {
		return err
	}
	defer db.Close()
	for _, st := range statements {
		if _, err := db.Exec(st); err != nil {
			return fmt.Errorf("%s: %w", st, err)
		}
	}
	return nil
}

var (
	sharedOnce   sync.Once
	sharedServer *Server
	sharedErr    error
)

// Shared is a server for all tests of a process, started when first asked for.
// The process's TestMain ends it by RemoveShared.
func Shared() (*Server, error) {
	sharedOnce.Do(func() { sharedServer, sharedErr = Start() })
	return sharedServer, sharedErr
}

// RemoveShared ends the shared server, if there is one.
func RemoveShared() {
	if sharedServer != nil {
		sharedServer.Remove()
	}
}
