package webapi

import (
	"context"
	"log/slog"

	"taut/chat"
	"taut/store"
)

var (
	filesRead  = []string{"files:read"}
	filesWrite = []string{"files:write"}
)

var fileErrors = map[string]string{
	"not_found:file": "file_not_found", "limited:storage": "storage_limit_reached", "limited:size": "file_upload_size_restricted",
	"limited:uploads": "ratelimited",
}

var uploadErrors = map[string]string{
	"not_found:file": "file_not_found", "not_found:user": "channel_not_found", "limited:storage": "storage_limit_reached",
	"limited:size": "post_contents_too_large", "limited:uploads": "ratelimited", "invalid:body": "invalid_form_data",
	"not_found:thread": "invalid_thread_ts", "invalid:thread": "invalid_thread_ts",
}

func (s *Server) filesMethods() []method {
	return []method{
		{name: "files.getUploadURLExternal", handle: s.filesGetUploadURL, scopes: filesWrite, required: []string{"length", "filename"}, errors: fileErrors},
		{name: "files.completeUploadExternal", handle: s.filesComplete, scopes: filesWrite, required: []string{"files"}, errors: map[string]string{
			"not_found:file": "file_not_found", "not_found:user": "channel_not_found", "limited:files": "invalid_arguments",
			"invalid:body": "file_not_found", // what came to the bucket is not what was announced
		}},
		{name: "files.upload", handle: s.filesUpload, scopes: filesWrite, errors: uploadErrors, upload: anySize},
		{name: "files.info", handle: s.filesInfo, scopes: filesRead, required: []string{"file"}, errors: fileErrors},
		{name: "files.list", handle: s.filesList, scopes: filesRead, errors: fileErrors},
		{name: "files.delete", handle: adminsAfresh(s.filesDelete), scopes: filesWrite, required: []string{"file"}, errors: map[string]string{
			"not_found:file": "file_not_found", "forbidden": "cant_delete_file",
		}},
		{name: "emoji.add", handle: s.emojiAdd, tokens: people, scopes: emojiWrite, errors: emojiErrors, upload: maxEmojiImage},
		{name: "emoji.remove", handle: adminsAfresh(s.emojiRemove), tokens: people, scopes: emojiWrite, errors: emojiErrors, required: []string{"name"}},
		{name: "users.setPhoto", handle: s.usersSetPhoto, tokens: people, scopes: photoWrite, errors: photoErrors, upload: maxImage},
		{name: "users.deletePhoto", handle: s.usersDeletePhoto, tokens: people, scopes: photoWrite},
	}
}

// viewer is how the caller sees files: as they read channels.
func (q *request) viewer() store.FileViewer {
	return store.FileViewer{User: q.caller.User, MembersOnly: q.readsMembersOnly() || q.caller.Role.IsGuest()}
}

// file is the one that the argument names, where the caller may see it.
func (q *request) file(ctx context.Context, name string) (chat.File, error) {
	id := chat.FileID(q.args.text(name))
	if !chat.ValidID(string(id), "F") {
		return chat.File{}, chat.NewError(chat.NotFound, "file")
	}
	return q.workspace.FileVisible(ctx, id, q.viewer())
}

// filesDelete deletes a file: its owner's, or for admins anybody's that they see.
func (s *Server) filesDelete(ctx context.Context, q *request) (answer, error) {
	f, err := q.file(ctx, "file")
	if err != nil {
		return nil, err
	}
	err = q.workspace.DeleteFile(ctx, f.ID, q.caller.User, func(f chat.File) error {
		if f.Owner != q.caller.User && !q.caller.Role.AtLeast(chat.Admin) {
			return chat.NewError(chat.Forbidden, "file")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.files.Erase(ctx, q.caller.Workspace, f.ID)
	s.log.Debug("file deleted", slog.String("workspace", string(q.caller.Workspace)))
	return done(), nil
}
