//go:build s3

package s3

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"taut/internal/bucket"
	"taut/internal/testenv/loopback"
)

// Server is an S3 on loopback with a folder and one bucket of its own.
type Server struct {
	dir  string
	at   string // host:port
	cmd  *exec.Cmd
	done chan error
}

const (
	// Bucket is what every server has, AccessKey and SecretKey what opens it.
	Bucket    = "taut-files"
	AccessKey = "taut"
	SecretKey = "taut-secret"

	startTimeout = 20 * time.Second
)

// Start makes a server and its bucket.
func Start() (*Server, error) {
	dir, err := os.MkdirTemp("", "taut-s3-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	if s.at, err = loopback.Free(); err == nil {
		err = os.MkdirAll(filepath.Join(dir, "data", Bucket), 0o700) // a folder is a bucket
	}
	if err == nil {
		err = s.Up()
	}
	if err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

// Endpoint is the server's URL, which stays the same.
func (s *Server) Endpoint() string { return "http://" + s.at }

// Options are those of a client of the bucket, with keys that begin so.
func (s *Server) Options(prefix string) bucket.Options {
	return bucket.Options{Endpoint: s.Endpoint(), Name: Bucket, Region: "us-east-1", PathStyle: true, Prefix: prefix, AccessKey: AccessKey, SecretKey: SecretKey}
}

// Settings are the lines of a configuration file for the bucket; the keys go into
// files in the folder.
func (s *Server) Settings(folder string) (string, error) {
	access, secret := filepath.Join(folder, "s3-access-key"), filepath.Join(folder, "s3-secret-key")
	err := errors.Join(os.WriteFile(access, []byte(AccessKey+"\n"), 0o600), os.WriteFile(secret, []byte(SecretKey+"\n"), 0o600))
	return fmt.Sprintf("[files.s3]\nendpoint = %q\nbucket = %q\nregion = \"us-east-1\"\npath_style = true\naccess_key_file = %q\nsecret_key_file = %q\n",
		s.Endpoint(), Bucket, access, secret), err
}

// program is where scripts/s3 puts it.
func program() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "taut", "engines", "versitygw"), err
}

// Up starts the server's process, again after Down, and waits until it listens.
func (s *Server) Up() error {
	path, err := program()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(path, "--port", s.at, "--access", AccessKey, "--secret", SecretKey, "--keep-alive", "--quiet",
		"--cors-allow-origin", "*", "posix", filepath.Join(s.dir, "data"))
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("scripts/s3 builds it: %w", err)
	}
	done := make(chan error, 1)
	s.done = done
	go func() { done <- s.cmd.Wait() }()
	return s.await()
}

func (s *Server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		c, err := net.Dial("tcp", s.at)
		if err == nil {
			return c.Close()
		}
		select {
		case <-tick.C:
		case ended := <-s.done:
			s.cmd = nil
			return fmt.Errorf("the server ended: %v: %s", ended, s.log())
		case <-ctx.Done():
			return fmt.Errorf("the server is not up: %w: %s", err, s.log())
		}
	}
}

func (s *Server) log() []byte {
	text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return text[max(0, len(text)-1000):]
}

// Down kills the process; what is stored stays.
func (s *Server) Down() error {
	if s.cmd == nil {
		return nil
	}
	err := s.cmd.Process.Kill()
	<-s.done
	s.cmd = nil
	return err
}

// Pause lets the process stand still, until Continue.
func (s *Server) Pause() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Continue lets it go on.
func (s *Server) Continue() error { return s.cmd.Process.Signal(syscall.SIGCONT) }

// Remove kills the process and removes the folder.
func (s *Server) Remove() error { return errors.Join(s.Down(), os.RemoveAll(s.dir)) }
