//go:build mariadb

package files

import (
	"testing"

	"taut/internal/testenv"
)

// TestMariaDB: the role's files are in rows of MariaDB.
func TestMariaDB(t *testing.T) {
	testenv.UseMariaDB(t)
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
