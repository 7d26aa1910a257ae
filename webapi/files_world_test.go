package webapi

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"taut/chat"
)

// picture is a PNG of one color.
func picture(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i)
	}
	img.Set(0, 0, color.NRGBA{1, 2, 3, 4})
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}

// asked answers a request for one of the role's URLs.
func (w *world) asked(r *http.Request) *httptest.ResponseRecorder {
	mux := http.NewServeMux()
	w.files.Handle(mux)
	recorded := httptest.NewRecorder()
	mux.ServeHTTP(recorded, r)
	return recorded
}

// fetch is a GET of a URL that an answer gave.
func (w *world) fetch(p person, url string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, strings.TrimPrefix(url, "https://taut.example"), nil)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	return w.asked(r)
}

// send uploads a file, up to the completion.
func (w *world) send(t testing.TB, p person, name string, body []byte, args ...any) (id string) {
	t.Helper()
	got := w.ok(t, p, "files.getUploadURLExternal", append([]any{"filename", name, "length", len(body)}, args...)...)
	r := httptest.NewRequest(http.MethodPost, strings.TrimPrefix(got.text("upload_url"), "https://taut.example"), bytes.NewReader(body))
	if answered := w.asked(r); answered.Code != http.StatusOK {
		t.Fatalf("upload of %s: %d %s", name, answered.Code, answered.Body)
	}
	return got.text("file_id")
}

// complete completes one upload.
func (w *world) complete(t testing.TB, p person, id string, args ...any) result {
	t.Helper()
	return w.ok(t, p, "files.completeUploadExternal", append([]any{"files", fmt.Sprintf(`[{"id":%q}]`, id)}, args...)...)
}

// shared uploads a file and posts it; the answers are the file's id and the
// message's ts.
func (w *world) shared(t testing.TB, p person, channel chat.ChannelID, name string, body []byte, args ...any) (id, ts string) {
	t.Helper()
	id = w.send(t, p, name, body)
	w.complete(t, p, id, append([]any{"channel_id", channel}, args...)...)
	got := w.ok(t, p, "conversations.history", "channel", channel, "limit", 1)
	return id, got.text("messages.0.ts")
}

// form makes a multipart form of arguments, where one of them is a file.
func form(t testing.TB, args []any) (kind string, body string, ok bool) {
	t.Helper()
	var b strings.Builder
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(args); i += 2 {
		file, isFile := args[i+1].([]byte)
		if !isFile {
			must(t, m.WriteField(args[i].(string), fmt.Sprint(args[i+1])))
			continue
		}
		ok = true
		part, err := m.CreateFormFile(args[i].(string), "up.png")
		must(t, err)
		part.Write(file)
	}
	must(t, m.Close())
	return m.FormDataContentType(), b.String(), ok
}
