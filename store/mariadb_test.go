//go:build mariadb

package store_test

import (
	"testing"

	"taut/internal/testenv"
	"taut/internal/testenv/mariadb"
	"taut/store"
)

func init() { atEnd = append(atEnd, mariadb.RemoveShared) }

// database makes an empty database on the shared server.
func database(t *testing.T) string {
	t.Helper()
	server, err := mariadb.Shared()
	if err != nil {
		t.Fatal(err)
	}
	dsn, err := server.NewDatabase()
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

// openMariaDB opens a store on a database of its own, or on the one that change
// names.
func openMariaDB(t *testing.T, change ...func(*store.Options)) *store.Store {
	t.Helper()
	return testenv.Open(t, append([]func(*store.Options){func(o *store.Options) { o.Data, o.MySQL = "", database(t) }}, change...)...)
}

func TestMariaDB(t *testing.T) { testLog(t, openMariaDB) }
