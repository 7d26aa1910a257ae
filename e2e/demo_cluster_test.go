//go:build e2e && mariadb && s3

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// demoCluster is what scripts/demo-cluster runs, by its words.
type demoCluster struct {
	*server
	front  *server // HAProxy
	port   int
	folder string
}

// portsOfDemo is how many ports the script takes, from its first on.
const portsOfDemo = 47

func startDemoCluster(t *testing.T) *demoCluster {
	t.Helper()
	c := &demoCluster{server: &server{t: t, bin: binary(t, "")}, port: freePorts(t, portsOfDemo)}
	cmd := exec.Command("../scripts/demo-cluster")
	cmd.Env = append(os.Environ(), "TAUT="+c.bin, "PORT="+strconv.Itoa(c.port), "TMPDIR="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.end(cmd) })
	slow := time.AfterFunc(time.Minute, func() { cmd.Process.Signal(syscall.SIGTERM) })
	defer slow.Stop()
	said := &strings.Builder{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(said, lines.Text())
		if name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " "); name == "folder" {
			c.folder = strings.TrimSpace(value)
		}
		if _, url, up := strings.Cut(lines.Text(), "The cluster is up: open http://"); up {
			c.front = &server{t: t, listen: url}
			return c
		}
	}
	t.Fatalf("the cluster did not come up:\n%s", said)
	return nil
}

// freePorts are n in a row that nobody listens on, below those that the system gives out.
func freePorts(t *testing.T, n int) (first int) {
	t.Helper()
next:
	for first = 20_000; first < 32_000; first += n {
		for port := first; port < first+n; port++ {
			l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
			if err != nil {
				continue next
			}
			l.Close()
		}
		return first
	}
	t.Fatal("no ports")
	return 0
}

// end stops it as Ctrl+C does, and looks that nothing is left.
func (c *demoCluster) end(cmd *exec.Cmd) {
	syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
	cmd.Wait()
	if _, err := os.Stat(c.folder); c.folder != "" && err == nil {
		c.t.Errorf("%s is left", c.folder)
	}
	if err := syscall.Kill(-cmd.Process.Pid, 0); err == nil {
		c.t.Error("processes are left")
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

// node is one of the three, past HAProxy.
func (c *demoCluster) node(n int) *server {
	return &server{t: c.t, listen: fmt.Sprint("127.0.0.1:", c.port+n)}
}

func (c *demoCluster) token(name string) string {
	c.t.Helper()
	var made struct{ Token string }
	text := c.taut("user", "token", "--json", "--config", filepath.Join(c.folder, "node-1.toml"), "--name", name)
	if err := json.Unmarshal([]byte(text), &made); err != nil || made.Token == "" {
		c.t.Fatalf("a token of %s: %s %v", name, text, err)
	}
	return made.Token
}

// TestDemoCluster: one command, and people on three nodes talk; one of them dies.
func TestDemoCluster(t *testing.T) {
	c := startDemoCluster(t)
	page, err := http.Get(c.front.url() + "/signin")
	if err != nil || page.StatusCode != http.StatusOK {
		t.Fatalf("the page to sign in: %v %v", page, err)
	}
	page.Body.Close()

	maren, tom := c.token("maren"), c.token("tom")
	channel := ""
	listener := node(t, c.front, "tom", tom)
	for _, ch := range listener.must(t, "conversations.list", object{}).list("channels") {
		if ch.text("name") == "general" {
			channel = ch.text("id")
		}
	}
	post := func(by *server, text string, to *sdk) {
		t.Helper()
		slackGo(t, by, "maren", maren).must(t, "chat.postMessage", object{"channel": channel, "text": text})
		to.await(t, text, all(has("message", "type"), has(text, "text")))
	}
	for n := 1; n <= 3; n++ {
		post(c.node(n), fmt.Sprint("by node ", n), listener)
	}

	pid, err := os.ReadFile(filepath.Join(c.folder, "node-2.pid"))
	if err != nil {
		t.Fatal(err)
	}
	dead, err := strconv.Atoi(strings.TrimSpace(string(pid)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(dead, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	post(c.front, "after a node's death", node(t, c.front, "tom", tom))
}
