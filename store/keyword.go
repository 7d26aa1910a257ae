package store

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"taut/chat"
)

// KeywordPref is the preference that holds a person's keywords, separated by commas.
const KeywordPref = "highlight_words"

const (
	maxKeywords       = 50     // of a person; the others are passed over
	maxKeywordUsers   = 10_000 // of a workspace
	maxKeywordBytes   = 100
	maxIndexes        = 1_000       // workspaces whose keywords are kept in memory
	keywordsFresh     = time.Minute // another process may have changed them
	maxKeywordHits    = 1_000       // users of one message
	maxKeywordWords   = 8           // of a keyword that is a phrase
	maxKeywordMessage = 16 << 10    // bytes of a message that are looked at
)

// keywords keeps, for workspaces that posted lately, who wants to hear of which
// words: so that a post costs a look into a map for each of its words, whatever
// the number of people.
type keywords struct {
	mu      sync.Mutex
	indexes map[chat.WorkspaceID]*keywordIndex
	// forgotten counts what was forgotten: an index that was read meanwhile may
	// be an old one.
	forgotten int
}

func newKeywords() *keywords { return &keywords{indexes: map[chat.WorkspaceID]*keywordIndex{}} }

// keywordIndex is a workspace's. It is not changed once it is made.
type keywordIndex struct {
	made time.Time
	// phrases are by their first word.
	phrases map[string][]keyword
}

type keyword struct {
	rest  []string // the words after the first
	users []chat.UserID
}

// forget makes the next post read the workspace's keywords again.
func (k *keywords) forget(w chat.WorkspaceID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.indexes, w)
	k.forgotten++
}

// get gives nil where the index must be read, and what to give to put then.
func (k *keywords) get(w chat.WorkspaceID, now time.Time) (x *keywordIndex, forgotten int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if x := k.indexes[w]; x != nil && now.Sub(x.made) < keywordsFresh {
		return x, 0
	}
	return nil, k.forgotten
}

func (k *keywords) put(w chat.WorkspaceID, x *keywordIndex, forgotten int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.forgotten != forgotten {
		return
	}
	if len(k.indexes) >= maxIndexes {
		clear(k.indexes) // they are made again as they are needed
	}
	k.indexes[w] = x
}

// KeywordUsers are those who want to hear of a word in the text, members of the
// channel only, each once.
func (w *Workspace) KeywordUsers(ctx context.Context, ch chat.ChannelID, text string) ([]chat.UserID, error) {
	x, forgotten := w.store.keywords.get(w.id, time.Now())
	if x == nil {
		var err error
		if x, err = w.readKeywords(ctx); err != nil {
			return nil, err
		}
		w.store.keywords.put(w.id, x, forgotten)
	}
	found := x.find(text)
	if len(found) == 0 {
		return nil, nil
	}
	return w.MembersAmong(ctx, ch, found)
}

// MembersAmong are those of the users who are members of the channel.
func (w *Workspace) MembersAmong(ctx context.Context, ch chat.ChannelID, users []chat.UserID) ([]chat.UserID, error) {
	var members []chat.UserID
	err := inChunks(users, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT user_id FROM stream_members WHERE workspace_id = ? AND stream_id = ? AND left_seq = 0 AND user_id IN ("+
			placeholders(len(chunk))+")", append([]any{w.id, ch}, chunk...)...)
		found, err := collect(rows, err, func(r scanner) (u chat.UserID, err error) { return u, r.Scan(&u) })
		members = append(members, found...)
		return err
	})
	return members, err
}

func (w *Workspace) readKeywords(ctx context.Context) (*keywordIndex, error) {
	x := &keywordIndex{made: time.Now(), phrases: map[string][]keyword{}}
	rows, err := w.store.db.QueryContext(ctx, "SELECT user_id, value FROM prefs WHERE workspace_id = ? AND name = ? LIMIT ?", w.id, KeywordPref, maxKeywordUsers)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var u chat.UserID
		var value []byte
		err := r.Scan(&u, &value)
		x.add(u, value)
		return struct{}{}, err
	})
	return x, err
}

// add enters a person's keywords, a JSON string.
func (x *keywordIndex) add(u chat.UserID, value []byte) {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return
	}
	left := maxKeywords
	for phrase := range strings.SplitSeq(text, ",") {
		words := wordsOf(phrase)
		if len(words) == 0 || len(words) > maxKeywordWords || len(phrase) > maxKeywordBytes {
			continue
		}
		if left--; left < 0 {
			return
		}
		x.addPhrase(words, u)
	}
}

func (x *keywordIndex) addPhrase(words []string, u chat.UserID) {
	same := x.phrases[words[0]]
	for i, k := range same {
		if strings.Join(k.rest, " ") == strings.Join(words[1:], " ") {
			same[i].users = append(k.users, u)
			return
		}
	}
	x.phrases[words[0]] = append(same, keyword{words[1:], []chat.UserID{u}})
}

// find are the users of all keywords in a text, each once, so many at most.
func (x *keywordIndex) find(text string) []chat.UserID {
	if len(x.phrases) == 0 {
		return nil
	}
	if len(text) > maxKeywordMessage {
		text = strings.ToValidUTF8(text[:maxKeywordMessage], "")
	}
	var found []chat.UserID
	words := wordsOf(text)
	for i, word := range words {
		for _, k := range x.phrases[word] {
			if startsWith(words[i+1:], k.rest) {
				found = append(found, k.users...)
			}
		}
		if len(found) > maxKeywordHits {
			break
		}
	}
	found = distinct(found)
	return found[:min(len(found), maxKeywordHits)]
}

func startsWith(words, prefix []string) bool {
	if len(words) < len(prefix) {
		return false
	}
	for i, w := range prefix {
		if words[i] != w {
			return false
		}
	}
	return true
}

// wordsOf are the words of a text in lower case: runs of letters, digits and what
// lies in scripts that write no spaces, one by one. Of markup, ids and links count
// as words too, which nobody's keyword is.
func wordsOf(text string) []string {
	var words []string
	start := -1
	end := func(i int) {
		if start >= 0 {
			words = append(words, strings.ToLower(text[start:i]))
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			end(i)
			words = append(words, text[i:i+utf8.RuneLen(r)])
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_' || r == '\'' || r == '’':
			if start < 0 {
				start = i
			}
		default:
			end(i)
		}
	}
	end(len(text))
	return words
}
