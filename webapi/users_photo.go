package webapi

import (
	"context"

	"taut/chat"
)

var photoWrite = []string{"users.profile:write"}

var photoErrors = map[string]string{"invalid:image": "bad_image", "limited:image": "too_large", "limited:frames": "too_many_frames"}

// photoSizes are the sizes in which profiles show a picture.
var photoSizes = []int{24, 32, 48, 72, 192, 512, 1024}

type photoAnswer struct {
	reply
	Profile photo `json:"profile"`
}

// photo is what of a profile is about its picture.
type photo struct {
	AvatarHash    string `json:"avatar_hash"`
	Image24       string `json:"image_24"`
	Image32       string `json:"image_32"`
	Image48       string `json:"image_48"`
	Image72       string `json:"image_72"`
	Image192      string `json:"image_192"`
	Image512      string `json:"image_512"`
	Image1024     string `json:"image_1024"`
	ImageOriginal string `json:"image_original"`
}

// usersSetPhoto gives the caller a picture, cut to the square that crop_x,
// crop_y and crop_w say.
func (s *Server) usersSetPhoto(ctx context.Context, q *request) (answer, error) {
	image, release, err := q.image()
	if err != nil {
		return nil, err
	}
	defer release()
	if len(image) == 0 {
		return nil, fail("bad_image")
	}
	crop, err := q.crop()
	if err != nil {
		return nil, err
	}
	picture, err := s.files.SavePicture(ctx, q.caller.Workspace, image, crop, photoSizes)
	if err != nil {
		return nil, err
	}
	u, err := q.workspace.SetAvatar(ctx, q.caller.User, picture)
	if err != nil {
		return nil, err
	}
	p := q.userObject(u).Profile
	return &photoAnswer{Profile: photo{
		AvatarHash: p.AvatarHash, Image24: p.Image24, Image32: p.Image32, Image48: p.Image48, Image72: p.Image72,
		Image192: p.Image192, Image512: p.Image512, Image1024: p.Image1024, ImageOriginal: p.ImageOriginal,
	}}, nil
}

// maxCrop is beyond the side of any picture that is looked into.
const maxCrop = 1 << 16

func (q *request) crop() (c chat.Crop, err error) {
	for name, n := range map[string]*int{"crop_x": &c.X, "crop_y": &c.Y, "crop_w": &c.W} {
		if *n, err = q.args.integer(name, 0); err != nil {
			return c, err
		}
		if *n < 0 || *n > maxCrop {
			return c, fail("bad_image")
		}
	}
	return c, nil
}

// usersDeletePhoto gives the caller back the picture that everybody has who
// uploaded none.
func (s *Server) usersDeletePhoto(ctx context.Context, q *request) (answer, error) {
	_, err := q.workspace.SetAvatar(ctx, q.caller.User, "")
	return done(), err
}
