package chat

import (
	"strconv"
	"strings"
)

// FileObject is a file in Slack's JSON. Sizes of pictures are fields of their
// own, so that they are few keys in each message.
type FileObject struct {
	ID                 FileID      `json:"id"`
	Created            int64       `json:"created,omitempty"` // seconds, as Timestamp
	Timestamp          int64       `json:"timestamp,omitempty"`
	Name               *string     `json:"name,omitempty"` // null of an unknown one; absent of a tombstone
	Title              string      `json:"title,omitempty"`
	MimeType           string      `json:"mimetype,omitempty"`
	FileType           string      `json:"filetype,omitempty"`
	PrettyType         string      `json:"pretty_type,omitempty"`
	User               UserID      `json:"user,omitempty"`
	UserTeam           WorkspaceID `json:"user_team,omitempty"`
	Editable           *bool       `json:"editable,omitempty"`
	Size               *int64      `json:"size,omitempty"`
	Mode               string      `json:"mode"` // hosted, snippet or tombstone
	IsExternal         *bool       `json:"is_external,omitempty"`
	ExternalType       *string     `json:"external_type,omitempty"`
	IsPublic           *bool       `json:"is_public,omitempty"`
	PublicURLShared    *bool       `json:"public_url_shared,omitempty"`
	DisplayAsBot       *bool       `json:"display_as_bot,omitempty"`
	Username           *string     `json:"username,omitempty"`
	URLPrivate         string      `json:"url_private,omitempty"`
	URLPrivateDownload string      `json:"url_private_download,omitempty"`
	MediaDisplayType   string      `json:"media_display_type,omitempty"`
	Thumb64            string      `json:"thumb_64,omitempty"`
	Thumb80            string      `json:"thumb_80,omitempty"`
	Thumb160           string      `json:"thumb_160,omitempty"`
	Thumb360           string      `json:"thumb_360,omitempty"`
	Thumb360W          int         `json:"thumb_360_w,omitempty"`
	Thumb360H          int         `json:"thumb_360_h,omitempty"`
	Thumb480           string      `json:"thumb_480,omitempty"`
	Thumb480W          int         `json:"thumb_480_w,omitempty"`
	Thumb480H          int         `json:"thumb_480_h,omitempty"`
	Thumb720           string      `json:"thumb_720,omitempty"`
	Thumb720W          int         `json:"thumb_720_w,omitempty"`
	Thumb720H          int         `json:"thumb_720_h,omitempty"`
	Thumb800           string      `json:"thumb_800,omitempty"`
	Thumb800W          int         `json:"thumb_800_w,omitempty"`
	Thumb800H          int         `json:"thumb_800_h,omitempty"`
	Thumb960           string      `json:"thumb_960,omitempty"`
	Thumb960W          int         `json:"thumb_960_w,omitempty"`
	Thumb960H          int         `json:"thumb_960_h,omitempty"`
	Thumb1024          string      `json:"thumb_1024,omitempty"`
	Thumb1024W         int         `json:"thumb_1024_w,omitempty"`
	Thumb1024H         int         `json:"thumb_1024_h,omitempty"`
	ImageExifRotation  int         `json:"image_exif_rotation,omitempty"`
	OriginalW          int         `json:"original_w,omitempty"`
	OriginalH          int         `json:"original_h,omitempty"`
	AltText            string      `json:"alt_txt,omitempty"`
	Permalink          string      `json:"permalink,omitempty"`
	Preview            string      `json:"preview,omitempty"`
	Lines              int         `json:"lines,omitempty"`
	PreviewIsTruncated *bool       `json:"preview_is_truncated,omitempty"`
	HasRichPreview     *bool       `json:"has_rich_preview,omitempty"`
	FileAccess         string      `json:"file_access,omitempty"`
}

// Tombstone is what is shown of a file that was deleted.
func (id FileID) Tombstone() FileObject { return FileObject{ID: id, Mode: "tombstone"} }

