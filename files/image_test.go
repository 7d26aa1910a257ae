package files

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"testing"

	"taut/chat"
)

func onePNG(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.NRGBA{byte(x), byte(y), 7, byte(100 + x%100)})
		}
	}
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}

// oneJPEG is red at the left and blue at the right, with an EXIF orientation.
func oneJPEG(t testing.TB, w, h int, rotation byte) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			if x > w/2 {
				c = color.RGBA{0, 0, 255, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rotation) + "\x00\x00\x00\x00\x00\x00")
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(append(b.Bytes()[:2:2], segment...), b.Bytes()[2:]...)
}

func oneGIF(t testing.TB, side, frames int) []byte {
	t.Helper()
	all := gif.GIF{}
	for i := range frames {
		p := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
		p.SetColorIndex(i%side, 0, 1)
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 5)
	}
	var b bytes.Buffer
	must(t, gif.EncodeAll(&b, &all))
	return b.Bytes()
}

// pngClaim is a PNG whose header claims a size, and that has next to nothing in it.
func pngClaim(w, h uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(head[4:], w)
	binary.BigEndian.PutUint32(head[8:], h)
	head[12], head[13] = 8, 6
	binary.Write(&b, binary.BigEndian, uint32(13))
	b.Write(head)
	binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(head))
	b.WriteString("\x00\x00\x00\x05IDATxxxxx")
	return b.Bytes()
}

func sizes(f chat.File) map[int][2]int {
	all := map[int][2]int{}
	for _, t := range f.Media.Thumbs {
		all[t.Size] = [2]int{t.Width, t.Height}
	}
	return all
}

func TestThumbs(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name  string
		body  []byte
		kind  string
		w, h  int
		sizes map[int][2]int
	}{
		{"large.png", onePNG(t, 1500, 750), "png", 1500, 750, map[int][2]int{
			64: {64, 64}, 80: {80, 80}, 160: {160, 160}, 360: {360, 180}, 480: {480, 240}, 720: {720, 360}, 800: {800, 400}, 960: {960, 480}, 1024: {1024, 512}}},
		{"small.png", onePNG(t, 30, 20), "png", 30, 20, map[int][2]int{64: {64, 64}, 80: {80, 80}, 160: {160, 160}, 360: {30, 20}}},
		{"line.png", onePNG(t, 2000, 1), "png", 2000, 1, map[int][2]int{
			64: {64, 64}, 80: {80, 80}, 160: {160, 160}, 360: {360, 1}, 480: {480, 1}, 720: {720, 1}, 800: {800, 1}, 960: {960, 1}, 1024: {1024, 1}}},
		{"photo.jpg", oneJPEG(t, 500, 400, 6), "jpg", 400, 500, map[int][2]int{64: {64, 64}, 80: {80, 80}, 160: {160, 160}, 360: {288, 360}, 480: {384, 480}}},
		{"moving.gif", oneGIF(t, 100, 20), "jpg", 100, 100, map[int][2]int{64: {64, 64}, 80: {80, 80}, 160: {160, 160}, 360: {100, 100}}},
	} {
		f := w.upload(t, &w.acme, w.acme.ada, tt.name, tt.body)
		got := sizes(f)
		if f.Media.Width != tt.w || f.Media.Height != tt.h || len(got) != len(tt.sizes) || f.Media.ThumbType != tt.kind {
			t.Errorf("%s: %+v", tt.name, f.Media)
			continue
		}
		for size, want := range tt.sizes {
			if got[size] != want {
				t.Errorf("%s: thumb_%d is %v, want %v", tt.name, size, got[size], want)
			}
		}
		r, body := w.get(t, w.acme.ada, f.Object("").Thumb360)
		c, format, err := image.DecodeConfig(bytes.NewReader(body))
		if r.StatusCode != http.StatusOK || err != nil || c.Width != tt.sizes[360][0] || r.Header.Get("Content-Type") != "image/"+format {
			t.Errorf("%s: thumb_360 is %d, %s %s, %v", tt.name, r.StatusCode, format, r.Header.Get("Content-Type"), err)
		}
	}
}

// A picture that was taken sideways is shown upright: what was left is above.
func TestUpright(t *testing.T) {
	w := newWorld(t)
	at := func(img image.Image, fx, fy float64) string {
		b := img.Bounds()
		r, _, blue, _ := img.At(b.Min.X+int(fx*float64(b.Dx())), b.Min.Y+int(fy*float64(b.Dy()))).RGBA()
		if r > blue {
			return "red"
		}
		return "blue"
	}
	// Where red lies, which is at the left of what was stored.
	for rotation, red := range map[byte][2]float64{1: {.1, .5}, 2: {.9, .5}, 3: {.9, .5}, 4: {.1, .5}, 5: {.5, .1}, 6: {.5, .1}, 7: {.5, .9}, 8: {.5, .9}} {
		f := w.upload(t, &w.acme, w.acme.ada, "x.jpg", oneJPEG(t, 400, 300, rotation))
		_, body := w.get(t, w.acme.ada, f.Object("").Thumb360)
		img, err := jpeg.Decode(bytes.NewReader(body))
		must(t, err)
		if got := at(img, red[0], red[1]); got != "red" || at(img, 1-red[0], 1-red[1]) != "blue" {
			t.Errorf("rotation %d: %s where red should be", rotation, got)
		}
		if f.Media.Rotation != int(rotation) {
			t.Errorf("rotation %d is told as %d", rotation, f.Media.Rotation)
		}
	}
}

