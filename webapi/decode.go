package webapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// maxBody is the most bytes that a request's body may have.
const maxBody = 1 << 20

// decode reads the arguments out of the query and the body; the body's win. The
// warnings are Slack's about the content type.
func decode(w http.ResponseWriter, r *http.Request) (a args, warnings []string, err error) {
	query, err := url.ParseQuery(strings.ReplaceAll(r.URL.RawQuery, ";", "%3B"))
	if err != nil {
		return a, nil, fail("invalid_form_data")
	}
	a.setForm(query)
	if r.Body == nil || r.Body == http.NoBody {
		return a, nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return a, nil, fail("request_too_large")
	}
	if err != nil {
		return a, nil, fail("request_timeout")
	}
	warnings, err = a.setBody(r.Header.Get("Content-Type"), body)
	return a, warnings, err
}

// setBody adds a body's arguments. An empty body is valid under every type.
func (a *args) setBody(contentType string, body []byte) (warnings []string, err error) {
	if len(body) == 0 {
		return nil, nil
	}
	if contentType == "" {
		return nil, fail("missing_post_type")
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, fail("invalid_post_type")
	}
	charset, hasCharset := params["charset"]
	if hasCharset && !knownCharset(charset) {
		return nil, fail("invalid_charset")
	}
	isForm := kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"
	switch {
	case isForm && hasCharset:
		warnings = []string{"superfluous_charset"}
	case !isForm && !hasCharset:
		warnings = []string{"missing_charset"}
	}
	switch kind {
	case "application/json":
		err = a.setObject(body)
	case "application/x-www-form-urlencoded":
		err = a.setURLEncoded(body)
	case "multipart/form-data":
		err = a.setMultipart(body, params["boundary"])
	case "text/plain":
		err = a.setPlain(body)
	default:
		err = fail("invalid_post_type")
	}
	return warnings, err
}

func knownCharset(name string) bool {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "iso-8859-1", "us-ascii":
		return true
	}
	return false
}

func (a *args) setForm(form url.Values) {
	for name, values := range form {
		a.setText(name, values[len(values)-1])
	}
}

func (a *args) setURLEncoded(body []byte) error {
	// Slack splits at & alone; url.ParseQuery refuses a bare semicolon.
	form, err := url.ParseQuery(strings.ReplaceAll(string(body), ";", "%3B"))
	if err != nil {
		return fail("invalid_form_data")
	}
	a.setForm(form)
	return nil
}

// setMultipart keeps the fields and passes over files: no method here takes one.
func (a *args) setMultipart(body []byte, boundary string) error {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fail("invalid_form_data")
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return fail("invalid_form_data")
		}
		if part.FileName() == "" {
			a.setText(part.FormName(), string(text))
		}
	}
}

func (a *args) setObject(body []byte) error {
	// encoding/json passes on what is no UTF-8 in a raw value.
	body = bytes.ToValidUTF8(bytes.TrimSpace(body), []byte("\uFFFD"))
	if len(body) == 0 {
		return nil
	}
	if !nestedWithin(body, maxBodyNesting) || !json.Valid(body) {
		return fail("invalid_json")
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return fail("json_not_object")
	}
	for name, raw := range object {
		a.setJSON(name, raw)
	}
	return nil
}

// setPlain reads what a browser sends without naming a type of its own.
func (a *args) setPlain(body []byte) error {
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '{' {
		return a.setObject(trimmed)
	}
	return a.setURLEncoded(body)
}
