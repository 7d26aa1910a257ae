package app

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"taut/internal/admin"
)

// What sockets are told of files and emoji names whole URLs, though none is
// configured, and they lead to them.
func TestURLsOfFilesInEvents(t *testing.T) {
	a := start(t, t.TempDir())
	d := door(t, a)
	owner, err := d.CreateWorkspace(t.Context(), admin.NewWorkspace{Domain: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	bot, err := d.AddBot(t.Context(), admin.NewBot{Name: "echo"})
	if err != nil {
		t.Fatal(err)
	}
	api := slack.OptionAPIURL(d.Door.URL + "/api/")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	listener, person := slack.New(bot.Token, api).NewRTM(), slack.New(owner.Token, api)
	go listener.ManageConnection()
	defer listener.Disconnect()
	next[*slack.HelloEvent](ctx, t, listener)

	channel, _, err := person.PostMessageContext(ctx, "general", slack.MsgOptionText("first", false))
	if err != nil {
		t.Fatal(err)
	}
	next[*slack.MessageEvent](ctx, t, listener)
	upload := func(name string) (id string) {
		t.Helper()
		f, err := person.UploadFileContext(ctx, slack.UploadFileParameters{
			Channel: channel, Filename: name, Content: name, FileSize: len(name)})
		if err != nil {
			t.Fatal(err)
		}
		return f.ID
	}
	downloads := func(url, want string) {
		t.Helper()
		var body strings.Builder
		if !strings.HasPrefix(url, d.Door.URL+"/") {
			t.Errorf("%s is at %q", want, url)
		} else if err := person.GetFileContext(ctx, url, &body); err != nil || body.String() != want {
			t.Errorf("%s: got %q, %v", url, body.String(), err)
		}
	}
	first := upload("hello.txt")
	heard := next[*slack.MessageEvent](ctx, t, listener)
	if len(heard.Files) != 1 || heard.Files[0].ID != first {
		t.Fatalf("heard %+v", heard.Msg)
	}
	downloads(heard.Files[0].URLPrivate, "hello.txt")
	downloads(heard.Files[0].URLPrivateDownload, "hello.txt")

	second := upload("more.txt")
	added := next[*slack.MessageEvent](ctx, t, listener)
	if _, _, _, err := person.UpdateMessageContext(ctx, added.Channel, heard.Timestamp, slack.MsgOptionText("x", false), slack.MsgOptionFileIDs([]string{second})); err != nil {
		t.Fatal(err)
	}
	for edited := (*slack.MessageEvent)(nil); edited == nil; {
		if m := next[*slack.MessageEvent](ctx, t, listener); m.SubType == "message_changed" {
			if edited = m; len(m.SubMessage.Files) != 1 {
				t.Fatalf("edited %+v", m.SubMessage)
			}
			downloads(m.SubMessage.Files[0].URLPrivate, "more.txt")
		}
	}
	addEmoji(ctx, t, d.Door.URL, owner.Token)
	value := next[*slack.EmojiChangedEvent](ctx, t, listener).Value
	if !strings.HasPrefix(value, d.Door.URL+"/") {
		t.Fatalf("the emoji is at %q", value)
	}
	if status, _ := get(t, value); status != http.StatusOK {
		t.Errorf("the emoji: %d", status)
	}
}

func addEmoji(ctx context.Context, t *testing.T, url, token string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("image", "x.png")
	if err == nil {
		err = png.Encode(part, image.NewGray(image.Rect(0, 0, 9, 9)))
	}
	for name, value := range map[string]string{"name": "ours", "mode": "data"} {
		if err == nil {
			err = form.WriteField(name, value)
		}
	}
	if err != nil || form.Close() != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/emoji.add", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}
