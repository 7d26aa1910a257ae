//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// sdk is a Slack SDK with a token: it calls methods and hears its socket.
type sdk struct {
	name string
	user string // whose token it has
	*inbox
	do func(command object) (object, error)
}

// call answers with the method's result; the error is a slackError where the
// server refused.
func (s *sdk) call(method string, args object) (object, error) {
	return s.do(object{"do": "call", "method": method, "args": args})
}

func (s *sdk) must(t *testing.T, method string, args object) object {
	t.Helper()
	result, err := s.call(method, args)
	if err != nil {
		t.Fatalf("%s: %s %v: %v", s.name, method, args, err)
	}
	return result
}

// refused expects an error by its name.
func (s *sdk) refused(t *testing.T, want, method string, args object) {
	t.Helper()
	result, err := s.call(method, args)
	if err == nil {
		t.Errorf("%s: %s %v succeeded with %v, want %s", s.name, method, args, result, want)
	} else if err.Error() != want {
		t.Errorf("%s: %s %v: %v, want %s", s.name, method, args, err, want)
	}
}

// pages follows the method's cursor as the SDK does and joins the lists. Of a list of ids
// each becomes an object.
func (s *sdk) pages(t *testing.T, method, list string, args object) (all []object, pages int) {
	t.Helper()
	result, err := s.do(object{"do": "pages", "method": method, "args": args})
	if err != nil {
		t.Fatalf("%s: pages of %s %v: %v", s.name, method, args, err)
	}
	for _, page := range result.list("pages") {
		all = append(all, page.list(list)...)
		ids, _ := page.at(list).([]any)
		for _, id := range ids {
			if id, ok := id.(string); ok {
				all = append(all, object{"id": id})
			}
		}
		pages++
	}
	return all, pages
}

func (s *sdk) act(t *testing.T, command object) {
	t.Helper()
	if _, err := s.do(command); err != nil {
		t.Fatalf("%s: %v: %v", s.name, command, err)
	}
}

// node drives @slack/web-api and @slack/rtm-api.
func node(t *testing.T, s *server, user, token string) *sdk {
	t.Helper()
	return process(t, s, "node", user, token, "node", "node/driver.js")
}

// python drives slack_sdk; the kind is sync or async.
func python(t *testing.T, s *server, kind, user, token string) *sdk {
	t.Helper()
	return process(t, s, "python "+kind, user, token, "python/venv/bin/python", "python/driver.py", kind)
}

// pythonCalls is slack_sdk without a socket: its rtm_v2 hears nothing, not even
// hello, with the token of a person.
func pythonCalls(t *testing.T, s *server, user, token string) *sdk {
	t.Helper()
	return silent(t, s, "python sync", user, token, "python/venv/bin/python", "python/driver.py", "sync")
}

// process starts a driver and its socket.
func process(t *testing.T, s *server, name, user, token, program string, args ...string) *sdk {
	t.Helper()
	client := silent(t, s, name, user, token, program, args...)
	client.act(t, object{"do": "rtm"})
	return client
}

func silent(t *testing.T, s *server, name, user, token, program string, args ...string) *sdk {
	t.Helper()
	if _, err := os.Stat(filepath.Join("python", "venv", ".installed")); err != nil {
		t.Fatal("the SDKs are not installed: run scripts/sdks")
	}
	d := startDriver(t, name, s, token, program, args...)
	return &sdk{name: name, user: user, inbox: d.inbox, do: d.do}
}

// driver is a process that speaks lines of JSON; see node/driver.js.
type driver struct {
	name string
	*inbox

	mu      sync.Mutex
	in      io.WriteCloser
	lastID  int
	waiting map[int]chan answer
}

type answer struct {
	ID     int
	OK     bool
	Result object
	Error  string
	Event  object
}

func startDriver(t *testing.T, name string, s *server, token, program string, args ...string) *driver {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "SLACK_TOKEN="+token, "SLACK_API_URL="+s.api())
	var words lines
	cmd.Stderr = &words
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d := &driver{name: name, inbox: &inbox{}, in: in, waiting: map[int]chan answer{}}
	var reader sync.WaitGroup
	reader.Go(func() { d.read(out) })
	t.Cleanup(func() {
		in.Close() // a driver ends with its input
		stuck := time.AfterFunc(5*time.Second, func() { cmd.Process.Kill() })
		defer stuck.Stop()
		reader.Wait()
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, words.String())
		}
	})
	return d
}

func (d *driver) read(out io.Reader) {
	scan := bufio.NewScanner(out)
	scan.Buffer(nil, 16<<20)
	for scan.Scan() {
		var a answer
		if json.Unmarshal(scan.Bytes(), &a) != nil {
			continue
		}
		if a.Event != nil {
			d.add(a.Event)
			continue
		}
		d.mu.Lock()
		if c := d.waiting[a.ID]; c != nil {
			c <- a
			delete(d.waiting, a.ID)
		}
		d.mu.Unlock()
	}
}

func (d *driver) do(command object) (object, error) {
	c := make(chan answer, 1)
	d.mu.Lock()
	d.lastID++
	line := object{"id": d.lastID}
	for k, v := range command {
		line[k] = v
	}
	d.waiting[d.lastID] = c
	_, err := fmt.Fprintln(d.in, line.String())
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case a := <-c:
		if !a.OK {
			return nil, slackError(a.Error)
		}
		return a.Result, nil
	case <-time.After(2 * patience):
		return nil, errors.New("no answer from the driver")
	}
}

// lines keeps the last of what a process wrote.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text.Len() > 64<<10 {
		l.text.Reset()
	}
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
