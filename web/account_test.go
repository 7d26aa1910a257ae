package web

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// Each page keeps to its own policy: no script, style or handler stands in it.
func TestAccountPages(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<script>|<style|\son[a-z]+=|\sstyle=|javascript:`)
	for _, page := range AccountPages {
		w := httptest.NewRecorder()
		Accounts().ServeHTTP(w, httptest.NewRequest("GET", page, nil))
		body := w.Body.String()
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s", page, w.Code, w.Header().Get("Content-Type"))
		}
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s holds %q", page, found)
		}
		if strings.Count(body, "<label>") == 0 || !strings.Contains(body, `role="alert"`) || !strings.Contains(body, `lang="en"`) {
			t.Errorf("%s: labels, an alert or a language are missing", page)
		}
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "connect-src 'self'"} {
			if !strings.Contains(w.Header().Get("Content-Security-Policy"), want) {
				t.Errorf("%s: no %s", page, want)
			}
		}
	}
	for _, name := range []string{"account.js", "account.css"} {
		w := httptest.NewRecorder()
		Accounts().ServeHTTP(w, httptest.NewRequest("GET", PageFiles+name, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// What the script looks up by its id stands in a page.
func TestAccountScriptFindsItsPlaces(t *testing.T) {
	read := func(path string) string {
		w := httptest.NewRecorder()
		Accounts().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Body.String()
	}
	pages := ""
	for _, page := range AccountPages {
		pages += read(page)
	}
	for _, found := range regexp.MustCompile(`\$\("([a-z-]+)"\)`).FindAllStringSubmatch(read(PageFiles+"account.js"), -1) {
		if !strings.Contains(pages, `id="`+found[1]+`"`) {
			t.Errorf("no page has an element %s", found[1])
		}
	}
}
