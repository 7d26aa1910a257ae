//go:build mariadb

package files

import (
	"testing"

	"taut/internal/testenv/mariadb"
)

// TestMariaDB: the role's files are in rows of MariaDB.
func TestMariaDB(t *testing.T) {
	mariadb.Use(t)
	for name, test := range map[string]func(*testing.T){
		"Serve":              TestServe,
		"WhoSeesAFile":       TestWhoSeesAFile,
		"Delete":             TestDelete,
		"DeletionIsFinished": TestDeletionIsFinished,
		"AbandonedUpload":    TestAbandonedUpload,
		"Pictures":           TestPictures,
	} {
		t.Run(name, test)
	}
}
