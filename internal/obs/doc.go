// Package obs is what an operator sees of a process: its log, what it was
// built from, and the handler of the operator's listener with health, metrics
// and profiles.
//
// app builds one of each and hands the logger and the registry on. The package
// starts no goroutine.
package obs
