package registry

import (
	"net/url"
	"testing"
)

// A member whose address is a name listens everywhere: etcd binds to no name.
func TestNamesAreBoundEverywhere(t *testing.T) {
	for given, want := range map[string]string{
		"https://10.0.0.1:7402":        "https://10.0.0.1:7402",
		"https://[::1]:7402":           "https://[::1]:7402",
		"http://localhost:7402":        "http://localhost:7402",
		"https://node-1.internal:7402": "https://0.0.0.0:7402",
	} {
		u, err := url.Parse(given)
		if err != nil {
			t.Fatal(err)
		}
		if got := bound(*u); got.String() != want {
			t.Errorf("%s: %s, want %s", given, got.String(), want)
		}
	}
}
