package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"

	"taut/chat"
)

// An import writes what another server's export holds: users, and channels with
// their messages under their own ts. It goes on where a run before it ended: what
// became of the export's ids is kept (import_ids), and with each batch of
// messages how far its channel is (import_channels). A channel is seen by nobody
// until all its messages are in.

// Import is one export on its way into one workspace. Source names the workspace
// in the export.
type Import struct {
	*Workspace
	source string
}

// NewImport is a workspace to make for an export. ID and General are the ids
// that the export has for the workspace and its #general: they are kept where
// they are free.
type NewImport struct {
	Domain  string
	Name    string
	Source  string
	General string
}

// Import is the import of the source's export into the workspace.
func (w *Workspace) Import(source string) *Import { return &Import{w, source} }

// BeginImport lets one import run at a time: end it. Exists "import".
func (s *Store) BeginImport() (end func(), err error) {
	if !s.imports.CompareAndSwap(false, true) {
		return nil, chat.NewError(chat.Exists, "import")
	}
	return func() { s.imports.Store(false) }, nil
}

// CreateImport makes a workspace without anybody in it, for an import to fill.
// Exists "domain".
func (s *Store) CreateImport(ctx context.Context, n NewImport) (chat.Workspace, error) {
	w := chat.Workspace{Domain: n.Domain, Name: n.Name, CreatedMS: chat.Now().UnixMilli()}
	// Ids of a workspace that is then not made are nobody's: see takenIDs.
	asked := []string{n.Source, n.General}
	taken, err := s.taken(ctx, n.Source, asked)
	if err != nil {
		return chat.Workspace{}, err
	}
	err = s.write(ctx, func(t *tx) error {
		ids, err := s.freeIDs(t, n.Source, asked, taken)
		if err != nil {
			return err
		}
		w.ID = chat.WorkspaceID(ids[n.Source])
		for old, id := range ids {
			if _, err := t.exec(s.dialect.setImportID(), w.ID, n.Source, old, id); err != nil {
				return err
			}
		}
		n.General = ids[n.General]
		return nil
	})
	if err != nil {
		return chat.Workspace{}, err
	}
	_, err = s.append(ctx, change{stream: w.ID.Directory(), create: &head{}, apply: func(t *turn) error {
		return t.insertWorkspace(w, chat.ChannelID(n.General))
	}})
	if err != nil {
		return w, s.domainTaken(ctx, n.Domain, err)
	}
	return w, nil
}

// directory runs apply on the workspace's stream, which begins with the first event.
func (i *Import) directory(ctx context.Context, apply func(t *turn) error) error {
	_, err := i.store.append(ctx, change{stream: i.id.Directory(), create: &head{}, apply: apply})
	return err
}

// setImportID writes a row of import_ids.
func (d *dialect) setImportID() string {
	return d.upsert("import_ids", "workspace_id, source_id, old_id", "new_id")
}

// IDs are what became of the export's ids so far.
func (i *Import) IDs(ctx context.Context) (map[string]string, error) {
	ids := map[string]string{}
	rows, err := i.store.db.QueryContext(ctx, "SELECT old_id, new_id FROM import_ids WHERE workspace_id = ? AND source_id = ?", i.id, i.source)
	_, err = collect(rows, err, func(r scanner) (s struct{}, err error) {
		var old, id string
		err = r.Scan(&old, &id)
		ids[old] = id
		return s, err
	})
	return ids, err
}

