//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// object is a JSON object.
type object map[string]any

// at follows the keys; nil where there is nothing.
func (o object) at(path ...string) any {
	var v any = map[string]any(o)
	for _, key := range path {
		switch m := v.(type) {
		case map[string]any:
			v = m[key]
		case object:
			v = m[key]
		default:
			return nil
		}
	}
	return v
}

// text is the string there; "" where there is none.
func (o object) text(path ...string) string {
	s, _ := o.at(path...).(string)
	return s
}

// list are the objects there.
func (o object) list(path ...string) (list []object) {
	items, _ := o.at(path...).([]any)
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

func (o object) String() string {
	text, _ := json.Marshal(map[string]any(o))
	return string(text)
}

// slackError is a call's answer that was not ok: Slack's name of the error.
type slackError string

func (e slackError) Error() string { return string(e) }

// caller calls the Web API with one token, without an SDK.
type caller struct {
	api    string
	token  string
	client *http.Client
}

func (s *server) caller(token string) *caller {
	return &caller{s.api(), token, &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 4, DialContext: s.host.dial},
	}}
}

// call answers with the object. The error is a slackError if the server
// answered, anything else if it didn't.
func (c *caller) call(ctx context.Context, method string, args url.Values) (object, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+method, strings.NewReader(args.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var answer object
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("%s answered %s: %.100q", method, resp.Status, body)
	}
	if answer["ok"] != true {
		return answer, slackError(answer.text("error"))
	}
	return answer, nil
}

func (c *caller) must(t *testing.T, method string, pairs ...string) object {
	t.Helper()
	answer, err := c.call(t.Context(), method, form(pairs...))
	if err != nil {
		t.Fatalf("%s %v: %v", method, pairs, err)
	}
	return answer
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// page reads a page of the operator's listener.
func (s *server) page(path string) string {
	s.t.Helper()
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true, DialContext: s.host.dial}}
	resp, err := client.Get("http://" + s.ops + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		s.t.Fatal(err)
	}
	return text.String()
}
