package bucket

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestSignedURLs: they lead where clients find the bucket, whatever this process calls
// it, to a key with the prefix, and bind what is to be bound; nobody is asked for them.
func TestSignedURLs(t *testing.T) {
	for name, tt := range map[string]struct {
		options      Options
		origin, path string
	}{
		"by host": {Options{Endpoint: "https://s3.example.com"}, "https://files.s3.example.com", "/taut/T1/F1"},
		"by path": {Options{Endpoint: "http://127.0.0.1:9000", PathStyle: true}, "http://127.0.0.1:9000", "/files/taut/T1/F1"},
		"by another name": {
			Options{Endpoint: "http://minio.internal:9000", PublicEndpoint: "https://s3.example.com/", PathStyle: true},
			"https://s3.example.com", "/files/taut/T1/F1",
		},
	} {
		o := tt.options
		o.Name, o.Region, o.Prefix, o.AccessKey, o.SecretKey = "files", "us-east-1", "taut/", "key", "the-secret"
		b, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		put, headers, err := b.SignPut(t.Context(), "T1/F1", 1000, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		get, err := b.SignGet(t.Context(), "T1/F1", time.Minute, Served{Type: "image/png", Disposition: "inline"})
		if err != nil {
			t.Fatal(err)
		}
		for _, signed := range []string{put, get} {
			u, err := url.Parse(signed)
			if err != nil {
				t.Fatal(err)
			}
			if b.Origin() != tt.origin || u.Scheme+"://"+u.Host != tt.origin || u.Path != tt.path {
				t.Errorf("%s: %s, at %s", name, signed, b.Origin())
			}
			if strings.Contains(signed, "the-secret") || u.Query().Get("X-Amz-Expires") != "60" {
				t.Errorf("%s: %s", name, signed)
			}
		}
		u, _ := url.Parse(put)
		if bound := u.Query().Get("X-Amz-SignedHeaders"); bound != "content-length;content-type;host" || headers["Content-Type"] == "" {
			t.Errorf("%s: bound are %s, told is %v", name, bound, headers)
		}
		u, _ = url.Parse(get)
		if u.Query().Get("response-content-type") != "image/png" || u.Query().Get("response-content-disposition") != "inline" {
			t.Errorf("%s: %s", name, get)
		}
	}
}
