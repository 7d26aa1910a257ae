package chat

import (
	"bytes"
	"encoding/json"
	"strings"
)

// WebLinks drops from an attachment, or from any other JSON that stands in a
// message, the URLs that lead elsewhere than to the web or to mail: a click on a
// javascript: link would run in the page of whoever reads it. What has none of
// those comes back as it is; so does what is no JSON.
func WebLinks(raw json.RawMessage) json.RawMessage {
	if !bytes.ContainsRune(raw, ':') {
		return raw
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if d.Decode(&tree) != nil || !dropLinks(tree) {
		return raw
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(tree) != nil {
		return raw
	}
	return bytes.TrimSpace(out.Bytes())
}

// dropLinks goes as deep as encoding/json has let the tree be.
func dropLinks(node any) (dropped bool) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			dropped = dropLinks(child) || dropped
		}
	case map[string]any:
		for name, child := range node {
			link, isText := child.(string)
			switch {
			case !isText:
				dropped = dropLinks(child) || dropped
			case !namesLink(name) || isWebLink(link):
			case node["type"] == "link": // an element of a text, which must have one
				node[name], dropped = "about:blank", dropped || link != "about:blank"
			default:
				delete(node, name)
				dropped = true
			}
		}
	}
	return dropped
}

func namesLink(name string) bool {
	name = strings.ToLower(name)
	return name == "url" || strings.HasSuffix(name, "_url") || strings.HasSuffix(name, "_link") || strings.HasSuffix(name, "_icon") ||
		strings.HasPrefix(name, "url_") || strings.HasPrefix(name, "permalink") || strings.HasPrefix(name, "thumb_")
}

// isWebLink tells whether a browser takes it for http, https, mailto, or for none
// of any scheme. Browsers pass over blanks and control characters in a scheme.
func isWebLink(link string) bool {
	link = strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, link)
	scheme, _, ok := strings.Cut(link, ":")
	if !ok || scheme == "" || strings.ContainsAny(scheme, "/?#") {
		return true
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto":
		return true
	}
	return false
}
