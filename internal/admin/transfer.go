package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"taut/chat"
	"taut/internal/transfer"
)

// ExportWorkspace asks for a workspace as a Slack export, written on the machine
// that has the data. Out is an absolute path.
type ExportWorkspace struct {
	Workspace string `json:"workspace"`
	Out       string `json:"out"`
	Private   bool   `json:"private"`
	Files     bool   `json:"files"`
}

// Exported tells what was written.
type Exported struct{ transfer.Exported }

// ImportExport asks for a Slack export, at an absolute path, to be brought into
// the workspace with the domain, or with Domain into one that is made. Report is
// where the whole report goes, if anywhere.
type ImportExport struct {
	From      string `json:"from"`
	Workspace string `json:"workspace"`
	Domain    string `json:"domain"`
	Report    string `json:"report"`
}

// Imported is the report in brief.
type Imported struct{ transfer.Report }

func (e Exported) ids() []any { return []any{"workspace", string(e.Workspace)} }
func (i Imported) ids() []any { return []any{"workspace", string(i.Workspace)} }

// Export writes a workspace.
func (l Local) Export(ctx context.Context, n ExportWorkspace) (Exported, error) {
	w, err := l.workspace(ctx, n.Workspace)
	if err != nil {
		return Exported{}, err
	}
	e := transfer.Export{Out: n.Out, Domain: w.Domain, Private: n.Private}
	if n.Files {
		e.Files = l.Files
	}
	done, err := e.Run(ctx, l.Store)
	return Exported{done}, err
}

// Import brings an export in. An import that fails has written its report too.
func (l Local) Import(ctx context.Context, n ImportExport) (Imported, error) {
	i := transfer.Import{From: n.From, Domain: n.Domain, New: n.Domain != "", Files: l.Files}
	if i.New && !chat.ValidDomain(i.Domain) {
		return Imported{}, plainly(chat.NewError(chat.Invalid, "domain"), "domain %q: use a to z, 0 to 9 and hyphens", i.Domain)
	}
	if !i.New {
		w, err := l.workspace(ctx, n.Workspace)
		if err != nil {
			return Imported{}, err
		}
		i.Domain = w.Domain
	}
	r, err := i.Run(ctx, l.Store)
	if n.Report != "" {
		err = errors.Join(err, r.Write(n.Report))
	}
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		err = fmt.Errorf("%w: %w", err, chat.NewError(chat.Invalid, "path"))
	}
	return Imported{r.Brief()}, err
}

// Export writes a workspace, on the server's machine.
func (c *Client) Export(ctx context.Context, n ExportWorkspace) (Exported, error) {
	return call[Exported](ctx, c.unhurried(), "/admin/export", n)
}

// Import brings an export in that lies on the server's machine.
func (c *Client) Import(ctx context.Context, n ImportExport) (Imported, error) {
	return call[Imported](ctx, c.unhurried(), "/admin/import", n)
}

// unhurried is the client for what may take hours.
func (c *Client) unhurried() *Client {
	patient := &Client{Door: c.Door, http: c.http}
	patient.http.Timeout = 0
	return patient
}

// unhurried lets a request take its time. It ends when its client goes away: the
// work stops then, and the next run goes on.
func unhurried(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		if err := errors.Join(c.SetReadDeadline(time.Time{}), c.SetWriteDeadline(time.Time{})); err != nil {
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		h(w, r)
	}
}
