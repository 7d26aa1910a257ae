package webapi

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"taut/internal/pace"
)

// upload is a file in a request's body that the method reads itself, as it
// comes: neither memory nor disk holds what nobody asked for.
type upload struct {
	name  string    // as the client calls it
	file  io.Reader // at its begin
	parts *multipart.Reader
	room  int // for the fields beside it
}

const (
	// anySize stands for the bound of files.
	anySize = 1 << 62
	// uploadTime bounds a request that brings a file; its pace is bounded too.
	uploadTime = 6 * time.Hour
	// imageTime is what a picture may take to come.
	imageTime = time.Minute
)

// time is how long the method may take.
func (m *method) time() time.Duration {
	if m.upload > maxImage {
		return uploadTime
	}
	if m.upload > 0 {
		return requestTime + imageTime
	}
	return requestTime
}

// decode reads the arguments, of a method that takes a file up to the file: what
// comes after it is read when it was.
func (q *request) decode(w http.ResponseWriter) (err error) {
	kind, params, failed := mime.ParseMediaType(q.http.Header.Get("Content-Type"))
	if q.method.upload == 0 || failed != nil || kind != "multipart/form-data" {
		q.args, q.warnings, err = decode(w, q.http)
		return err
	}
	query, err := url.ParseQuery(strings.ReplaceAll(q.http.URL.RawQuery, ";", "%3B"))
	if err != nil {
		return fail("invalid_form_data")
	}
	q.args.setForm(query)
	most, length := q.method.upload, int64(0) // a picture has no more time than a minute
	if most == anySize {
		most, _ = q.server.files.Limits()
		length = min(q.http.ContentLength, most)
	}
	body := http.MaxBytesReader(w, q.http.Body, most+2*maxBody)
	q.upload = &upload{parts: multipart.NewReader(pace.Body(w, body, length), params["boundary"]), room: maxBody}
	return q.nextFile()
}

// nextFile reads fields until a file comes or the body ends.
func (q *request) nextFile() error {
	q.upload.file = nil
	for range maxArgs {
		part, err := q.upload.parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fail("invalid_form_data")
		}
		if part.FileName() != "" {
			q.upload.name, q.upload.file = part.FileName(), part
			return nil
		}
		text, err := io.ReadAll(io.LimitReader(part, int64(q.upload.room)+1))
		if err != nil {
			return fail("invalid_form_data")
		}
		if q.upload.room -= len(text); q.upload.room < 0 {
			return fail("request_too_large")
		}
		q.args.setText(part.FormName(), string(text))
	}
	return fail("invalid_form_data")
}

// afterFile reads the fields that came after the file.
func (q *request) afterFile() error {
	for q.upload != nil && q.upload.file != nil {
		if err := q.nextFile(); err != nil {
			return err
		}
	}
	return nil
}

// endUpload gives the answer its time, after a body that took long.
func (q *request) endUpload(w http.ResponseWriter) {
	if q.upload != nil {
		pace.Allow(w)
	}
}
