package main

import (
	"os"
	"testing"
)

// What is committed is what the generator writes.
func TestGeneratedIsClean(t *testing.T) {
	want, err := generate(source)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not what the generator writes: run make generate", target)
	}
}
