package files

import (
	"bytes"
	"encoding/binary"
	"io"
)

// jpegHeader is what the decoder of the standard library does not tell.
type jpegHeader struct {
	rotation int
	// bytesPerPixel is what decoding may take at most.
	bytesPerPixel int64
	// body is where the first scan begins; 0 where none was met.
	body int64
}

// readJPEG goes from segment to segment as the decoder does, past what it
// forgives: nothing that it takes for a picture is taken for another one here.
// Where that stops the picture counts as what takes most.
func readJPEG(head []byte) jpegHeader {
	j := jpegHeader{rotation: 1, bytesPerPixel: jpegMost}
	baseline, components, asRGB := false, 0, true
	for at := 2; ; {
		marker, next := nextMarker(head, at)
		if next+2 > len(head) {
			return j
		}
		if marker >= 0xd0 && marker <= 0xd7 { // restarts have no length
			at = next
			continue
		}
		length := int(binary.BigEndian.Uint16(head[next:]))
		if length < 2 {
			return j
		}
		at = next + length
		segment := head[next+2 : min(len(head), at)]
		switch marker {
		case 0xe0:
			asRGB = asRGB && !bytes.HasPrefix(segment, []byte("JFIF\x00"))
		case 0xe1:
			if r := exifRotation(segment); r != 0 {
				j.rotation = r
			}
		case 0xc0, 0xc1, 0xc2:
			if components != 0 || len(segment) < 6 {
				return j
			}
			baseline, components = marker != 0xc2, int(segment[5])
		case 0xda:
			j.bytesPerPixel, j.body = jpegBytes(baseline, components, asRGB), int64(next-2)
			return j
		case 0xd9:
			return j
		}
	}
}

// nextMarker is the marker that the decoder finds from there on, and where it
// goes on.
func nextMarker(head []byte, at int) (marker byte, next int) {
	for at+2 <= len(head) {
		if head[at] != 0xff { // garbage
			at++
			continue
		}
		if head[at+1] == 0 { // an escape, garbage too
			at += 2
			continue
		}
		for at++; at < len(head) && head[at] == 0xff; at++ { // filling
		}
		if at < len(head) {
			return head[at], at + 1
		}
	}
	return 0, len(head)
}

// jpegMost is a progressive picture's in four colors.
const jpegMost = 4*4 + 4 + 4

// jpegBytes is what decoding takes a pixel: its samples; all coefficients of a
// progressive one, which are kept until the end, in four bytes each; and where
// the colors are made others, the result.
func jpegBytes(baseline bool, components int, asRGB bool) int64 {
	n := int64(components)
	if !baseline {
		n += 4 * int64(components)
	}
	if components == 4 || components == 3 && asRGB {
		n += 4
	}
	if components < 1 || components > 4 {
		return jpegMost
	}
	return n
}

// plainScan lets no segment pass behind the begin of the first scan that says
// anew which colors these are: what decoding takes was told by those before it.
type plainScan struct {
	from io.Reader
	at   int64 // of the first scan
	read int64
	last byte
}

func (r *plainScan) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	for i, b := range p[:n] {
		if r.read+int64(i) > r.at && r.last == 0xff && (b == 0xe0 || b == 0xee) {
			r.read += int64(i)
			return i, errImageFormat
		}
		r.last = b
	}
	r.read += int64(n)
	return n, err
}

// exifRotation reads the tag Orientation of the first directory; 0: there is none.
func exifRotation(segment []byte) int {
	if len(segment) < 14 || string(segment[:6]) != "Exif\x00\x00" {
		return 0
	}
	tiff := segment[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + int64(i)*12
		if e+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[e:]) != 0x0112 {
			continue
		}
		if r := int(order.Uint16(tiff[e+8:])); r >= 1 && r <= 8 {
			return r
		}
		return 0
	}
	return 0
}
