//go:build s3

package bucket_test

import (
	"testing"

	"taut/internal/bucket"
	"taut/internal/testenv/s3"
)

// TestARealOneCopiesNothingForClients: the S3 of the tests is none that gives files away.
func TestARealOneCopiesNothingForClients(t *testing.T) {
	server, err := s3.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Remove(); err != nil {
			t.Error(err)
		}
	})
	b, err := bucket.Open(server.Options("taut/"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if copies, err := b.CopiesForClients(t.Context()); err != nil || copies {
		t.Errorf("copies: %v, %v", copies, err)
	}
}
