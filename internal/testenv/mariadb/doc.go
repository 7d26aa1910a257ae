// Package mariadb runs MariaDB servers for tests, built with the tag mariadb:
// each on loopback, with its data in a temporary folder, stopped by whoever
// started it. A goroutine waits for each server's process.
package mariadb
