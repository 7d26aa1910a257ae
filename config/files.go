package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Files bounds what people upload.
type Files struct {
	// MaxSize is the most bytes of one file.
	MaxSize Size `toml:"max_size"`
	// WorkspaceStorage is the most bytes of all files of a workspace that has no
	// bound of its own; 0: no bound.
	WorkspaceStorage Size `toml:"workspace_storage"`
	S3               S3   `toml:"s3"`
}

var defaultFiles = Files{MaxSize: 1 << 30, S3: defaultS3}

func (f Files) validate() error {
	return errors.Join(wrong(f.MaxSize < 1<<20, "files.max_size: at least 1MiB"), f.S3.validate(f.MaxSize))
}

// Size is a number of bytes, which the file writes as "512KiB", "200MiB" or "1GiB".
type Size int64

var sizeUnits = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}}

// UnmarshalText reads a whole number, with a unit or in bytes.
func (s *Size) UnmarshalText(text []byte) error {
	number, unit := strings.TrimSpace(string(text)), int64(1)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.bytes
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt64/unit {
		return fmt.Errorf("%q is not a size like 200MiB or 1GiB", text)
	}
	*s = Size(n * unit)
	return nil
}
