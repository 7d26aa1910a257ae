package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestS3Faults(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(" secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := S3{Endpoint: "https://s3.example.com", Bucket: "taut-files", Region: "us-east-1", AccessKeyFile: key, SecretKeyFile: key}
	if err := good.validate(1 << 30); err != nil {
		t.Errorf("what is right: %v", err)
	}
	if access, secret, err := good.Keys(); access != "secret" || secret != "secret" || err != nil {
		t.Errorf("%q %q %v", access, secret, err)
	}
	for says, change := range map[string]func(*S3){
		"files.s3.endpoint: the other settings": func(s *S3) { s.Endpoint = "" },
		"is not like https":                     func(s *S3) { s.Endpoint = "s3.example.com" },
		"files.s3.public_endpoint":              func(s *S3) { s.PublicEndpoint = "https://s3.example.com/bucket" },
		"files.s3.bucket":                       func(s *S3) { s.Bucket = "Files" },
		"files.s3.region":                       func(s *S3) { s.Region = "" },
		"files.s3.prefix":                       func(s *S3) { s.Prefix = "taut" },
		"both or none":                          func(s *S3) { s.SecretKeyFile = "" },
		"files.s3.secret_key_file: open":        func(s *S3) { s.SecretKeyFile = "/dev/null/none" },
	} {
		bad := good
		change(&bad)
		if err := bad.validate(1 << 30); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %s", bad, err, says)
		}
	}
	if err := good.validate(1 << 40); err == nil || !strings.Contains(err.Error(), "files.max_size") {
		t.Errorf("files of a terabyte: %v", err)
	}
}
