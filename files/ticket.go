package files

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"taut/chat"
	"taut/store"
)

// ticket is the capability to send the bytes of one file, once begun before its
// end. Its text is WORKSPACE.FILE.LENGTH.END.SIGNATURE.
type ticket struct {
	workspace chat.WorkspaceID
	file      chat.FileID
	length    int64
	end       time.Time
}

// UploadPath is the path to which the file's bytes may be sent.
func (s *Service) UploadPath(w chat.WorkspaceID, f chat.FileID, length int64) string {
	t := ticket{w, f, length, chat.Now().Add(store.TicketLife)}
	return chat.UploadFolder + t.text() + "." + s.sign(t.text())
}

func (t ticket) text() string {
	return fmt.Sprintf("%s.%s.%d.%d", t.workspace, t.file, t.length, t.end.Unix())
}

func (s *Service) sign(text string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("upload " + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// readTicket is false for a text that this service did not sign.
func (s *Service) readTicket(text string) (t ticket, ok bool) {
	i := strings.LastIndexByte(text, '.')
	if i < 0 || len(text) > 200 || !hmac.Equal([]byte(s.sign(text[:i])), []byte(text[i+1:])) {
		return t, false
	}
	parts := strings.Split(text[:i], ".")
	if len(parts) != 4 {
		return t, false
	}
	length, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return t, false
	}
	end, err := strconv.ParseInt(parts[3], 10, 64)
	if err != nil {
		return t, false
	}
	return ticket{chat.WorkspaceID(parts[0]), chat.FileID(parts[1]), length, time.Unix(end, 0)}, true
}
