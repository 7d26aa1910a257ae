// Package mariadb runs MariaDB servers for tests, built with the tag mariadb:
// each on loopback, with its data in a temporary folder, stopped by whoever
// started it; alone, or as a Pair of a primary and its replica. Built with the tag
// mysql besides, the servers are MySQL's, of which scripts/mysql says where it is. A
// goroutine waits for each server's process.
package mariadb
