//go:build clockshift

package chat

import (
	"os"
	"strings"
	"time"
)

// Now is the clock plus the duration written in the file that
// TAUT_CLOCK_SHIFT names, read at each call: a test moves a running server's
// clock by rewriting the file.
func Now() time.Time {
	text, err := os.ReadFile(os.Getenv("TAUT_CLOCK_SHIFT"))
	if err != nil {
		return time.Now()
	}
	shift, err := time.ParseDuration(strings.TrimSpace(string(text)))
	if err != nil {
		return time.Now()
	}
	return time.Now().Add(shift)
}
