package webapi

import (
	"io"
	"sync"

	"taut/chat"
)

const (
	// maxImage is how long a person's picture may be.
	maxImage = 8 << 20
	// maxPictureBytes are what of pictures is held in memory at once until they are
	// made, and maxPictureBytesEach those of one workspace: who comes slowly holds
	// what came, and who comes when all is held is told to come again.
	maxPictureBytes     = 256 << 20
	maxPictureBytesEach = 64 << 20
)

// pictures counts the bytes. It is safe for concurrent use.
type pictures struct {
	mu   sync.Mutex
	all  int64
	each map[chat.WorkspaceID]int64
}

// take is false where there is no room for so many more.
func (p *pictures) take(w chat.WorkspaceID, n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all+n > maxPictureBytes || p.each[w]+n > maxPictureBytesEach {
		return false
	}
	if p.each == nil {
		p.each = map[chat.WorkspaceID]int64{}
	}
	p.all += n
	p.each[w] += n
	return true
}

func (p *pictures) give(w chat.WorkspaceID, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all -= n
	if p.each[w] -= n; p.each[w] <= 0 {
		delete(p.each, w)
	}
}

// image reads a picture whole, and what else the body says. release is to be
// called when it is done with. The turn to decode it is awaited afterwards.
func (q *request) image() (body []byte, release func(), err error) {
	if q.upload == nil || q.upload.file == nil {
		return nil, func() {}, nil
	}
	most := q.method.upload
	held := &heldReader{request: q, from: io.LimitReader(q.upload.file, most+1)}
	body, err = io.ReadAll(held)
	switch {
	case held.full:
		err = fail("ratelimited")
	case err != nil:
		err = fail("invalid_form_data")
	case int64(len(body)) > most:
		err = chat.NewError(chat.Limited, "image")
	default:
		err = q.afterFile()
	}
	if err != nil {
		held.release()
		return nil, nil, err
	}
	return body, held.release, nil
}

// heldReader takes room for what it reads.
type heldReader struct {
	request *request
	from    io.Reader
	taken   int64
	full    bool
}

func (r *heldReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if !r.request.server.pictures.take(r.request.caller.Workspace, int64(n)) {
		r.full = true
		return 0, io.ErrShortBuffer
	}
	r.taken += int64(n)
	return n, err
}

func (r *heldReader) release() {
	r.request.server.pictures.give(r.request.caller.Workspace, r.taken)
}
