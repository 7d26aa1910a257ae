//go:build e2e && mariadb

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHAProxyReadsItsConfiguration: the one that operators get, with a certificate.
func TestHAProxyReadsItsConfiguration(t *testing.T) {
	text, err := os.ReadFile("../deploy/haproxy/haproxy.cfg")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	taut := binary(t, "")
	for _, args := range [][]string{
		{"cert", "authority", "--folder", dir, "--cluster", "acme"},
		{"cert", "node", "--folder", dir, "--node", "front", "--hosts", "localhost"},
	} {
		if out, err := exec.Command(taut, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	both := filepath.Join(dir, "taut.pem")
	for _, part := range []string{"front.pem", "front.key"} {
		pem, err := os.ReadFile(filepath.Join(dir, part))
		if err != nil {
			t.Fatal(err)
		}
		appendTo(t, both, pem)
	}
	config := filepath.Join(dir, "haproxy.cfg")
	write(t, config, strings.Replace(string(text), "/etc/haproxy/taut.pem", both, 1))
	program, err := exec.LookPath("haproxy")
	if err != nil {
		program = "/usr/sbin/haproxy"
	}
	if out, err := exec.Command(program, "-c", "-f", config).CombinedOutput(); err != nil || strings.Contains(string(out), "WARNING") {
		t.Errorf("%v\n%s", err, out)
	}
}

func appendTo(t *testing.T, path string, text []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(text); err != nil {
		t.Fatal(err)
	}
}
