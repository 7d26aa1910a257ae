//go:build mariadb

package mariadb

import (
	"testing"

	"taut/internal/testenv"
)

// Use lets what a test and its subtests open be on databases of a server of its
// own. The server tells its disk nothing, which is for tests that kill none.
func Use(t testing.TB) {
	t.Helper()
	server, err := Start("--innodb-flush-method=nosync", "--innodb-doublewrite=0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Remove)
	testenv.OnMySQL(t, func(t testing.TB) string {
		t.Helper()
		dsn, err := server.NewDatabase()
		if err != nil {
			t.Fatal(err)
		}
		return dsn
	})
}