// Images that are none, or are meant to be too much, are files like others.
func TestBombs(t *testing.T) {
	w := newWorld(t)
	good := onePNG(t, 50, 50)
	short := oneJPEG(t, 300, 300, 1)
	for name, body := range map[string][]byte{
		"claims much":         pngClaim(60_000, 60_000),
		"claims all":          pngClaim(1<<31-1, 1<<31-1),
		"claims nothing":      pngClaim(0, 0),
		"claims a bit":        pngClaim(5_000, 5_000),
		"cut off":             good[:len(good)/2],
		"cut off JPEG":        short[:len(short)/2],
		"header alone":        good[:8],
		"a wide line":         pngClaim(1<<20, 1),
		"GIF of nothing":      []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00"),
		"JPEG of nothing":     []byte("\xff\xd8\xff\xe0"),
		"WebP of nothing":     []byte("RIFF\x00\x00\x00\x00WEBPVP8 "),
		"EXIF without an end": append([]byte("\xff\xd8\xff\xe1\xff\xff"), bytes.Repeat([]byte{0xff}, 100)...),
	} {
		f := w.upload(t, &w.acme, w.acme.ada, "x.png", body)
		if len(f.Media.Thumbs) != 0 {
			t.Errorf("%s has thumbs: %+v", name, f.Media)
		}
		if _, got := w.get(t, w.acme.ada, f.Object("").URLPrivate); !bytes.Equal(got, body) {
			t.Errorf("%s came back as %d bytes", name, len(got))
		}
		if _, err := w.files.SavePicture(t.Context(), w.acme.id, body, chat.Crop{}, []int{24, 48}); err == nil {
			t.Errorf("%s became somebody's picture", name)
		}
	}
}

func TestPictures(t *testing.T) {
	w := newWorld(t)
	name, err := w.files.SavePicture(t.Context(), w.acme.id, oneJPEG(t, 300, 100, 1), chat.Crop{X: 200, Y: 0, W: 90}, []int{24, 192})
	must(t, err)
	_, err = w.acme.bound.SetAvatar(t.Context(), w.acme.ada.id, name)
	must(t, err)
	u, err := w.acme.bound.User(t.Context(), w.acme.ada.id)
	must(t, err)
	p := u.Profile()
	r, body := w.get(t, person{}, p.Image192)
	img, err := jpeg.Decode(bytes.NewReader(body))
	if err != nil || r.StatusCode != http.StatusOK || img.Bounds().Dx() != 192 || img.Bounds().Dy() != 192 {
		t.Fatalf("%d %v", r.StatusCode, err)
	}
	if red, _, blue, _ := img.At(96, 96).RGBA(); red > blue {
		t.Error("the crop is of another part")
	}
	if r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", r.Header)
	}
	other, err := w.files.SavePicture(t.Context(), w.acme.id, onePNG(t, 10, 10), chat.Crop{}, []int{24, 192})
	must(t, err)
	_, err = w.acme.bound.SetAvatar(t.Context(), w.acme.ada.id, other)
	must(t, err)
	must(t, w.files.sweep(t.Context()))
	if got := w.blobsOf(t, pictureWordOf(name)); got != nil {
		t.Errorf("the former picture is still there: %v", got)
	}
	if got := w.blobsOf(t, pictureWordOf(other)); len(got) != 3 {
		t.Errorf("of the present picture there is %v", got)
	}
}

func TestAnimations(t *testing.T) {
	w := newWorld(t)
	name, err := w.files.SavePicture(t.Context(), w.acme.id, oneGIF(t, 40, 12), chat.Whole, []int{chat.EmojiSize})
	must(t, err)
	_, body := w.get(t, person{}, chat.EmojiPath(w.acme.id, name))
	all, err := gif.DecodeAll(bytes.NewReader(body))
	if err != nil || len(all.Image) != 12 {
		t.Errorf("%v, %+v", err, all)
	}
	if _, err := w.files.SavePicture(t.Context(), w.acme.id, oneGIF(t, 40, maxFrames+1), chat.Whole, []int{chat.EmojiSize}); chat.CodeOf(err) != chat.Limited {
		t.Errorf("too many frames: %v", err)
	}
	// Frames that are said to be large and hold nothing are counted, not decoded.
	bomb := oneGIF(t, 40, 30)
	bomb[6], bomb[7], bomb[8], bomb[9] = 0xff, 0xff, 0xff, 0xff
	for at := bytes.IndexByte(bomb, ','); at >= 0 && at+10 < len(bomb); {
		next := bytes.IndexByte(bomb[at+1:], ',')
		copy(bomb[at+5:], "\xff\xff\xff\xff")
		if next < 0 {
			break
		}
		at += 1 + next
	}
	if _, err := w.files.SavePicture(t.Context(), w.acme.id, bomb, chat.Whole, []int{chat.EmojiSize}); err == nil {
		t.Error("a bomb became an emoji")
	}
}
