package webapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"taut/chat"
)

// noTokens knows no token. It is enough for the methods that need none.
type noTokens struct{ accounts }

func (noTokens) AuthenticateFrom(context.Context, chat.Presented) (chat.Caller, error) {
	return chat.Caller{}, chat.NewError(chat.Unauthenticated, "token")
}

func (noTokens) Afresh(context.Context, chat.Presented) (chat.Caller, error) {
	return chat.Caller{}, nil
}
func (noTokens) Known(chat.Presented) (chat.Caller, bool) { return chat.Caller{}, false }

func (noTokens) NewTicket(context.Context, chat.Caller) (string, error) {
	return "", chat.NewError(chat.Unauthenticated, "token")
}

// bare is a server without a store.
func bare() *Server {
	return New(Config{Auth: noTokens{}, Log: slog.New(slog.DiscardHandler)})
}

// echoed is what api.test answers.
type echoed struct {
	OK       bool
	Error    string
	Warning  string
	Args     map[string]any
	Metadata struct {
		Warnings []string
		Messages []string
	} `json:"response_metadata"`
}

func do(t *testing.T, h http.Handler, r *http.Request) (echoed, *httptest.ResponseRecorder) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var e echoed
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("the answer %q is no JSON: %v", w.Body, err)
	}
	return e, w
}

func post(target, contentType, body string) *http.Request {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func multipartBody(t *testing.T) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.WriteField("foo", "bar")
	file, err := w.CreateFormFile("file", "x.bin")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, "not an argument")
	w.Close()
	return w.FormDataContentType(), b.String()
}

func TestArgumentForms(t *testing.T) {
	const form, asJSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	multipartType, multipartText := multipartBody(t)
	bar := map[string]any{"foo": "bar"}
	tests := []struct {
		name    string
		request *http.Request
		want    map[string]any
		warning string
	}{
		{"query", httptest.NewRequest("GET", "/api/api.test?foo=bar", nil), bar, ""},
		{"query of a POST", post("/api/api.test?foo=bar", "", ""), bar, ""},
		{"urlencoded", post("/api/api.test", form, "foo=bar"), bar, ""},
		{"the body wins", post("/api/api.test?foo=query&a=b", form, "foo=bar"), map[string]any{"foo": "bar", "a": "b"}, ""},
		{"urlencoded with a charset", post("/api/api.test", form+"; charset=utf-8", "foo=bar"), bar, "superfluous_charset"},
		{"multipart", post("/api/api.test", multipartType, multipartText), bar, ""},
		{"JSON", post("/api/api.test", asJSON, `{"foo":"bar"}`), bar, ""},
		{"JSON without a charset", post("/api/api.test", "application/json", `{"foo":"bar"}`), bar, "missing_charset"},
		{"JSON of every type", post("/api/api.test", asJSON, `{"a":[1],"o":{"k":"v"},"n":1.5,"t":true,"s":"x"}`),
			map[string]any{"a": []any{1.0}, "o": map[string]any{"k": "v"}, "n": 1.5, "t": true, "s": "x"}, ""},
		{"JSON, nothing said", post("/api/api.test", asJSON, `{"a":null,"b":""}`), nil, ""},
		{"JSON, empty body", post("/api/api.test", asJSON, ""), nil, ""},
		{"JSON, blank body", post("/api/api.test", asJSON, " \n"), nil, ""},
		{"JSON in plain text", post("/api/api.test", "text/plain;charset=UTF-8", `{"foo":"bar"}`), bar, ""},
		{"empty is absent", post("/api/api.test", form, "cursor=&team_id=&foo=bar"), bar, ""},
		{"the last one wins", post("/api/api.test", form, "foo=x&foo=bar"), bar, ""},
		{"no UTF-8", post("/api/api.test", form, "foo=%ff"), map[string]any{"foo": "\uFFFD"}, ""},
		{"the token is not sent back", post("/api/api.test", form, "token=xoxb-1&foo=bar"), bar, ""},
		{"a slash at the end", httptest.NewRequest("GET", "/api/api.test/?foo=bar", nil), bar, ""},
	}
	server := bare()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, w := do(t, server, test.request)
			if !got.OK || w.Code != 200 {
				t.Fatalf("status %d, %s", w.Code, w.Body)
			}
			if !reflect.DeepEqual(got.Args, test.want) {
				t.Errorf("args %v, want %v", got.Args, test.want)
			}
			if got.Warning != test.warning || (test.warning != "") != (len(got.Metadata.Warnings) == 1) {
				t.Errorf("warning %q, %q, want %q", got.Warning, got.Metadata.Warnings, test.warning)
			}
		})
	}
}

