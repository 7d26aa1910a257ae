package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strings"
)

// file is one that a message shows; its bytes are drawn or written here.
type file struct{ name, title, who string }

// id is the file's in the export, made from its name.
func (f *file) id() string {
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, f.name)
	return "F" + (strings.ToUpper(letters) + "0CRUMB0000")[:10]
}

func (f *file) kind() (mime, short string) {
	switch f.name[strings.LastIndex(f.name, ".")+1:] {
	case "png":
		return "image/png", "png"
	case "pdf":
		return "application/pdf", "pdf"
	}
	return "text/plain", "text"
}

func (f *file) content() ([]byte, error) {
	switch f.name {
	case "icon-options.png":
		return encode(dials())
	case "oven-schedule.png":
		return encode(schedule())
	case "release-notes-2.4.pdf":
		return notes(), nil
	case "rye-starter.txt":
		return []byte(starter), nil
	}
	return nil, fmt.Errorf("nobody makes %s", f.name)
}

func encode(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}

var (
	cream  = color.RGBA{0xfb, 0xf6, 0xec, 0xff}
	sand   = color.RGBA{0xe3, 0xc5, 0x8b, 0xff}
	rust   = color.RGBA{0xb9, 0x51, 0x2f, 0xff}
	baltic = color.RGBA{0x6f, 0x8c, 0x9e, 0xff}
	cocoa  = color.RGBA{0x4a, 0x34, 0x2b, 0xff}
	line   = color.RGBA{0xe8, 0xdf, 0xcf, 0xff}
)

func canvas(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Bounds(), image.NewUniform(cream), image.Point{}, draw.Src)
	return m
}

func bar(m *image.RGBA, x, y, w, h int, c color.Color) {
	draw.Draw(m, image.Rect(x, y, x+w, y+h), image.NewUniform(c), image.Point{}, draw.Src)
}

// dials are three rings that fill up, as on an oven's knob.
func dials() image.Image {
	m := canvas(960, 360)
	for i, d := range []struct {
		part, inner float64
		c           color.RGBA
	}{{0.35, 92, baltic}, {0.7, 78, rust}, {0.9, 0, sand}} {
		ring(m, 180+300*i, 180, 120, d.inner, d.part, d.c)
	}
	return m
}

// ring draws a part of a ring, from the top on, over the whole of it in a light
// colour.
func ring(m *image.RGBA, cx, cy int, outer, inner, part float64, c color.RGBA) {
	for y := -int(outer) - 1; y <= int(outer)+1; y++ {
		for x := -int(outer) - 1; x <= int(outer)+1; x++ {
			r := math.Hypot(float64(x), float64(y))
			cover := math.Min(outer-r, r-inner) + 0.5 // of the pixel, at the edges
			if inner == 0 {
				cover = outer - r + 0.5
			}
			if cover <= 0 {
				continue
			}
			turn := math.Mod(math.Atan2(float64(x), -float64(y))/(2*math.Pi)+1, 1)
			ink := line
			if turn <= part {
				ink = c
			}
			m.Set(cx+x, cy+y, mix(cream, ink, math.Min(cover, 1)))
		}
	}
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	blend := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t) }
	return color.RGBA{blend(a.R, b.R), blend(a.G, b.G), blend(a.B, b.B), 0xff}
}

// schedule is a Saturday: for each oven what proofs, bakes and cools.
func schedule() image.Image {
	m := canvas(1120, 520)
	for hour := range 14 {
		bar(m, 60+hour*75, 40, 2, 440, line)
	}
	rows := [][]int{ // minutes after four: proofing from, baking from, cooling from, until
		{10, 70, 115, 150}, {40, 130, 190, 240}, {95, 160, 200, 260}, {0, 190, 290, 350}, {215, 280, 330, 390}, {300, 390, 450, 520}, {160, 260, 330, 420}, {420, 500, 560, 640},
	}
	for i, r := range rows {
		y := 62 + i*52
		for k, c := range []color.Color{sand, rust, baltic} {
			bar(m, 60+r[k]*3/2, y, (r[k+1]-r[k])*3/2-4, 30, c)
		}
		bar(m, 28, y+9, 18, 12, cocoa)
	}
	return m
}

const starter = `Feeding a rye starter over a holiday

1. Two days before, feed it thick: 100 g starter, 100 g water, 150 g rye.
   Thick is slow, and slow is what you want.
2. Leave it out for an hour, then into the fridge, not in the door.
3. In Crumb, move the step "feed starter" to the first day back, 06:00, and let the
   schedule move the rest. The dough follows the starter, not the calendar.
4. Back again: feed 1:2:2 with water of 30 degrees and wait until it has doubled.
   If it smells like apples, all is well. If it smells like nail polish, feed once
   more and tell nobody.
`

// notes is a PDF of one page.
func notes() []byte {
	lines := []string{
		"/F2 26 Tf 72 740 Td (Crumb 2.4) Tj",
		"/F1 13 Tf 0 -34 Td (Order until: each dough has its own cut-off. Shops see it next to the product.) Tj",
		"0 -22 Td (New colours: sand is proofing, rust is baking, grey-blue is cooling.) Tj",
		"0 -22 Td (Labels fit the wide printers, almost. The rest follows on Tuesday.) Tj",
		"0 -22 Td (Forecast for pilot bakeries: how many rolls, and what the rain does to them.) Tj",
		"/F2 13 Tf 0 -40 Td (Thank you for baking with us.) Tj",
	}
	page := "BT " + strings.Join(lines, "\n") + " ET"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(page), page),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	begin := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, begin)
	return b.Bytes()
}
