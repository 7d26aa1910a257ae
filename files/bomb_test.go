package files

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"testing"
	"time"

	"taut/chat"
)

var photoSizes = []int{24, 32, 48, 72, 192, 512, 1024}

// peak is how much the heap grew at most while f ran, what was garbage already
// and not collected yet included.
func peak(f func()) int64 {
	heap := func() int64 {
		s := []runtimemetrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		runtimemetrics.Read(s)
		return int64(s[0].Value.Uint64())
	}
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	before, end, most := heap(), make(chan bool), make(chan int64)
	go func() {
		highest := before
		for tick := time.NewTicker(time.Millisecond); ; {
			highest = max(highest, heap())
			select {
			case <-end:
				tick.Stop()
				most <- highest
				return
			case <-tick.C:
			}
		}
	}()
	f()
	close(end)
	return <-most - before
}

func chunk(b *bytes.Buffer, kind, data string) {
	binary.Write(b, binary.BigEndian, uint32(len(data)))
	b.WriteString(kind + data)
	binary.Write(b, binary.BigEndian, crc32.ChecksumIEEE([]byte(kind+data)))
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, img))
	return b.Bytes()
}

// transparent adds a color that is not there, for which the decoder makes the
// image four times as large.
func transparent(body []byte) []byte {
	var b bytes.Buffer
	b.Write(body[:8+25])
	chunk(&b, "tRNS", "\x00\x01")
	b.Write(body[8+25:])
	return b.Bytes()
}

// progressiveJPEG is one that the header's reader was once led past, by what
// stands before.
func progressiveJPEG(t *testing.T, before string, side int) []byte {
	t.Helper()
	var small, b bytes.Buffer
	must(t, jpeg.Encode(&small, image.NewYCbCr(image.Rect(0, 0, 8, 8), image.YCbCrSubsampleRatio444), nil))
	s := small.Bytes()
	b.WriteString("\xff\xd8" + before)
	for at := 2; s[at+1] != 0xda; {
		n := 2 + int(binary.BigEndian.Uint16(s[at+2:]))
		if s[at+1] == 0xdb || s[at+1] == 0xc4 {
			b.Write(s[at : at+n])
		}
		at += n
	}
	frame := []byte{0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1}
	binary.BigEndian.PutUint16(frame[5:], uint16(side))
	binary.BigEndian.PutUint16(frame[7:], uint16(side))
	b.Write(frame)
	b.Write([]byte{0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 0, 0})
	n := (side + 7) / 8
	b.Write(make([]byte, n*n*3*2/8+100))
	b.WriteString("\xff\xd9")
	return b.Bytes()
}

// longGIF hides frames behind a text whose length the decoder doesn't believe.
func longGIF(t *testing.T, side, frames int) []byte {
	t.Helper()
	tiny := func() *image.Paletted {
		return image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{color.Black, color.White})
	}
	var head, data bytes.Buffer
	must(t, gif.EncodeAll(&head, &gif.GIF{
		Config: image.Config{Width: side, Height: side, ColorModel: color.Palette{color.Black, color.White}},
		Image:  []*image.Paletted{tiny(), tiny()}, Delay: []int{1, 1},
	}))
	out := bytes.NewBuffer(bytes.TrimSuffix(head.Bytes(), []byte{0x3b}))
	out.WriteString("\x21\x01\x00\x3b" + string(make([]byte, 12)))
	z := lzw.NewWriter(&data, lzw.LSB, 2)
	z.Write(make([]byte, side*side))
	must(t, z.Close())
	for range frames {
		out.WriteByte(0x2c)
		binary.Write(out, binary.LittleEndian, []uint16{0, 0, uint16(side), uint16(side)})
		out.Write([]byte{0, 2})
		for rest := data.Bytes(); len(rest) > 0; {
			n := min(255, len(rest))
			out.WriteByte(byte(n))
			out.Write(rest[:n])
			rest = rest[n:]
		}
		out.WriteByte(0)
	}
	out.WriteByte(0x3b)
	return out.Bytes()
}