func TestBadBodies(t *testing.T) {
	const form, asJSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
	long := strings.Repeat("x", maxBody)
	tests := []struct {
		name    string
		request *http.Request
		want    string
	}{
		{"no JSON", post("/api/api.test", asJSON, `{"a":`), "invalid_json"},
		{"two JSON values", post("/api/api.test", asJSON, `{} {}`), "invalid_json"},
		{"deep JSON", post("/api/api.test", asJSON, strings.Repeat("[", 100_000)), "invalid_json"},
		{"no object", post("/api/api.test", asJSON, `["a"]`), "json_not_object"},
		{"bad escape", post("/api/api.test", form, "a=%zz"), "invalid_form_data"},
		{"bad escape in the query", httptest.NewRequest("GET", "/api/api.test?a=%zz", nil), "invalid_form_data"},
		{"no type", post("/api/api.test", "", "foo=bar"), "missing_post_type"},
		{"unknown type", post("/api/api.test", "image/png", "foo=bar"), "invalid_post_type"},
		{"malformed type", post("/api/api.test", "application/json; =", "{}"), "invalid_post_type"},
		{"unknown charset", post("/api/api.test", "application/json; charset=utf-16", "{}"), "invalid_charset"},
		{"no boundary", post("/api/api.test", "multipart/form-data", "--x"), "invalid_form_data"},
		{"cut multipart", post("/api/api.test", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nbar"), "invalid_form_data"},
		{"too long", post("/api/api.test", form, "a="+long), "request_too_large"},
		{"unknown method", post("/api/no.such", form, ""), "unknown_method"},
		{"no method", post("/api/", form, ""), "unknown_method"},
		{"no token", post("/api/auth.test", form, ""), "not_authed"},
		{"a cookie is no token", withCookie(post("/api/auth.test", form, "")), "not_authed"},
		{"a wrong token", post("/api/auth.test", form, "token=xoxb-1-1-a"), "invalid_auth"},
		{"a failure on request", post("/api/api.test", form, "error=my_error"), "my_error"},
	}
	server := bare()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, w := do(t, server, test.request)
			if got.OK || got.Error != test.want {
				t.Errorf("ok %v, error %q, want %q", got.OK, got.Error, test.want)
			}
			if test.want != "request_too_large" && w.Code != 200 {
				t.Errorf("status %d", w.Code)
			}
		})
	}
}

func withCookie(r *http.Request) *http.Request {
	r.AddCookie(&http.Cookie{Name: "d", Value: "xoxb-1-1-a"})
	return r
}

// Some clients look headers up by their lower-case names; and no header may come
// twice, once in each case.
func TestHeadersOnTheWire(t *testing.T) {
	listener := httptest.NewServer(bare())
	defer listener.Close()
	conn, err := net.Dial("tcp", listener.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST /api/chat.postMessage HTTP/1.0\r\n\r\n")
	raw, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
	for _, want := range []string{"x-oauth-scopes: ", "x-accepted-oauth-scopes: chat:write", "x-slack-req-id: ", "Content-Type: application/json"} {
		if !strings.Contains(head, "\r\n"+want) {
			t.Errorf("there is no %q in\n%s", want, head)
		}
	}
	seen := map[string]bool{}
	for line := range strings.SplitSeq(strings.ToLower(head), "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		if seen[name] {
			t.Errorf("%s comes twice in\n%s", name, head)
		}
		seen[name] = true
	}
}

