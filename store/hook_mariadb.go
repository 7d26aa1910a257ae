//go:build mariadb

package store

import (
	"os"
	"time"
)

// hookLocked stops this process between lock and commit where the file that
// TAUT_TEST_HOLD names exists: it renames the file to …held and waits for …go.
func hookLocked() {
	file := os.Getenv("TAUT_TEST_HOLD")
	if file == "" || os.Rename(file, file+".held") != nil {
		return
	}
	for {
		if _, err := os.Stat(file + ".go"); err == nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
