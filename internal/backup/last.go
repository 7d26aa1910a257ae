package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"taut/internal/wholefile"
)

// lastFile is where a data folder notes its newest backup, for taut doctor.
const lastFile = "last-backup.json"

// Last is the newest backup that was made of a data folder.
type Last struct {
	At    time.Time `json:"at"`
	To    string    `json:"to"`
	Bytes int64     `json:"bytes"`
}

// Note writes it down.
func Note(data string, l Last) error {
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("encode %s: %w", lastFile, err)
	}
	return wholefile.Write(filepath.Join(data, lastFile), append(text, '\n'), 0o600)
}

// ReadLast is the newest backup; the zero Last where none was made.
func ReadLast(data string) (l Last, err error) {
	text, err := os.ReadFile(filepath.Join(data, lastFile))
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &l)
	}
	return l, err
}
