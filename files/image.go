package files

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // decoders, by their names
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"time"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"taut/chat"
)

const (
	// imageMemory is what all images together may take while they are decoded,
	// and maxImageMemory a single one; an image is asked for its size before.
	imageMemory    = 384 << 20
	maxImageMemory = 192 << 20
	// maxImageSide and maxImageBytes bound what is looked into at all.
	maxImageSide  = 20_000
	maxImageBytes = 64 << 20
	// imageTime is how long an upload waits for its smaller pictures, the
	// waiting for a turn included: then it has none.
	imageTime = 20 * time.Second
)

var (
	errImageSize   = chat.NewError(chat.Limited, "image")
	errImageFormat = chat.NewError(chat.Invalid, "image")
)

// probe is what an image's header tells.
type probe struct {
	width, height int // as stored
	format        string
	rotation      int // EXIF's, 1 to 8
	memory        int64
}

// headBytes is how far the header is looked for.
const headBytes = 256 << 10

// probeImage reads the header alone: nothing is decoded before its size is known
// to be bearable.
func probeImage(r io.Reader) (p probe, err error) {
	head, err := io.ReadAll(io.LimitReader(r, headBytes))
	if err != nil {
		return p, err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(head))
	if err != nil {
		return p, fmt.Errorf("%w (%w)", errImageFormat, err)
	}
	p = probe{width: config.Width, height: config.Height, format: format, rotation: 1}
	bytesPerPixel := int64(4)
	switch config.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		bytesPerPixel = 8
	case color.Gray16Model:
		bytesPerPixel = 2
	}
	if format == "jpeg" {
		if config.ColorModel != color.CMYKModel {
			bytesPerPixel = 3
		}
		j := readJPEG(head)
		p.rotation = j.rotation
		if j.progressive {
			bytesPerPixel = 15 // its coefficients are kept until the end
		}
	}
	if p.width <= 0 || p.height <= 0 {
		return p, errImageFormat
	}
	if p.width > maxImageSide || p.height > maxImageSide {
		return p, errImageSize
	}
	// Rows are rounded up to whole blocks.
	p.memory = int64(p.width+16) * int64(p.height+16) * bytesPerPixel
	if p.memory > maxImageMemory {
		return p, errImageSize
	}
	return p, nil
}

// shown is the image's size as it is to be shown.
func (p probe) shown() (w, h int) {
	if p.rotation >= 5 {
		return p.height, p.width
	}
	return p.width, p.height
}

// decode reads the image, of an animation the first picture, within the budget
// of memory, and hands it to use. A decoder that panics has read nonsense.
func (s *Service) decode(ctx context.Context, w chat.WorkspaceID, p probe, r io.Reader, use func(image.Image) error) (err error) {
	if err := s.images.Enter(ctx, w); err != nil {
		return err
	}
	defer s.images.Leave(w)
	if err := s.memory.Acquire(ctx, p.memory); err != nil {
		return err
	}
	defer s.memory.Release(p.memory)
	defer func() {
		if nonsense := recover(); nonsense != nil {
			err = errImageFormat
		}
	}()
	img, _, err := image.Decode(bufio.NewReaderSize(&stopReader{ctx, io.LimitReader(r, maxImageBytes)}, 64<<10))
	if err != nil {
		return fmt.Errorf("%w (%w)", errImageFormat, err)
	}
	if img.Bounds().Dx() > p.width || img.Bounds().Dy() > p.height {
		return errImageFormat
	}
	return use(img)
}

// stopReader ends a decoding whose time is up.
type stopReader struct {
	ctx  context.Context
	from io.Reader
}

