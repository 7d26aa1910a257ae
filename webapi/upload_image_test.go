package webapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// slowPicture begins to send a picture, and goes on when it is told to.
func (w *world) slowPicture(t *testing.T, p person, method string, goOn chan struct{}) (begun chan struct{}, answer chan string) {
	begun, answer = make(chan struct{}), make(chan string, 1)
	body, out := io.Pipe()
	r := httptest.NewRequest(http.MethodPost, "/api/"+method, body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Authorization", "Bearer "+p.token)
	go func() {
		io.WriteString(out, "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nslow\r\n--x\r\n")
		io.WriteString(out, "Content-Disposition: form-data; name=\"image\"; filename=\"x.png\"\r\n\r\n")
		io.WriteString(out, strings.Repeat("x", 64<<10))
		close(begun)
		<-goOn
		out.Close()
	}()
	go func() {
		recorded := httptest.NewRecorder()
		w.server.ServeHTTP(recorded, r)
		body.Close()
		answer <- recorded.Body.String()
	}()
	return begun, answer
}

// Pictures that come slowly hold up neither those of others nor each other.
func TestSlowPictures(t *testing.T) {
	w := newWorld(t)
	goOn := make(chan struct{})
	var slow sync.WaitGroup
	for range 64 {
		begun, answer := w.slowPicture(t, w.acme.bob, "users.setPhoto", goOn)
		<-begun
		slow.Go(func() { <-answer })
	}
	w.ok(t, w.other.ada, "users.setPhoto", "image", picture(t, 9, 9))
	w.ok(t, w.acme.ada, "users.setPhoto", "image", picture(t, 9, 9))
	close(goOn)
	slow.Wait()
	p := &w.server.pictures
	if p.all != 0 || len(p.each) != 0 {
		t.Errorf("%d bytes are held, %v", p.all, p.each)
	}
	// Who may not gets to know without sending it.
	_, answer := w.slowPicture(t, w.acme.guest, "emoji.add", make(chan struct{}))
	select {
	case got := <-answer:
		if !strings.Contains(got, "no_permission") {
			t.Error(got)
		}
	case <-time.After(30 * time.Second):
		t.Error("the picture is awaited")
	}
}

// All of a workspace's pictures take so much, and not what is another one's.
func TestPicturesAreBounded(t *testing.T) {
	w := newWorld(t)
	p := &w.server.pictures
	if !p.take(w.acme.workspace.ID, maxPictureBytesEach-10) {
		t.Fatal("nothing fits")
	}
	w.fails(t, "ratelimited", w.acme.ada, "users.setPhoto", "image", picture(t, 9, 9))
	w.ok(t, w.other.ada, "users.setPhoto", "image", picture(t, 9, 9))
	p.give(w.acme.workspace.ID, maxPictureBytesEach-10)
	w.ok(t, w.acme.ada, "users.setPhoto", "image", picture(t, 9, 9))
	if p.all != 0 || len(p.each) != 0 {
		t.Errorf("%d bytes are held, %v", p.all, p.each)
	}
}