// Reserve keeps ids for what the export calls so: the export's own where nobody
// on the server has them, else new ones. Those that have one already keep it.
func (i *Import) Reserve(ctx context.Context, old []string) error {
	for part := range slices.Chunk(old, maxChunk) {
		if err := i.reserve(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (i *Import) reserve(ctx context.Context, old []string) error {
	taken, err := i.store.taken(ctx, i.source, old)
	if err != nil {
		return err
	}
	return i.store.write(ctx, func(t *tx) error {
		ids, err := i.store.freeIDs(t, i.source, old, taken)
		if err != nil {
			return err
		}
		for _, id := range old {
			_, err := t.exec(i.store.dialect.ignore+"import_ids (workspace_id, source_id, old_id, new_id) VALUES (?, ?, ?, ?)", i.id, i.source, id, ids[id])
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Assign says that the export's id means somebody who is there already.
func (i *Import) Assign(ctx context.Context, old, id string) error {
	return i.store.write(ctx, func(t *tx) error {
		_, err := t.exec(i.store.dialect.setImportID(), i.id, i.source, old, id)
		return err
	})
}

const importLock = "imports"

// takenIDs are where an id may be in use. Each query begins with the workspaces,
// as keys do.
var takenIDs = []string{
	"SELECT workspace_id FROM workspaces WHERE workspace_id IN (",
	"SELECT user_id FROM users WHERE workspace_id IN (SELECT workspace_id FROM workspaces) AND user_id IN (",
	"SELECT channel_id FROM channels WHERE workspace_id IN (SELECT workspace_id FROM workspaces) AND channel_id IN (",
	"SELECT bot_id FROM bots WHERE workspace_id IN (SELECT workspace_id FROM workspaces) AND bot_id IN (",
	"SELECT app_id FROM bots WHERE app_id IN (",
	"SELECT file_id FROM files WHERE workspace_id IN (SELECT workspace_id FROM workspaces) AND file_id IN (",
}

// importedIDs are those that imports gave, also to what isn't there yet.
const importedIDs = "SELECT new_id FROM import_ids WHERE workspace_id IN (SELECT workspace_id FROM workspaces) AND new_id IN ("

// taken finds those of the ids that the server has. It looks before the write that
// gives them, as it looks through all workspaces: what others make meanwhile gets
// random ids.
func (s *Store) taken(ctx context.Context, source string, old []string) (map[string]bool, error) {
	taken := map[string]bool{}
	for _, query := range takenIDs {
		err := inChunks(wantedIDs(source, old), func(chunk []any) error {
			rows, err := s.db.QueryContext(ctx, query+placeholders(len(chunk))+")", chunk...)
			return note(taken, rows, err)
		})
		if err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// note notes the ids that a query found.
func note(taken map[string]bool, rows someRows, err error) error {
	_, err = collect(rows, err, func(r scanner) (s struct{}, err error) {
		var id string
		err = r.Scan(&id)
		taken[id] = true
		return s, err
	})
	return err
}

// freeIDs gives each id itself where it is one and nobody has it, else a new one
// of its kind. Two imports at once see each other's: the one waits for the other.
func (s *Store) freeIDs(t *tx, source string, old []string, taken map[string]bool) (map[string]string, error) {
	if _, err := t.exec(s.dialect.upsert("meta", "name", "value"), importLock, []byte{}); err != nil {
		return nil, err
	}
	taken, wanted := maps.Clone(taken), wantedIDs(source, old) // the write may run again
	err := inChunks(wanted, func(chunk []any) error {
		rows, err := t.session.query(importedIDs+placeholders(len(chunk))+")", chunk...)
		return note(taken, rows, err)
	})
	if err != nil {
		return nil, err
	}
	ids := make(map[string]string, len(old))
	for n, id := range wanted {
		if taken[id] {
			id = chat.NewID(id[:1])
		}
		taken[id] = true
		ids[old[n]] = id
	}
	return ids, nil
}

func wantedIDs(source string, old []string) []string {
	wanted := make([]string, len(old))
	for n, id := range old {
		wanted[n] = wantedID(source, id)
	}
	return wanted
}

// wantedID is the id itself, where it can be one of ours. For another one it is
// always the same, so that an export comes out the same on every server.
func wantedID(source, old string) string {
	// The text of a token names its workspace by a number of full length.
	if chat.ValidID(old, "") && (old[0] != 'T' || len(old) == len(chat.FormatID("T", 0))) {
		return old
	}
	sum := sha256.Sum256([]byte(source + "\x00" + old))
	return chat.FormatID(old[:1], binary.BigEndian.Uint64(sum[:])>>14)
}
