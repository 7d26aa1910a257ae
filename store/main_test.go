package store_test

import (
	"fmt"
	"os"
	"testing"

	"taut/store"
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
	if code == 0 {
		code = checkPlans()
	}
	for _, f := range atEnd {
		f()
	}
	os.Exit(code)
}

// checkPlans looks at the plans of all that the tests ran.
func checkPlans() (code int) {
	data, err := os.MkdirTemp("", "taut-plans-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(data)
	for _, bad := range store.BadPlans(data) {
		fmt.Fprintln(os.Stderr, "not by a key:", bad)
		code = 1
	}
	return code
}
