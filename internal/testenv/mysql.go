package testenv

import "testing"

// newDatabase makes an empty MySQL database and gives its DSN; nil: tests are on
// SQLite. UseMariaDB, built with the tag mariadb, sets it.
var newDatabase func(testing.TB) string

// MySQL is the DSN of a new, empty database where tests are on MySQL, else "".
func MySQL(t testing.TB) string {
	t.Helper()
	if newDatabase == nil {
		return ""
	}
	return newDatabase(t)
}
