// Package house holds the tests that keep the repository's own rules: who may
// import whom, a doc comment for each package, formatting, and what must not
// stand in a file. It has no code of its own and starts no goroutine.
package house
