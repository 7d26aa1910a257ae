// Package config is the server's one typed configuration: its defaults, the
// file that changes them, and the check that what came out can work.
//
// cmd/taut reads the file, lets flags override it and hands the result to app.
// The package is values only: no goroutine, and no I/O but reading the file.
package config
