//go:build linux

package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestACounterThatIsNotThereIsNoZero: else a bench would take it for a good result.
func TestACounterThatIsNotThereIsNoZero(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, "# HELP reads_total Reads.\nreads_total 17\nreads_total_more 5\n")
	}))
	defer s.Close()
	if n, err := counter(t.Context(), s.URL, "reads_total"); n != 17 || err != nil {
		t.Errorf("%v, %v", n, err)
	}
	for _, page := range []string{s.URL + "/gone", s.URL} {
		if n, err := counter(t.Context(), page, "reads"); err == nil {
			t.Errorf("%s has %v reads", page, n)
		}
	}
}
