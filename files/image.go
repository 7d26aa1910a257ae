package files

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // decoders, by their names
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"time"

	_ "golang.org/x/image/webp"

	"taut/chat"
)

const (
	// imageMemory is what all images together may take while they are decoded and
	// made smaller, and maxImageMemory a single one; an image is asked for its size
	// before.
	imageMemory    = 384 << 20
	maxImageMemory = 256 << 20
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
	body          int64 // a JPEG's: see jpegHeader
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
	switch format {
	case "png":
		bytesPerPixel = pngBytes(head)
	case "webp":
		bytesPerPixel = webpBytes
	case "jpeg":
		j := readJPEG(head)
		p.rotation, p.body, bytesPerPixel = j.rotation, j.body, j.bytesPerPixel
	}
	if p.width <= 0 || p.height <= 0 {
		return p, errImageFormat
	}
	if p.width > maxImageSide || p.height > maxImageSide {
		return p, errImageSize
	}
	// Rows are rounded up to whole blocks.
	p.memory = int64(p.width+32)*int64(p.height+32)*bytesPerPixel + scaledMemory(p.width, p.height)
	if p.memory > maxImageMemory {
		return p, errImageSize
	}
	return p, nil
}

// pngBytes is what a pixel may take: the decoder's largest form of this depth,
// and of an interlaced image all its passes beside the whole.
func pngBytes(head []byte) int64 {
	if len(head) < 29 {
		return 16
	}
	n := int64(4)
	if head[24] == 16 {
		n = 8
	}
	if head[28] != 0 {
		n *= 2
	}
	return n
}

// webpBytes is a pixel's where the transparency is packed as an image of its own:
// that before and after its colors are looked up, and what is taken out of it.
const webpBytes = 12

// shown is the image's size as it is to be shown.
func (p probe) shown() (w, h int) {
	if p.rotation >= 5 {
		return p.height, p.width
	}
	return p.width, p.height
}

// decode reads the image, of an animation the first picture, within the budget
// of memory, and hands it to use.
func (s *Service) decode(ctx context.Context, w chat.WorkspaceID, p probe, r io.Reader, use func(image.Image) error) error {
	return s.within(ctx, w, p.memory, func() error {
		r = io.LimitReader(r, maxImageBytes)
		if p.body > 0 {
			r = &plainScan{from: r, at: p.body}
		}
		img, _, err := image.Decode(bufio.NewReaderSize(&stopReader{ctx, r}, 64<<10))
		if err != nil {
			return fmt.Errorf("%w (%w)", errImageFormat, err)
		}
		if img.Bounds().Dx() > p.width || img.Bounds().Dy() > p.height {
			return errImageFormat
		}
		return use(img)
	})
}

// within does what takes so much memory, at the workspace's turn. A decoder that
// panics has read nonsense.
func (s *Service) within(ctx context.Context, w chat.WorkspaceID, memory int64, do func() error) (err error) {
	if err := s.images.Enter(ctx, w); err != nil {
		return err
	}
	defer s.images.Leave(w)
	if err := s.memory.Acquire(ctx, memory); err != nil {
		return err
	}
	defer s.memory.Release(memory)
	defer func() {
		if nonsense := recover(); nonsense != nil {
			err = errImageFormat
		}
	}()
	return do()
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
	b, err := s.blobs.Open(ctx, bytesKey(*f))
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
		return s.saveImage(ctx, thumbKey(*f, size), thumb, m.ThumbType)
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