func (r *stopReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

// The sizes of smaller pictures, as Slack has them: squares that are cut out of
// the middle, and such as the whole image fits into, where it is larger.
var (
	squareSizes = []int{64, 80, 160}
	boxSizes    = []int{1024, 960, 800, 720, 480, 360}
)

// pictured are the types that smaller pictures are made of.
var pictured = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// makeThumbs makes the smaller pictures of an image that was just uploaded.
// Where that fails, the file is one without.
func (s *Service) makeThumbs(ctx context.Context, f *chat.File) {
	if !pictured[f.MimeType] || f.Size > maxImageBytes {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, imageTime)
	defer cancel()
	outcome := "ok"
	err := s.thumbs(ctx, f)
	switch {
	case err == nil:
	case errors.Is(err, errImageSize):
		outcome = "too_large"
	default:
		outcome = "unreadable"
		s.log.Debug("image without smaller pictures", slog.Any("err", err))
	}
	s.metrics.images.WithLabelValues(outcome).Inc()
}

func (s *Service) thumbs(ctx context.Context, f *chat.File) error {
	b, err := s.blobs.Open(ctx, FileKey(f.Workspace, f.ID))
	if err != nil {
		return err
	}
	defer b.Close()
	p, err := probeImage(b)
	if p.width > 0 {
		f.Media.Width, f.Media.Height = p.shown()
		f.Media.Rotation = p.rotation
	}
	if err != nil {
		return err
	}
	if _, err := b.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return s.decode(ctx, f.Workspace, p, b, func(img image.Image) error { return s.saveThumbs(ctx, f, p, img) })
}

// saveThumbs goes from the largest down, each made of the one before.
func (s *Service) saveThumbs(ctx context.Context, f *chat.File, p probe, img image.Image) error {
	m := f.Media
	m.ThumbType, m.Thumbs = "png", nil
	if isOpaque(img) {
		m.ThumbType = "jpg"
	}
	small := upright(fit(img, boxSizes[0]), p.rotation)
	keep := func(size int, thumb image.Image) error {
		m.Thumbs = append(m.Thumbs, chat.Thumb{Size: size, Width: thumb.Bounds().Dx(), Height: thumb.Bounds().Dy()})
		return s.saveImage(ctx, thumbKey(f.Workspace, f.ID, size), thumb, m.ThumbType)
	}
	for i, size := range boxSizes {
		// The smallest is there always; the others where they show more.
		last := i == len(boxSizes)-1
		if !last && max(m.Width, m.Height) < size {
			continue
		}
		small = fit(small, size)
		if err := keep(size, small); err != nil {
			return err
		}
	}
	for _, size := range squareSizes {
		if err := keep(size, square(small, size)); err != nil {
			return err
		}
	}
	f.Media = m
	return nil
}

func (s *Service) saveImage(ctx context.Context, k Key, img image.Image, kind string) error {
	var b bytes.Buffer
	if err := encodeImage(&b, img, kind); err != nil {
		return err
	}
	return copyTo(ctx, s.blobs, k, &b)
}

func encodeImage(w io.Writer, img image.Image, kind string) error {
	if kind == "png" {
		return png.Encode(w, img)
	}
	return jpeg.Encode(w, img, &jpeg.Options{Quality: 85})
}

func isOpaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// fit makes an image no larger than a square of this size; one that is smaller
// stays as it is.
func fit(img image.Image, size int) image.Image {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	longest := max(w, h)
	if longest <= size {
		return img
	}
	return scale(img, img.Bounds(), max(1, w*size/longest), max(1, h*size/longest))
}

// square is the largest square in the middle, in this size.
func square(img image.Image, size int) image.Image {
	b := img.Bounds()
	side := min(b.Dx(), b.Dy())
	x, y := b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2
	return scale(img, image.Rect(x, y, x+side, y+side), size, size)
}

func scale(img image.Image, from image.Rectangle, w, h int) image.Image {
	to := image.NewNRGBA(image.Rect(0, 0, w, h))
	var s draw.Scaler = draw.CatmullRom
	if from.Dx()*from.Dy() > 16*w*h {
		s = draw.ApproxBiLinear
		if from.Dx()*from.Dy() < 1024*w*h {
			s = draw.BiLinear
		}
	}
	s.Scale(to, to.Bounds(), img, from, draw.Src, nil)
	return to
}

// upright turns an image as its EXIF rotation says.
func upright(img image.Image, rotation int) image.Image {
	if rotation < 2 || rotation > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	to := image.NewNRGBA(image.Rect(0, 0, w, h))
	if rotation >= 5 {
		to = image.NewNRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := turned(x, y, w, h, rotation)
			to.Set(tx, ty, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return to
}

// turned is where a point of an image of this size comes to lie.
func turned(x, y, w, h, rotation int) (tx, ty int) {
	switch rotation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x // 8
}