// Object is the file in Slack's JSON. Its URLs begin with base, without the last
// slash; they are paths where that is "".
func (f File) Object(base string) FileObject {
	if f.State >= FileDeleted {
		return f.ID.Tombstone()
	}
	name := URLName(f.Name)
	no, empty := false, ""
	o := FileObject{
		ID: f.ID, Created: f.CreatedMS / 1000, Timestamp: f.CreatedMS / 1000, Name: &f.Name, Title: f.Title,
		MimeType: f.MimeType, FileType: f.Type, PrettyType: PrettyType(f.Type), User: f.Owner, UserTeam: f.Workspace,
		Editable: &f.Snippet, Size: &f.Size, Mode: "hosted", IsExternal: &no, ExternalType: &empty, IsPublic: &f.Public,
		PublicURLShared: &no, DisplayAsBot: &no, Username: &empty, MediaDisplayType: "unknown", AltText: f.AltText,
		URLPrivate: f.path(FileFolder, name), URLPrivateDownload: f.path(FileFolder, "download", name), Permalink: f.path(FileFolder, name),
		HasRichPreview: &no, FileAccess: "visible",
	}
	if f.Snippet {
		o.Mode = "snippet"
	}
	f.describe(&o)
	o.Absolute(base)
	return o
}

// describe tells what the file's bytes told.
func (f File) describe(o *FileObject) {
	switch kind, _, _ := strings.Cut(f.MimeType, "/"); kind {
	case "audio", "video":
		o.MediaDisplayType = kind
	}
	m := f.Media
	if m.Lines > 0 {
		o.Preview, o.Lines, o.PreviewIsTruncated = m.Preview, m.Lines, &m.Cut
	}
	o.OriginalW, o.OriginalH, o.ImageExifRotation = m.Width, m.Height, m.Rotation
	for _, t := range m.Thumbs {
		o.setThumb(t, f.path(ThumbFolder, f.thumbName(t)))
	}
}

func (o *FileObject) setThumb(t Thumb, url string) {
	set := func(u *string, w, h *int) { *u, *w, *h = url, t.Width, t.Height }
	switch t.Size {
	case 64:
		o.Thumb64 = url
	case 80:
		o.Thumb80 = url
	case 160:
		o.Thumb160 = url
	case 360:
		set(&o.Thumb360, &o.Thumb360W, &o.Thumb360H)
	case 480:
		set(&o.Thumb480, &o.Thumb480W, &o.Thumb480H)
	case 720:
		set(&o.Thumb720, &o.Thumb720W, &o.Thumb720H)
	case 800:
		set(&o.Thumb800, &o.Thumb800W, &o.Thumb800H)
	case 960:
		set(&o.Thumb960, &o.Thumb960W, &o.Thumb960H)
	case 1024:
		set(&o.Thumb1024, &o.Thumb1024W, &o.Thumb1024H)
	}
}

// Absolute puts base, an URL without the last slash, before those URLs that are
// only paths of ours.
func (o *FileObject) Absolute(base string) {
	o.Rebase("", base)
}

// Rebase puts another server's URL in the place of that of which the paths are.
func (o *FileObject) Rebase(from, to string) {
	for _, url := range []*string{
		&o.URLPrivate, &o.URLPrivateDownload, &o.Permalink, &o.Thumb64, &o.Thumb80, &o.Thumb160, &o.Thumb360, &o.Thumb480,
		&o.Thumb720, &o.Thumb800, &o.Thumb960, &o.Thumb1024,
	} {
		if path, ok := strings.CutPrefix(*url, from); ok && strings.HasPrefix(path, "/") {
			*url = to + path
		}
	}
}

// picturePath is the URL's path of a picture that was uploaded, of a size; its
// name is the word and the type, "3f9c….jpg".
func picturePath(w WorkspaceID, picture, size string) string {
	word, kind, _ := strings.Cut(picture, ".")
	return PictureFolder + string(w) + "-" + word + "-" + size + "." + kind
}

// EmojiSize is the one size in which emoji are kept.
const EmojiSize = 128

// EmojiPath is the path of an emoji's picture.
func EmojiPath(w WorkspaceID, picture string) string {
	return picturePath(w, picture, strconv.Itoa(EmojiSize))
}
