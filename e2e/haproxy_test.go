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
	var pem strings.Builder
	for _, part := range []string{"front.pem", "front.key"} {
		text, err := os.ReadFile(filepath.Join(dir, part))
		if err != nil {
			t.Fatal(err)
		}
		pem.Write(text)
	}
	both := filepath.Join(dir, "taut.pem")
	write(t, both, pem.String())
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
