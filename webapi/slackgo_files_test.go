package webapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/slack-go/slack"
)

// An official client uploads, shows, fetches and deletes a file, and sets a picture.
func TestSlackGoFiles(t *testing.T) {
	w := newWorld(t)
	a := &w.acme
	mux := http.NewServeMux()
	w.files.Handle(mux)
	mux.Handle("/api/", w.server)
	listener := httptest.NewServer(mux)
	defer listener.Close()
	w.server.publicURL = listener.URL
	client := slack.New(a.ada.token, slack.OptionAPIURL(listener.URL+"/api/"))
	ctx := t.Context()
	body := bytes.Repeat([]byte("abc"), 100_000)
	sent, err := client.UploadFileContext(ctx, slack.UploadFileParameters{
		Reader: bytes.NewReader(body), FileSize: len(body), Filename: "abc.bin", Title: "Letters", Channel: string(a.public), InitialComment: "look", AltTxt: "abc",
	})
	must(t, err)
	f, _, _, err := client.GetFileInfoContext(ctx, sent.ID, 0, 0)
	must(t, err)
	if f.Title != "Letters" || f.Size != len(body) || len(f.Channels) != 1 || len(f.Shares.Public[string(a.public)]) != 1 {
		t.Errorf("files.info gives %+v", f)
	}
	var got bytes.Buffer
	must(t, client.GetFileContext(ctx, f.URLPrivateDownload, &got))
	if !bytes.Equal(got.Bytes(), body) {
		t.Errorf("%d bytes came back", got.Len())
	}
	all, paging, err := client.GetFilesContext(ctx, slack.NewGetFilesParameters())
	must(t, err)
	if len(all) != 1 || paging.Total != 1 {
		t.Errorf("files.list gives %d of %+v", len(all), paging)
	}
	must(t, client.DeleteFileContext(ctx, sent.ID))
	if _, _, _, err := client.GetFileInfoContext(ctx, sent.ID, 0, 0); err == nil || err.Error() != "file_not_found" {
		t.Errorf("the deleted file gives %v", err)
	}
	emoji, err := client.GetEmojiContext(ctx)
	must(t, err)
	if len(emoji) != 0 {
		t.Errorf("emoji.list gives %v", emoji)
	}
	must(t, client.DeleteUserPhotoContext(ctx))
}
