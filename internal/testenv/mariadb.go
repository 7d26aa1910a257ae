//go:build mariadb

package testenv

import (
	"testing"

	"taut/internal/testenv/mariadb"
)

// UseMariaDB lets what t and its subtests open be on databases of a server of its
// own, until t ends. The server tells its disk nothing, which is for tests that
// kill none.
func UseMariaDB(t testing.TB) {
	t.Helper()
	server, err := mariadb.Start("--innodb-flush-method=nosync", "--innodb-doublewrite=0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Remove)
	newDatabase = func(t testing.TB) string {
		t.Helper()
		dsn, err := server.NewDatabase()
		if err != nil {
			t.Fatal(err)
		}
		return dsn
	}
	t.Cleanup(func() { newDatabase = nil })
}
