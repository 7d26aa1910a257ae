//go:build !mariadb

package store

// hookLocked is where a test stops a writer between lock and commit.
func hookLocked() {}
