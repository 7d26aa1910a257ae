package files

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

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

// maxKernel is what the best way of scaling may take beside the images: 32 bytes
// for each row of the one in the width of the other.
const maxKernel = 4 << 20

// scaledMemory is what the smaller images of one of this size take at most while
// they are made: the first of them, turned, cut and encoded.
func scaledMemory(w, h int) int64 {
	side := func(n int) int64 { return int64(min(n, maxOriginal)) }
	return 16*side(w)*side(h) + 4*maxKernel
}

// scale never takes much beside the image that it makes. To less than half, each
// pixel is the mean of those that it stands for; else it lies between few.
func scale(img image.Image, from image.Rectangle, w, h int) image.Image {
	if from.Dx() >= 2*w && from.Dy() >= 2*h {
		return shrink(img, from, w, h)
	}
	to := image.NewNRGBA(image.Rect(0, 0, w, h))
	var s draw.Scaler = draw.ApproxBiLinear
	if 32*w*from.Dy() <= maxKernel {
		s = draw.CatmullRom
	}
	s.Scale(to, to.Bounds(), img, from, draw.Src, nil)
	return to
}

// shrink goes through the image in strips, each as high as one row of the result.
func shrink(img image.Image, from image.Rectangle, w, h int) image.Image {
	to := image.NewNRGBA(image.Rect(0, 0, w, h))
	strip := image.NewRGBA(image.Rect(0, 0, from.Dx(), (from.Dy()+h-1)/h+1))
	for y := range h {
		top, end := y*from.Dy()/h, (y+1)*from.Dy()/h
		rows := image.Rect(0, 0, from.Dx(), end-top)
		draw.Draw(strip, rows, img, from.Min.Add(image.Pt(0, top)), draw.Src)
		for x := range w {
			to.SetRGBA64(x, y, mean(strip, image.Rect(x*from.Dx()/w, 0, (x+1)*from.Dx()/w, end-top)))
		}
	}
	return to
}

func mean(img *image.RGBA, of image.Rectangle) color.RGBA64 {
	var sum [4]int
	for y := of.Min.Y; y < of.Max.Y; y++ {
		row := img.Pix[y*img.Stride:]
		for x := of.Min.X; x < of.Max.X; x++ {
			p := row[4*x : 4*x+4 : 4*x+4]
			sum[0] += int(p[0])
			sum[1] += int(p[1])
			sum[2] += int(p[2])
			sum[3] += int(p[3])
		}
	}
	n := of.Dx() * of.Dy()
	part := func(sum int) uint16 { return 0x101 * uint16((sum+n/2)/n) }
	return color.RGBA64{part(sum[0]), part(sum[1]), part(sum[2]), part(sum[3])}
}

// upright turns an image as its EXIF rotation says.
func upright(img image.Image, rotation int) image.Image {
	if rotation < 2 || rotation > 8 {
		return img
	}
	at := func(x, y int) color.RGBA64 { return color.RGBA64Model.Convert(img.At(x, y)).(color.RGBA64) }
	if fast, ok := img.(image.RGBA64Image); ok { // without a value in memory for each
		at = fast.RGBA64At
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
			to.SetRGBA64(tx, ty, at(b.Min.X+x, b.Min.Y+y))
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
