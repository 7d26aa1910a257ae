package search

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"taut/chat"
	"taut/internal/words"
	"taut/store"
)

// doc is what the index holds of a message, or of a file in a message.
type doc struct {
	id     int64
	ts     chat.TS
	thread chat.TS // the root, of a reply and of a root with replies
	author string  // its tag
	words  string  // separated by spaces
	tags   []string
	file   string // the file's id; "" of a message
}

// The tags of documents, by which operators find them.
const (
	tagFrom     = "f:" // and a user's id
	tagBot      = "b:" // and a bot's id
	tagMentions = "m:" // and a user's id
	tagEmoji    = "e:" // and the name of a reaction
	tagLink     = "h:link"
	tagFile     = "h:file"
	tagImage    = "h:image"
	tagReaction = "h:reaction"
	tagPin      = "h:pin"
)

const (
	maxWords = 20_000
	maxTags  = 200
)

// docsOf are what the index should hold of a message, as of now.
func docsOf(id int64, c store.Changed) []doc {
	m := c.Message
	if m == nil || m.Hidden {
		return nil
	}
	d := doc{id: id, ts: m.TS, thread: m.ThreadTS, author: authorOf(m)}
	files := filesOf(m)
	var text gathered
	text.add(m.Text)
	if !repeats(m.Blocks, m.Text) {
		text.addJSON(m.Blocks)
	}
	text.addJSON(m.Attachments)
	for _, f := range files {
		text.add(f.Name)
		text.add(f.Title)
	}
	d.words = wordsOf(text.parts)
	d.tags = tagsOf(m, &text, files)
	docs := []doc{d}
	for n, f := range files {
		if f.ID != "" && f.Mode != "tombstone" && n < maxFiles {
			docs = append(docs, fileDoc(fileIDOf(id, n), m, f))
		}
	}
	return docs
}

func authorOf(m *chat.Message) string {
	if m.User == "" {
		return tagBot + string(m.BotID)
	}
	return tagFrom + string(m.User)
}

// messageFile is what the index reads of a file's object.
type messageFile struct {
	ID       string      `json:"id"`
	Mode     string      `json:"mode"`
	Name     string      `json:"name"`
	Title    string      `json:"title"`
	AltText  string      `json:"alt_txt"`
	FileType string      `json:"filetype"`
	MimeType string      `json:"mimetype"`
	User     chat.UserID `json:"user"`
	Preview  string      `json:"preview"`
}

func filesOf(m *chat.Message) []messageFile {
	var files []messageFile
	json.Unmarshal(m.Files, &files) // what can't be read shares none
	return files
}

func fileDoc(id int64, m *chat.Message, f messageFile) doc {
	owner := authorOf(m)
	if f.User != "" {
		owner = tagFrom + string(f.User)
	}
	d := doc{id: id, ts: m.TS, author: owner, file: f.ID, tags: []string{owner, tagFile}}
	if strings.HasPrefix(f.MimeType, "image/") {
		d.tags = append(d.tags, tagImage)
	}
	d.words = wordsOf([]string{f.Name, f.Title, f.AltText, f.FileType, f.Preview})
	return d
}

// tagsOf are a message's tags, sorted, each once.
func tagsOf(m *chat.Message, text *gathered, files []messageFile) []string {
	tags := []string{authorOf(m)}
	if m.BotID != "" {
		tags = append(tags, tagBot+string(m.BotID))
	}
	for _, u := range mentionsIn(m.Text) {
		tags = append(tags, tagMentions+u)
	}
	if text.links || strings.Contains(m.Text, "<http") || strings.Contains(m.Text, "<mailto:") {
		tags = append(tags, tagLink)
	}
	if len(files) > 0 {
		tags = append(tags, tagFile)
	}
	if text.images || slices.ContainsFunc(files, func(f messageFile) bool { return strings.HasPrefix(f.MimeType, "image/") }) {
		tags = append(tags, tagImage)
	}
	if len(m.PinnedTo) > 0 {
		tags = append(tags, tagPin)
	}
	if len(m.Reactions) > 0 {
		tags = append(tags, tagReaction)
	}
	for _, r := range m.Reactions {
		name, _, _ := strings.Cut(r.Name, "::") // whatever the skin
		tags = append(tags, tagEmoji+name)
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	return tags[:min(len(tags), maxTags)]
}

// mentionsIn are the users that a text names.
func mentionsIn(text string) (users []string) {
	for {
		_, rest, ok := strings.Cut(text, "<@")
		if !ok {
			return users
		}
		end := strings.IndexAny(rest, "|>")
		if end > 0 && chat.ValidID(rest[:end], "UW") {
			users = append(users, rest[:end])
		}
		text = rest
	}
}

// gathered is the text of a message.
type gathered struct {
	parts         []string
	links, images bool
}

// entities are the three that Slack's texts escape.
var entities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// add takes a text in, unless the message's own has it already: blocks repeat
// the text that they show.
func (g *gathered) add(text string) {
	text = entities.Replace(text)
	if text != "" && (len(g.parts) == 0 || !strings.Contains(g.parts[0], text)) {
		g.parts = append(g.parts, text)
	}
}

// textKeys are the members of blocks and attachments that a reader sees.
var textKeys = map[string]bool{
	"text": true, "fallback": true, "pretext": true, "title": true, "value": true, "author_name": true, "footer": true, "alt_text": true,
	"url": true, "title_link": true, "from_url": true, "service_name": true, "name": true, "user_id": true, "description": true,
}

// maxDepth bounds how deep blocks are read.
const maxDepth = 24

// addJSON takes in what a reader sees of blocks or attachments.
func (g *gathered) addJSON(raw json.RawMessage) {
	if len(raw) == 0 {
		return
	}
	var node any
	if json.Unmarshal(raw, &node) == nil {
		g.walk(node, 0)
	}
}

// repeats tells whether blocks are those that a message of one plain line gets:
// they say its text alone. Most messages' are.
func repeats(blocks json.RawMessage, text string) bool {
	const types = 3 // of the block, its section and the text
	return bytes.HasSuffix(blocks, []byte(`"elements":[{"type":"text","text":"`+text+`"}]}]}]`)) && bytes.Count(blocks, []byte(`"type":`)) == types
}

func (g *gathered) walk(node any, depth int) {
	if depth > maxDepth {
		return
	}
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			g.walk(child, depth+1)
		}
	case map[string]any:
		g.walkObject(node, depth)
	}
}

func (g *gathered) walkObject(node map[string]any, depth int) {
	switch node["type"] {
	case "link":
		g.links = true
	case "image":
		g.images = true
	}
	// In one order, so that the same message gives the same words.
	for _, key := range slices.Sorted(maps.Keys(node)) {
		text, isText := node[key].(string)
		switch {
		case !isText:
			g.walk(node[key], depth+1)
		case textKeys[key]:
			g.links = g.links || key == "title_link" || key == "from_url" || strings.Contains(text, "<http")
			g.add(text)
		case key == "image_url" || key == "thumb_url":
			g.images = true
		}
	}
}

// wordsOf are the words of the texts as the index keeps them.
func wordsOf(texts []string) string {
	var out strings.Builder
	n := 0
	for _, text := range texts {
		for w := range words.In(text) {
			if n == maxWords {
				return out.String()
			}
			if n++; n > 1 {
				out.WriteByte(' ')
			}
			out.WriteString(w.Text)
		}
	}
	return out.String()
}
