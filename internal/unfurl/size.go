package unfurl

import (
	"bytes"
	"image"
	_ "image/gif" // the formats of which the size is told
	_ "image/jpeg"
	_ "image/png"
	"path"
)

// imagePage is what is shown of an URL that leads to a picture. Only the size is
// read of it, nothing is decoded.
func imagePage(address string, got fetched) Page {
	p := Page{Title: short(path.Base(got.from.Path), maxTitle), Image: address, IsImage: true}
	if len(got.body) <= maxPage {
		p.Bytes = len(got.body)
	}
	if size, _, err := image.DecodeConfig(bytes.NewReader(got.body)); err == nil {
		p.Width, p.Height = size.Width, size.Height
	}
	return p
}
