//go:build e2e && mariadb && s3

package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// loseBucket takes the S3 away while people talk: files wait, messages don't.
func loseBucket(w *crowd) {
	c := w.cluster
	by := w.readers[0].api
	kept := w.upload(by, "kept")
	w.during("loss of the S3 for 3 s", unnoticed, false, func() {
		if err := c.bucket.Down(); err != nil {
			w.t.Fatal(err)
		}
		if id, err := by.upload("early"); err == nil {
			w.t.Errorf("the file %s was taken without an S3", id)
		}
		<-time.After(3 * time.Second)
		if err := c.bucket.Up(); err != nil {
			w.t.Fatal(err)
		}
	})
	late := w.upload(by, "late")
	for id, want := range map[string]string{kept: "kept", late: "late"} {
		eventually(w.t, "the file "+want+" is there", func() error {
			got, err := by.download(id)
			if err == nil && got != want {
				err = fmt.Errorf("it holds %q", got)
			}
			return err
		})
	}
}

func (w *crowd) upload(by *caller, text string) (id string) {
	w.t.Helper()
	eventually(w.t, "the file "+text+" is taken", func() (err error) {
		id, err = by.upload(text)
		return err
	})
	return id
}

// upload brings a file, once.
func (c *caller) upload(text string) (id string, err error) {
	answer, err := c.call(context.Background(), "files.getUploadURLExternal", form("filename", text+".txt", "length", fmt.Sprint(len(text))))
	if err != nil {
		return "", err
	}
	resp, err := c.client.Post(answer.text("upload_url"), "text/plain", strings.NewReader(text))
	if err != nil {
		return "", err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the upload was answered %s", resp.Status)
	}
	id = answer.text("file_id")
	_, err = c.call(context.Background(), "files.completeUploadExternal", form("files", fmt.Sprintf(`[{"id":%q}]`, id)))
	return id, err
}

func (c *caller) download(id string) (text string, err error) {
	answer, err := c.call(context.Background(), "files.info", form("file", id))
	if err != nil {
		return "", err
	}
	r, err := http.NewRequest(http.MethodGet, answer.text("file", "url_private"), nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the download was answered %s", resp.Status)
	}
	return string(body), err
}
