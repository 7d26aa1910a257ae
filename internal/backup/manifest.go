package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Names in a backup. The database has the name that it has in a data folder, and
// uploaded files stand in a folder of the name that it has there.
const (
	manifestFile  = "manifest.json"
	checksumsFile = "checksums"
	databaseFile  = "taut.db"
	// incompleteFile is there while a folder is being written.
	incompleteFile = "incomplete"
)

// format is the layout's version: a program refuses a newer one.
const format = 1

// Manifest says what a backup is. It is written last.
type Manifest struct {
	Format      int       `json:"format"`
	Created     time.Time `json:"created"`
	Version     string    `json:"version"` // of the program
	Engine      string    `json:"engine"`  // "sqlite", or "mysql": then the database is elsewhere
	Schema      int       `json:"schema"`
	Incarnation string    `json:"incarnation"`
	Workspaces  []string  `json:"workspaces"`
	Newest      time.Time `json:"newest_event"`
	Files       int       `json:"files"` // the database among them
	Bytes       int64     `json:"bytes"`
	// Checksums is the SHA-256 of the list of checksums.
	Checksums string `json:"checksums_sha256"`
}

var errPartial = errors.New("the backup is not whole: it has no manifest, so it was cut off while it was written")

func parseManifest(text []byte) (m Manifest, err error) {
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestFile, err)
	}
	if m.Format < 1 || m.Format > format {
		return m, fmt.Errorf("the backup has format %d, this program knows up to %d: use a newer program", m.Format, format)
	}
	return m, nil
}

// sums are the checksums of a backup's files, by name.
type sums map[string]string

// maxLine bounds a line of the list: a checksum and a path.
const maxLine = 8 << 10

// parseSums reads a list as sha256sum writes it.
func parseSums(r io.Reader) (sums, error) {
	all := sums{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if raw, err := hex.DecodeString(sum); !ok || err != nil || len(raw) != sha256.Size || !safe(name) {
			return nil, fmt.Errorf("%s: a line is none", checksumsFile)
		}
		all[name] = sum
	}
	return all, lines.Err()
}

func sumLine(sum, name string) string { return sum + "  " + name + "\n" }
