package webapi

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestDevice(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0": "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0": "Edge on Windows",
		"Mozilla/5.0 (Something) Firefox/140.0": "Firefox",
		"curl/8.5.0":                            "a program (curl/8.5.0)",
		"python-requests/2.32 linux":            "a program (python-requests/2.32)",
		"":                                      "a program",
		strings.Repeat("x", 500):                "a program (" + strings.Repeat("x", 40) + ")",
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("User-Agent", agent)
		if got := (&request{http: r}).device(); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
