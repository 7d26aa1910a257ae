package testenv

import "testing"

// newDatabase makes an empty MySQL database and gives its DSN; nil: tests are on
// SQLite.
var newDatabase func(testing.TB) string

// OnMySQL lets what tests open be on databases that make gives, a new one each
// time, until t ends. Tests of one process that run at once share it.
func OnMySQL(t testing.TB, make func(testing.TB) string) {
	newDatabase = make
	t.Cleanup(func() { newDatabase = nil })
}

// MySQL is the DSN of a new, empty database where tests are on MySQL, else "".
func MySQL(t testing.TB) string {
	t.Helper()
	if newDatabase == nil {
		return ""
	}
	return newDatabase(t)
}
