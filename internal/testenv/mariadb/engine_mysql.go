//go:build mariadb && mysql

package mariadb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// root is where scripts/mysql put MySQL, which says it to the tests in TAUT_MYSQL.
var root = os.Getenv("TAUT_MYSQL")

// server is the server's program. It is linked to libraries that lie beside it, the
// loader among them.
func server(args ...string) *exec.Cmd {
	libraries, err := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*"))
	loaders, e := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*/ld-linux-*.so.*"))
	if err != nil || e != nil || len(libraries) == 0 || len(loaders) == 0 {
		return exec.Command(filepath.Join(root, "usr/sbin/mysqld")) // which says what is missing
	}
	// After --no-defaults, which has to be the first.
	own := []string{"--library-path", libraries[0], filepath.Join(root, "usr/sbin/mysqld"), args[0],
		"--secure-file-priv=", "--mysqlx=0", "--performance-schema=0", "--lc-messages-dir=" + filepath.Join(root, "usr/share/mysql"),
		"--character-sets-dir=" + filepath.Join(root, "usr/share/mysql/charsets"), "--plugin-dir=" + filepath.Join(root, "usr/lib/mysql/plugin")}
	return exec.Command(loaders[0], append(own, args[1:]...)...)
}

// install makes the files of an empty server: a copy of those that were made once, as
// making them takes seconds.
func (s *Server) install() error {
	empty, err := emptyServer()
	if err != nil {
		return err
	}
	return os.CopyFS(s.path("data"), os.DirFS(empty))
}

// emptyServer is a folder with the files of a server that has never run, beside its
// program, for whoever comes later too.
func emptyServer() (string, error) {
	if root == "" {
		return "", errors.New("TAUT_MYSQL names no folder: scripts/mysql prints it")
	}
	empty := filepath.Join(root, "empty")
	if _, err := os.Stat(empty); err == nil {
		return empty, nil
	}
	dir, err := os.MkdirTemp(root, "empty-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	data, tmp := filepath.Join(dir, "data"), filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return "", err
	}
	out, err := server("--no-defaults", "--initialize-insecure", "--user=root", "--datadir="+data, "--tmpdir="+tmp).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("mysqld --initialize: %w: %s", err, out)
	}
	// The server's name among those that replicate, of which each has another.
	if err := os.Remove(filepath.Join(data, "auto.cnf")); err != nil {
		return "", err
	}
	// Another process may have made it meanwhile.
	if err := os.Rename(data, empty); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return empty, nil
}

// The arguments of servers that replicate. A primary acknowledges a commit when its
// replica has it, however long that takes. A replica is read-only, and doesn't wait
// for replicas of its own: its applying would.
var (
	replicates = []string{"--log-bin=bin", "--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1", "--gtid-mode=ON", "--enforce-gtid-consistency",
		"--replica-net-timeout=10", "--plugin-load=semisync_source.so;semisync_replica.so",
		"--rpl-semi-sync-source-wait-point=AFTER_SYNC", "--rpl-semi-sync-source-timeout=4294967295"}
	asPrimary = []string{"--rpl-semi-sync-source-enabled=1"}
	asReplica = []string{"--rpl-semi-sync-replica-enabled=1", "--read-only=1"}
)

const (
	mayWrite    = "SET GLOBAL read_only = 0"
	semiSync    = "SET GLOBAL rpl_semi_sync_source_enabled = 1"
	commitAlone = "SET GLOBAL rpl_semi_sync_source_enabled = 0"
	follows     = "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_source_clients'"

	stopReceiving = "STOP REPLICA IO_THREAD"
	replication   = "SHOW REPLICA STATUS"
	received      = "Retrieved_Gtid_Set"
	waitApplied   = "SELECT WAIT_FOR_EXECUTED_GTID_SET('%s', %d) AS late"
	stopFollowing = "STOP REPLICA"
	forgetPrimary = "RESET REPLICA ALL"
)

// follow makes the server a replica of the other one, from its beginning.
func (s *Server) follow(other *Server) error {
	return s.Exec(fmt.Sprintf("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=%s, SOURCE_USER='root', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1", other.port()), "START REPLICA")
}
