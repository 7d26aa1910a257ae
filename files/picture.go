package files

import (
	"bytes"
	"context"
	"image"
	"strconv"
	"strings"

	"taut/chat"
)

// pictureWord is how long a picture's word is, the secret in its URL: 128 bits.
const pictureWord = 32

// pictureWordOf is the word of a picture's name, "WORD.jpg".
func pictureWordOf(picture string) string {
	word, _, _ := strings.Cut(picture, ".")
	return word
}

// maxOriginal is the largest form of a person's picture.
const maxOriginal = 2048

// SavePicture makes a picture of an image, in each of the sizes and, where there
// are several, in its own as "original". Everything is encoded anew: nothing of
// what was sent is ever served.
func (s *Service) SavePicture(ctx context.Context, w chat.WorkspaceID, body []byte, crop chat.Crop, sizes []int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, imageTime)
	defer cancel()
	p, err := probeImage(bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	name := ""
	err = s.decode(ctx, w, p, bytes.NewReader(body), func(img image.Image) error {
		name, err = s.savePicture(ctx, w, cut(upright(fit(img, maxOriginal), p.rotation), crop, p), sizes)
		return err
	})
	return name, err
}

func (s *Service) savePicture(ctx context.Context, w chat.WorkspaceID, img image.Image, sizes []int) (string, error) {
	kind := "png"
	if isOpaque(img) {
		kind = "jpg"
	}
	word := chat.NewSecret(pictureWord)
	name := word + "." + kind
	if err := s.store.Workspace(w).NewPicture(ctx, name); err != nil {
		return "", err
	}
	if len(sizes) > 1 {
		if err := s.saveImage(ctx, Key{w, word, "original_" + kind}, img, kind); err != nil {
			return "", diskError(err)
		}
	}
	for _, size := range sizes {
		if err := s.saveImage(ctx, Key{w, word, strconv.Itoa(size) + "_" + kind}, square(img, size), kind); err != nil {
			return "", diskError(err)
		}
	}
	return name, nil
}

// cut is the square of the image that is meant; crop is in pixels of the image as
// it was sent, which may have been scaled since.
func cut(img image.Image, crop chat.Crop, p probe) image.Image {
	b := img.Bounds()
	width, _ := p.shown()
	of := func(n int) int { return n * b.Dx() / width }
	r := image.Rect(of(crop.X), of(crop.Y), of(crop.X+crop.W), of(crop.Y+crop.W)).Add(b.Min).Intersect(b)
	if crop.W <= 0 || r.Dx() < 1 || r.Dy() < 1 {
		side := min(b.Dx(), b.Dy())
		r = image.Rect(0, 0, side, side).Add(b.Min).Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	}
	side := min(r.Dx(), r.Dy())
	return scale(img, image.Rect(r.Min.X, r.Min.Y, r.Min.X+side, r.Min.Y+side), side, side)
}
