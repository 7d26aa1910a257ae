package store_test

import (
	"os"
	"testing"
)

// atEnd is what to do when all tests are over.
var atEnd []func()

// TestMain runs the tests or, in a process that a test started, a writer or a restore.
func TestMain(m *testing.M) {
	if os.Getenv(writerEnv) != "" {
		runWriter()
		return
	}
	if os.Getenv(restoreEnv) != "" {
		runRestore()
		return
	}
	code := m.Run()
	for _, f := range atEnd {
		f()
	}
	os.Exit(code)
}
