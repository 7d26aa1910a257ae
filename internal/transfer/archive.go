package transfer

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of a zip.
const (
	maxEntries = 2_000_000
	maxList    = 256 << 20 // bytes of one JSON file
	maxTotal   = 256 << 30 // bytes of all of them
	// maxRatio is more than text can be compressed by, if it is some text.
	maxRatio  = 400
	ratioFrom = 4 << 20 // bytes from which on the ratio counts
)

// archive is a zip as an export lays it out.
type archive struct {
	lists   map[string]*zip.File   // by name: users.json …
	days    map[string][]*zip.File // by folder, in order of name
	uploads map[string]*zip.File   // the bytes of files, by the file's id
	ignored []string               // names that can't be meant
}

// listNames are the files that say what there is.
var listNames = []string{"channels.json", "groups.json", "mpims.json", "dms.json", "users.json", "org_users.json"}

var (
	dayForm  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}\.json$`)
	fileForm = regexp.MustCompile(`^(F[A-Z0-9]{8,10})-`)
)

// openArchive finds its way through a zip. Where somebody zipped a folder, the
// export begins in that folder.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("not a zip: %w", err)
	}
	if len(z.File) > maxEntries {
		return nil, fmt.Errorf("%d files in the zip are too many", len(z.File))
	}
	a := &archive{lists: map[string]*zip.File{}, days: map[string][]*zip.File{}, uploads: map[string]*zip.File{}}
	base, err := baseOf(z.File)
	if err != nil {
		return nil, err
	}
	var total uint64
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		if a.place(base, f) {
			total += f.UncompressedSize64
		}
	}
	if total > maxTotal {
		return nil, errors.New("the zip unpacks to more than an export can be")
	}
	if a.lists["users.json"] == nil {
		a.lists["users.json"] = a.lists["org_users.json"]
	}
	if a.lists["users.json"] == nil {
		return nil, errors.New("no users.json beside channels.json: the export is not complete")
	}
	for _, days := range a.days {
		slices.SortStableFunc(days, func(a, b *zip.File) int { return cmp.Compare(path.Base(a.Name), path.Base(b.Name)) })
	}
	return a, nil
}

// baseOf is the folder of the zip in which the export begins.
func baseOf(files []*zip.File) (string, error) {
	base, found := "", false
	for _, want := range []string{"channels.json", "groups.json", "dms.json", "mpims.json"} {
		for _, f := range files {
			dir, name := path.Split(slashed(f.Name))
			if name == want && sound(f.Name) && (!found || strings.Count(dir, "/") < strings.Count(base, "/")) {
				base, found = dir, true
			}
		}
		if found {
			return base, nil
		}
	}
	return "", errors.New("no channels.json in the zip: it is not a Slack export")
}

func slashed(name string) string { return strings.ReplaceAll(name, `\`, "/") }

// sound tells whether a name stays where it is put.
func sound(name string) bool {
	name = slashed(name)
	return name != "" && name[0] != '/' && path.Clean(name) == name && !strings.HasPrefix(name, "../") && !strings.HasPrefix(name, "__MACOSX/")
}

// place files an entry by what it is, and tells whether it is one of the lists.
func (a *archive) place(base string, f *zip.File) bool {
	if !sound(f.Name) {
		if !strings.HasPrefix(slashed(f.Name), "__MACOSX/") {
			a.ignored = append(a.ignored, f.Name)
		}
		return false
	}
	name, ok := strings.CutPrefix(slashed(f.Name), base)
	if !ok {
		return false
	}
	parts := strings.Split(name, "/")
	switch {
	case len(parts) == 1 && slices.Contains(listNames, name):
		a.lists[name] = f
		return true
	case len(parts) == 2 && dayForm.MatchString(parts[1]):
		a.days[parts[0]] = append(a.days[parts[0]], f)
		return true
	case len(parts) == 3 && parts[0] == "__uploads":
		a.uploads[parts[1]] = f
	case len(parts) == 3 && parts[1] == "attachments":
		if id := fileForm.FindStringSubmatch(parts[2]); id != nil {
			a.uploads[id[1]] = f
		}
	}
	return false
}

// list gives the elements of one of the lists; none where there is no such file.
func (a *archive) list(name string) ([][]byte, error) {
	f := a.lists[name]
	if f == nil {
		return nil, nil
	}
	return elements(f)
}

// elements reads a JSON file that holds a list. They share one buffer.
func elements(f *zip.File) ([][]byte, error) {
	data, err := readJSON(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	if !json.Valid(data) {
		var any json.RawMessage
		return nil, fmt.Errorf("%s is not JSON: %w", f.Name, json.Unmarshal(data, &any))
	}
	all, ok := split(data)
	if !ok {
		return nil, fmt.Errorf("%s does not hold a list", f.Name)
	}
	return all, nil
}

// readJSON reads no more than the zip says that there is.
func readJSON(f *zip.File) ([]byte, error) {
	size := f.UncompressedSize64
	if size > maxList {
		return nil, fmt.Errorf("%d bytes are too many for one file", size)
	}
	if size > ratioFrom && size/max(1, f.CompressedSize64) > maxRatio {
		return nil, errors.New("it is packed more tightly than text can be")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer
	b.Grow(int(min(size, ratioFrom)) + bytes.MinRead)
	n, err := io.Copy(&b, io.LimitReader(r, int64(size)+1))
	if err != nil {
		return nil, err
	}
	if uint64(n) > size {
		return nil, errors.New("it is larger than the zip says")
	}
	data := bytes.TrimPrefix(b.Bytes(), []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		data = bytes.ToValidUTF8(data, []byte("\uFFFD")) // sockets carry nothing else
	}
	return data, nil
}

// split gives the elements of a valid JSON list, without copying them.
func split(data []byte) ([][]byte, bool) {
	data = bytes.TrimSpace(data)
	if len(data) < 2 || data[0] != '[' {
		return nil, false
	}
	var all [][]byte
	begin, depth, inText := 1, 0, false
	for i := 1; i < len(data); i++ {
		switch c := data[i]; {
		case inText:
			if c == '\\' {
				i++
			} else if c == '"' {
				inText = false
			}
		case c == '"':
			inText = true
		case c == '[' || c == '{':
			depth++
		case (c == ']' || c == '}') && depth > 0:
			depth--
		case depth == 0 && (c == ',' || c == ']'):
			if e := bytes.TrimSpace(data[begin:i]); len(e) > 0 {
				all = append(all, e)
			}
			begin = i + 1
		}
	}
	return all, true
}
