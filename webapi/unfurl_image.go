package webapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"taut/chat"
	"taut/internal/unfurl"
)

// Images serves the image proxy: GET /img-proxy/SIGNATURE/URL shows a picture of
// another server to clients, who so tell nobody of themselves. It fetches what
// client.images signed, and nothing else.
func (u *Unfurler) Images() http.Handler {
	if u == nil {
		return http.NotFoundHandler()
	}
	return http.HandlerFunc(u.serveImage)
}

func (u *Unfurler) serveImage(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	of, address, ok := u.signer.Open(r.PathValue("signature"), r.PathValue("url"), time.Now())
	if !ok {
		http.Error(w, "not signed", http.StatusForbidden)
		return
	}
	image, err := u.picture(r.Context(), chat.WorkspaceID(of), address)
	if err != nil {
		h.Set("Cache-Control", "private, max-age=60")
		http.Error(w, "no picture", http.StatusNotFound)
		return
	}
	h.Set("Content-Type", image.Type)
	h.Set("Content-Length", strconv.Itoa(len(image.Bytes)))
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	w.Write(image.Bytes)
}

// picture fetches on a workspace's account: one whose pictures come slowly waits
// for itself.
func (u *Unfurler) picture(ctx context.Context, w chat.WorkspaceID, address string) (unfurl.Image, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	if err := u.showing.Enter(ctx, w); err != nil {
		return unfurl.Image{}, err
	}
	defer u.showing.Leave(w)
	return u.pictures.Image(ctx, address)
}

const (
	// maxPictures are fetched at once, and maxPicturesEach for one workspace.
	maxPictures     = 32
	maxPicturesEach = 8
	// maxWaitingPictures are those of one workspace that wait.
	maxWaitingPictures = 512
)

type imagesAnswer struct {
	reply
	Images map[string]string `json:"images"`
}

// maxImageURLs are signed at once.
const maxImageURLs = 100

// clientImages tells under which URLs of ours a client shows pictures of others.
// Those that can't be fetched, and all where the proxy is off, are left out.
func (s *Server) clientImages(_ context.Context, q *request) (answer, error) {
	a := &imagesAnswer{Images: map[string]string{}}
	urls := q.args.list("urls")
	if len(urls) > maxImageURLs {
		return nil, invalidArguments("[ERROR] must have at most 100 items [json-pointer:/urls]")
	}
	for _, address := range urls {
		if s.unfurler == nil {
			break
		}
		if path := s.unfurler.signer.Path(string(q.caller.Workspace), address, time.Now()); path != "" {
			a.Images[address] = q.publicURL() + path
		}
	}
	return a, nil
}
