//go:build mariadb

package store

import (
	"testing"

	"taut/internal/testenv/mariadb"
)

// With the tag, the directory's tests run on MariaDB.
func init() {
	testOptions = func(t *testing.T) Options {
		t.Helper()
		server, err := mariadb.Shared()
		if err != nil {
			t.Fatal(err)
		}
		dsn, err := server.NewDatabase()
		if err != nil {
			t.Fatal(err)
		}
		return Options{MySQL: dsn}
	}
}
