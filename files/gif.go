package files

import "encoding/binary"

// countFrames goes through a GIF as the decoder of the standard library does, but
// without decoding it: how many pictures that would make, and how many pixels all
// of them together. ok is false where it is none.
func countFrames(body []byte) (frames int, pixels int64, ok bool) {
	if len(body) < 13 || string(body[:3]) != "GIF" {
		return 0, 0, false
	}
	at := 13 + colorTable(body[10])
	for at < len(body) {
		switch body[at] {
		case 0x21:
			at = afterExtension(body, at)
		case 0x2c: // a picture: its place, perhaps colors, the code's size, blocks
			if at+10 > len(body) {
				return frames, pixels, true
			}
			frames++
			pixels += int64(binary.LittleEndian.Uint16(body[at+5:])) * int64(binary.LittleEndian.Uint16(body[at+7:]))
			at = afterBlocks(body, at+10+colorTable(body[at+9])+1)
		default: // the end, or nonsense
			return frames, pixels, true
		}
	}
	return frames, pixels, true
}

// afterExtension goes past a label, what the decoder reads after it whatever
// length that claims, and blocks.
func afterExtension(body []byte, at int) int {
	if at+2 >= len(body) {
		return len(body)
	}
	switch body[at+1] {
	case 0xf9: // how to show the next picture
		return at + 8
	case 0xfe: // a comment
		return afterBlocks(body, at+2)
	case 0xff: // a program's
		return afterBlocks(body, at+3+int(body[at+2]))
	case 0x01: // a text
		return afterBlocks(body, at+15)
	}
	return len(body) // the decoder stops
}

func colorTable(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

func afterBlocks(body []byte, at int) int {
	for at < len(body) && body[at] != 0 {
		at += 1 + int(body[at])
	}
	return at + 1
}
