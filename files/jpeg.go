package files

import "encoding/binary"

// jpegHeader is what the decoder of the standard library does not tell.
type jpegHeader struct {
	rotation    int
	progressive bool
}

// readJPEG looks through the segments before the picture. What it can't read
// tells nothing.
func readJPEG(head []byte) jpegHeader {
	j := jpegHeader{rotation: 1}
	for at := 2; at+4 <= len(head) && head[at] == 0xff; {
		marker := head[at+1]
		if marker == 0xff { // padding
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(head[at+2:]))
		if length < 2 {
			return j
		}
		segment := head[at+4 : min(len(head), at+2+length)]
		switch {
		case marker == 0xe1:
			if r := exifRotation(segment); r != 0 {
				j.rotation = r
			}
		case marker == 0xc2:
			j.progressive = true
			return j
		case marker == 0xda:
			return j
		}
		at += 2 + length
	}
	return j
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
