//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"taut/internal/history"
)

// TestFirstStart is an operator's first minute: an empty server says what to
// do, and what is then made against the running server works at once.
func TestFirstStart(t *testing.T) {
	s := newServer(t, "")
	s.start()
	eventually(t, "a server without a workspace says how to make one", func() error {
		if text := s.tail(); !strings.Contains(text, "workspace create") {
			return fmt.Errorf("it says %s", text)
		}
		return nil
	})
	made := s.json("workspace", "create", "--domain", "acme")
	s.json("user", "add", "--name", "bea")
	person := s.json("user", "add", "--name", "cal", "--role", "guest")
	bot := s.json("bot", "add", "--name", "helper")
	for _, who := range []object{made, person, bot} {
		answer := s.caller(who.text("token")).must(t, "auth.test")
		if answer.text("user_id") != who.text("user_id") || who.text("user_id") == "" {
			t.Errorf("made was %v, its token is of %v", who, answer)
		}
	}
	if text, err := exec.Command(s.bin, "user", "add", "--data", s.data(), "--name", "bea").CombinedOutput(); err == nil {
		t.Errorf("a second bea was made: %s", text)
	}
	s.stop()
	s.start()
	s.caller(made.text("token")).must(t, "auth.test")
}

// json runs an operator's command that prints JSON.
func (s *server) json(args ...string) (answer object) {
	s.t.Helper()
	text := s.taut(append(args, "--data", s.data(), "--json")...)
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		s.t.Fatalf("taut %v printed %q", args, text)
	}
	return answer
}

// TestOneFolderOneServer: a second server on the same folder is refused while
// the first one lives, and not after it was killed.
func TestOneFolderOneServer(t *testing.T) {
	s := newServer(t, "")
	s.start()
	out, err := exec.Command(s.bin, "serve", "--data", s.data(), "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "in use") {
		t.Errorf("a second server on the folder: %v, %s", err, out)
	}
	s.kill()
	s.start()
	info, err := os.Stat(s.data())
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o700 {
		t.Errorf("the data folder's mode is %o, want 700", mode)
	}
}

// TestSeedIsFast prints how long the sizes take that load tests need.
func TestSeedIsFast(t *testing.T) {
	s := newServer(t, "")
	for _, c := range []struct {
		name  string
		flags []string
	}{
		{"people", []string{"--users", "10000", "--channels", "1", "--members", "all", "--bots", "0"}},
		{"rooms", []string{"--users", "2000", "--channels", "1000", "--members", "20", "--bots", "0"}},
	} {
		begin := time.Now()
		w := s.seed(c.name, c.flags...)
		took := time.Since(begin)
		t.Logf("%v: %s", c.flags, took.Round(10*time.Millisecond))
		if took > time.Minute {
			t.Errorf("%v took %s", c.flags, took)
		}
		rooms := map[int]int{}
		for _, r := range w.Channels {
			rooms[len(r.Members)]++
		}
		t.Logf("%d users; channels by size: %v", len(w.Users), rooms)
	}
}

// TestDrain: a server that is told to stop says goodbye, ends in seconds without
// an error, and loses nothing of what it had acknowledged.
func TestDrain(t *testing.T) {
	r := underLoad(t, "")
	r.server.start()
	c := r.read(0)
	listener := node(t, r.server, r.space.Users[1].ID, r.space.Users[1].Token)
	r.send(2, time.Millisecond, r.channels()...)
	r.progress(100, c)
	begin := time.Now()
	r.server.stop()
	t.Logf("drained in %s", time.Since(begin).Round(time.Millisecond))
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("draining took %s", took)
	}
	listener.await(t, "goodbye", has("goodbye", "type"))
	from := listener.mark()
	r.server.start()
	listener.awaitFrom(t, from, "the SDK is back", has("hello", "type"))
	r.progress(100, c)
	r.settle()
	r.judge(strict)
}

// TestReadersOfASeededLog: who comes with the cursor 0 to a log that is longer
// than a resume may bring is told so, and fetches the history.
func TestReadersOfASeededLog(t *testing.T) {
	r := underLoad(t, "", "--messages", "700")
	r.server.start()
	c := r.read(0)
	eventually(t, "the reader is at the head", func() error {
		for _, channel := range r.channels() {
			if at := c.at(channel); at < 700 {
				return fmt.Errorf("at %d of %s", at, channel)
			}
		}
		return nil
	})
	r.judge(history.Options{FetchMustMatch: true})
}
