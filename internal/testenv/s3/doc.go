// Package s3 runs S3 servers for tests, built with the tag s3: each on loopback,
// over a temporary folder, with one bucket, stopped by whoever started it. The
// program is the one that scripts/s3 builds. A goroutine waits for each server's
// process.
package s3