// Images that are made to take more memory than their headers say are refused
// before they take it; the largest that are not refused keep to what is promised.
func TestImagesKeepToTheirMemory(t *testing.T) {
	w := newWorld(t)
	w.files.Close() // nobody else's work is measured
	grey := asPNG(t, image.NewGray16(image.Rect(0, 0, 9900, 9900)))
	for _, c := range []struct {
		name   string
		body   []byte
		sizes  []int
		budget int64
		ok     bool
	}{
		{"a grey PNG of 16 bits", grey, photoSizes, 16 << 20, false},
		{"one with a transparent grey", transparent(grey), photoSizes, 16 << 20, false},
		{"a grey PNG of 8 bits", transparent(asPNG(t, image.NewGray(image.Rect(0, 0, 5000, 5000)))), photoSizes, maxImageMemory, true},
		{"one that is far wider than high", asPNG(t, image.NewNRGBA(image.Rect(0, 0, 19_000, 1500))), photoSizes, maxImageMemory, true},
		{"a progressive JPEG behind a restart", progressiveJPEG(t, "\xff\xd0", 7900), photoSizes, 16 << 20, false},
		{"one behind garbage", progressiveJPEG(t, "xx\xff\x00y\xff\xff\xff\xd7", 7900), photoSizes, 16 << 20, false},
		{"one that is small enough", progressiveJPEG(t, "\xff\xd0\xff\x00", 2000), photoSizes, maxImageMemory, true},
		{"a GIF with large frames", longGIF(t, 3000, 40), []int{chat.EmojiSize}, 32 << 20, false},
		{"a GIF with too many", longGIF(t, 100, maxFrames), []int{chat.EmojiSize}, 16 << 20, false},
		{"a GIF with many", longGIF(t, 100, maxFrames-2), []int{chat.EmojiSize}, 32 << 20, true},
	} {
		crop := chat.Crop{}
		if len(c.sizes) == 1 {
			crop = chat.Whole
		}
		p, _ := probeImage(bytes.NewReader(c.body))
		var err error
		grew := peak(func() { _, err = w.files.SavePicture(t.Context(), w.acme.id, c.body, crop, c.sizes) })
		t.Logf("%s, %d×%d, %d MiB promised: %d MiB, %v", c.name, p.width, p.height, p.memory>>20, grew>>20, err)
		if (err == nil) != c.ok || grew > c.budget {
			t.Errorf("%s: %v, and the heap grew by %d MiB", c.name, err, grew>>20)
		}
		if c.ok && len(c.sizes) > 1 && grew > p.memory {
			t.Errorf("%s: %d MiB, promised were %d", c.name, grew>>20, p.memory>>20)
		}
	}
}

func TestJPEGHeaders(t *testing.T) {
	frame := func(marker byte, components byte) string {
		return "\xff" + string([]byte{marker}) + "\x00\x0b\x08\x00\x01\x00\x01" + string([]byte{components}) + "abc"
	}
	const jfif, scan = "\xff\xe0\x00\x08JFIF\x00x", "\xff\xda\x00\x08xxxxxx"
	for name, c := range map[string]struct {
		body string
		want int64
	}{
		"baseline":                {jfif + frame(0xc0, 3) + scan, 3},
		"extended":                {jfif + frame(0xc1, 3) + scan, 3},
		"grey":                    {frame(0xc0, 1) + scan, 1},
		"colors that are made":    {frame(0xc0, 3) + scan, 7},
		"four colors":             {jfif + frame(0xc0, 4) + scan, 8},
		"progressive":             {jfif + frame(0xc2, 3) + scan, 15},
		"after restarts":          {jfif + "\xff\xd0\xff\xd7" + frame(0xc2, 3) + scan, 15},
		"after garbage":           {jfif + "x\xff\x00\xff\xff\xff" + frame(0xc2, 3)[1:] + scan, 15},
		"two frames":              {frame(0xc0, 3) + frame(0xc2, 3) + scan, jpegMost},
		"no scan":                 {jfif + frame(0xc0, 3), jpegMost},
		"nothing":                 {"", jpegMost},
		"a frame of another kind": {jfif + "\xff\xc9\x00\x0b\x08\x00\x01\x00\x01\x03abc" + scan, jpegMost},
	} {
		if got := readJPEG([]byte("\xff\xd8" + c.body)); got.bytesPerPixel != c.want {
			t.Errorf("%s: %d bytes a pixel, want %d", name, got.bytesPerPixel, c.want)
		}
	}
	// Behind the first scan nothing says anew which colors these are.
	body := oneJPEG(t, 64, 64, 1)
	for _, marker := range []byte{0xe0, 0xee} {
		late := append(bytes.TrimSuffix(bytes.Clone(body), []byte("\xff\xd9")), 0xff, marker, 0, 2, 0xff, 0xd9)
		p, err := probeImage(bytes.NewReader(late))
		must(t, err)
		w := newWorld(t)
		if err := w.files.decode(t.Context(), w.acme.id, p, bytes.NewReader(late), func(image.Image) error { return nil }); err == nil {
			t.Errorf("marker %x behind the scan was read", marker)
		}
		must(t, w.files.decode(t.Context(), w.acme.id, p, bytes.NewReader(append(bytes.Clone(body), 0xff, marker)), func(image.Image) error { return nil }))
	}
}
