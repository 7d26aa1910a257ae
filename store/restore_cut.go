package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// checkRestored refuses a folder whose database is gone while traces of one are
// there: a restore was cut off between its two moves, or somebody took the file.
// An empty database in its place would pass for the data.
func checkRestored(data string) error {
	_, err := os.Stat(filepath.Join(data, databaseFile))
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var traces []string
	for _, pattern := range []string{databaseFile + "-wal", "restoring-*", "before-restore-*"} {
		found, err := filepath.Glob(filepath.Join(data, pattern))
		if err != nil {
			return err
		}
		traces = append(traces, found...)
	}
	if len(traces) == 0 {
		return nil
	}
	return fmt.Errorf("there is no %s in %s, but %s: a restore was cut off; restore again, or move the files of one of them back",
		databaseFile, data, strings.Join(traces, ", "))
}
