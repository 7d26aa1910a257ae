//go:build !clockshift

package chat

import "time"

// Now is the product's one clock. Built with the tag clockshift, it can be
// shifted by a test.
func Now() time.Time { return time.Now() }
