//go:build mariadb && !mysql

package mariadb

import (
	"fmt"
	"os"
	"os/exec"
)

// server is the server's program.
func server(args ...string) *exec.Cmd { return exec.Command("mariadbd", args...) }

// install makes the files of an empty server.
func (s *Server) install() error {
	install := exec.Command("mariadb-install-db", "--no-defaults", "--user=root", "--datadir="+s.path("data"),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--tmpdir="+s.path("tmp"))
	install.Env = append(os.Environ(), "TMPDIR="+s.path("tmp"))
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("mariadb-install-db: %w: %s", err, out)
	}
	return nil
}

// The arguments of servers that replicate. A primary acknowledges a commit when its
// replica has it, however long that takes. A replica is read-only, and doesn't wait
// for replicas of its own: its applying would.
var (
	replicates = []string{"--log-bin=bin", "--log-slave-updates", "--binlog-format=ROW", "--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1",
		"--gtid-strict-mode=1", "--slave-net-timeout=10", "--rpl-semi-sync-master-wait-point=AFTER_SYNC", "--rpl-semi-sync-master-timeout=18446744073709551615"}
	asPrimary = []string{"--rpl-semi-sync-master-enabled=1"}
	asReplica = []string{"--rpl-semi-sync-slave-enabled=1", "--read-only=1"}
)

const (
	mayWrite    = "SET GLOBAL read_only = 0"
	semiSync    = "SET GLOBAL rpl_semi_sync_master_enabled = 1"
	commitAlone = "SET GLOBAL rpl_semi_sync_master_enabled = 0"
	follows     = "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master_clients'"

	stopReceiving = "STOP SLAVE IO_THREAD"
	replication   = "SHOW SLAVE STATUS"
	received      = "Gtid_IO_Pos"
	waitApplied   = "SELECT MASTER_GTID_WAIT('%s', %d) AS late"
	stopFollowing = "STOP SLAVE"
	forgetPrimary = "RESET SLAVE ALL"
)

// follow makes the server a replica of the other one, from its beginning.
func (s *Server) follow(other *Server) error {
	return s.Exec(fmt.Sprintf("CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=%s, MASTER_USER='root', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1", other.port()), "START SLAVE")
}
