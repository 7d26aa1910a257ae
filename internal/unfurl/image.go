package unfurl

import (
	"context"
	"net/http"
	"slices"
)

// Image is a picture's bytes, and what they are.
type Image struct {
	Type  string
	Bytes []byte
}

// pictures are the types that browsers show and that hold no scripts.
var pictures = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/x-icon"}

// sniff tells what the bytes are, whatever their sender calls them; "" where
// they are no picture.
func sniff(body []byte) string {
	kind := http.DetectContentType(body)
	if slices.Contains(pictures, kind) {
		return kind
	}
	return ""
}

// Image fetches a picture.
func (f *Fetcher) Image(ctx context.Context, address string) (Image, error) {
	got, err := f.get(ctx, address, "image/*", maxImage)
	if err != nil {
		return Image{}, err
	}
	if len(got.body) > maxImage {
		return Image{}, errLarge
	}
	kind := sniff(got.body)
	if kind == "" {
		return Image{}, errAnswer
	}
	return Image{kind, got.body}, nil
}