func TestArgumentReaders(t *testing.T) {
	var a args
	a.setForm(url.Values{
		"true": {"True"}, "one": {"1"}, "false": {"False"}, "zero": {"0"}, "odd": {"maybe"},
		"csv": {"C1, C2,,C3"}, "array": {`["C1","C2"]`}, "n": {"25"}, "ts": {"1.000002"}, "bad": {"x"},
	})
	a.setJSON("jsonArray", json.RawMessage(`["C1"]`))
	a.setJSON("jsonNumber", json.RawMessage(`7`))
	a.setJSON("jsonBool", json.RawMessage(`true`))
	for name, want := range map[string]bool{"true": true, "one": true, "jsonBool": true, "false": false, "zero": false} {
		if got := a.boolean(name, !want); got != want {
			t.Errorf("%s is %v", name, got)
		}
	}
	if !a.boolean("odd", true) || a.boolean("odd", false) || !a.boolean("absent", true) {
		t.Error("what is no boolean must be the default")
	}
	for name, want := range map[string][]string{"csv": {"C1", "C2", "C3"}, "array": {"C1", "C2"}, "jsonArray": {"C1"}, "absent": nil} {
		if got := a.list(name); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]int{"n": 25, "jsonNumber": 7, "absent": 100} {
		if got, err := a.limit(name, 100, 1000); got != want || err != nil {
			t.Errorf("%s is %d, %v", name, got, err)
		}
	}
	if _, err := a.limit("bad", 100, 1000); err == nil {
		t.Error("x is no limit")
	}
	if ts, err := a.ts("ts", "bad_timestamp"); ts != 1_000_002 || err != nil {
		t.Errorf("ts %d, %v", ts, err)
	}
	if _, err := a.ts("bad", "bad_timestamp"); err == nil || err.Error() != "bad_timestamp" {
		t.Errorf("a bad ts gives %v", err)
	}
}

func TestCursors(t *testing.T) {
	var a args
	a.setText("cursor", encodeCursor("users", "U1:2"))
	if place, err := a.cursor("users"); place != "U1:2" || err != nil {
		t.Errorf("%q, %v", place, err)
	}
	for _, bad := range []string{encodeCursor("channels", "C1"), "x", "!", "dXNlcnM6"} {
		a.setText("cursor", bad)
		if _, err := a.cursor("users"); err == nil || err.Error() != "invalid_cursor" {
			t.Errorf("%q gives %v", bad, err)
		}
	}
	if encodeCursor("users", "") != "" {
		t.Error("no next page has no cursor")
	}
}

func FuzzArguments(f *testing.F) {
	f.Add("foo=bar", "application/json; charset=utf-8", []byte(`{"a":[1,{"b":"c"}]}`))
	f.Add("a=%zz", "application/x-www-form-urlencoded", []byte("a=1&blocks=[]"))
	f.Add("", "multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--"))
	f.Add("error=1", "text/plain", []byte("{}"))
	server := bare()
	f.Fuzz(func(t *testing.T, query, contentType string, body []byte) {
		r := httptest.NewRequest("POST", "/api/api.test", bytes.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", contentType)
		got, w := do(t, server, r)
		if got.Error == "internal_error" || got.OK == (got.Error != "") {
			t.Errorf("status %d, %s", w.Code, w.Body)
		}
	})
}

func FuzzBlocks(f *testing.F) {
	f.Add([]byte(`[{"type":"section","text":{"type":"mrkdwn","text":"<@U1>"}}]`))
	f.Add([]byte(`[{"type":"divider"},{"type":"rich_text","block_id":"x","elements":[{"type":"user","user_id":"U1"}]}]`))
	f.Add([]byte(`[null,{}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		blocks, err := readBlocks(raw)
		if err == nil && blocks != nil && !json.Valid(blocks) {
			t.Errorf("%q became %q, which is no JSON", raw, blocks)
		}
		if err == nil && blocks != nil {
			blockMentions(blocks)
		}
		if attachments, err := readAttachments(raw); err == nil && attachments != nil && !json.Valid(attachments) {
			t.Errorf("attachments %q became %q", raw, attachments)
		}
	})
}
