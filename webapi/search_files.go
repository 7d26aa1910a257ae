package webapi

import (
	"context"

	"taut/chat"
)

// matchingFile is a file that was found.
type matchingFile struct {
	fileInfo
}

// findFiles gives the page's files as they are now, without those that are gone
// or that the caller may not see any more.
func (q *request) findFiles(ctx context.Context, p searchPage) (list found[matchingFile], err error) {
	p.request.Files = true
	result, err := q.server.search.Search(ctx, p.request)
	if err != nil {
		return list, err
	}
	files, err := q.filesFound(ctx, result.Hits)
	if err != nil {
		return list, err
	}
	infos, err := q.fileInfos(ctx, files)
	if err != nil {
		return list, err
	}
	matches := []matchingFile{}
	for _, f := range infos {
		// What nobody shares with the caller any more has no share that they see.
		if f.Shares != nil || f.User == q.caller.User {
			if p.mark {
				f.Title = markWords(f.Title, result.Marks)
			}
			matches = append(matches, matchingFile{f})
		}
	}
	result.Total = max(result.Total-(len(result.Hits)-len(matches)), len(matches))
	return newFound(p, result, matches), nil
}

// filesFound are the files of the hits that are still there, in their order.
func (q *request) filesFound(ctx context.Context, hits []chat.SearchHit) ([]chat.File, error) {
	ids := make([]chat.FileID, len(hits))
	for i, h := range hits {
		ids[i] = chat.FileID(h.File)
	}
	byID, err := q.workspace.FilesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	files := []chat.File{}
	for _, id := range ids {
		if f, ok := byID[id]; ok && f.State == chat.FileReady {
			files = append(files, f)
		}
	}
	return files, nil
}
