package files

import (
	"bytes"
	"context"
	"image"
	"image/gif"
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
	if crop == chat.Whole && p.format == "gif" && isAnimated(body) {
		return s.saveAnimation(ctx, w, p, body, sizes[0])
	}
	name := ""
	err = s.decode(ctx, w, p, bytes.NewReader(body), func(img image.Image) error {
		name, err = s.savePicture(ctx, w, cut(upright(fit(img, maxOriginal), p.rotation), crop, p), sizes)
		return err
	})
	return name, err
}

// maxFrames bounds an animation, whose pictures may all be tiny in the file.
// frameBytes is what each takes beside its pixels: twice its colors.
const (
	maxFrames  = 300
	frameBytes = 16 << 10
)

// saveAnimation keeps an animation that fits into the size as it is, encoded anew.
func (s *Service) saveAnimation(ctx context.Context, w chat.WorkspaceID, p probe, body []byte, size int) (string, error) {
	if p.width > size || p.height > size {
		return "", errImageSize
	}
	frames, pixels, ok := countFrames(body)
	if !ok {
		return "", errImageFormat
	}
	// No frame is larger than the whole, to the decoder.
	if frames > maxFrames || pixels > int64(frames)*int64(p.width)*int64(p.height) {
		return "", chat.NewError(chat.Limited, "frames")
	}
	// The pixels, once more what is interlaced, and what comes out.
	memory := 3*pixels + int64(frames)*frameBytes + 2*int64(len(body))
	name := ""
	err := s.within(ctx, w, memory, func() (err error) {
		name, err = s.encodeAnimation(ctx, w, body, size)
		return err
	})
	return name, err
}

func (s *Service) encodeAnimation(ctx context.Context, w chat.WorkspaceID, body []byte, size int) (string, error) {
	all, err := gif.DecodeAll(&stopReader{ctx, bytes.NewReader(body)})
	if err != nil {
		return "", errImageFormat
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, all); err != nil {
		return "", errImageFormat
	}
	word := chat.NewSecret(pictureWord)
	if err := s.store.Workspace(w).NewPicture(ctx, word+".gif"); err != nil {
		return "", err
	}
	if err := copyTo(ctx, s.blobs, Key{w, word, strconv.Itoa(size) + "_gif"}, &out); err != nil {
		return "", diskError(err)
	}
	return word + ".gif", nil
}

func isAnimated(body []byte) bool {
	frames, _, _ := countFrames(body)
	return frames > 1
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
		small := fit(img, size)
		if len(sizes) > 1 {
			small = square(img, size) // of a person: all squares, also larger than the image
		}
		if err := s.saveImage(ctx, Key{w, word, strconv.Itoa(size) + "_" + kind}, small, kind); err != nil {
			return "", diskError(err)
		}
	}
	return name, nil
}

// cut is the square of the image that is meant; crop is in pixels of the image as
// it was sent, which may have been scaled since.
func cut(img image.Image, crop chat.Crop, p probe) image.Image {
	if crop == chat.Whole {
		return img
	}
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
