//go:build mariadb

package mariadb

import (
	"syscall"
	"testing"
	"time"
)

// A pair loses nothing that its primary acknowledged when that is killed.
func TestPair(t *testing.T) {
	p, err := StartPair()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Remove()
	do := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	do("write", p.Primary().Exec("CREATE DATABASE d", "CREATE TABLE d.t (n INT PRIMARY KEY)", "INSERT INTO d.t VALUES (1)"))
	do("restart", p.Restart(syscall.SIGKILL))
	do("write after the restart", p.Primary().Exec("INSERT INTO d.t VALUES (2)"))
	do("kill", p.Primary().Down(syscall.SIGKILL))
	do("promote", p.Promote())
	do("write after the promotion", p.Primary().Exec("INSERT INTO d.t VALUES (3)"))
	do("rejoin", p.Rejoin())
	do("write with a replica", p.Primary().Exec("INSERT INTO d.t VALUES (4)"))
	do("freeze", p.Primary().Freeze())
	begin := time.Now()
	do("promote back", p.Promote())
	t.Logf("promoted beside one that stands still in %s", time.Since(begin))
	counted, err := p.Primary().row("SELECT COUNT(*) AS n FROM d.t")
	do("count", err)
	if counted["n"] != "4" {
		t.Errorf("%s of 4 rows are there", counted["n"])
	}
}
