// Package transfer writes a workspace as a Slack export and brings a Slack export
// into a workspace.
//
// An export is a zip: channels.json, groups.json, mpims.json, dms.json and
// users.json list what there is, and FOLDER/YYYY-MM-DD.json hold the messages of a
// conversation's day. Export streams a workspace out of the store into one. An
// import looks through the whole zip first (survey), so that nothing is written
// of one that is broken; then it makes users, reads each conversation's days in
// order and appends them to the store in batches.
//
// Both run in their caller's goroutine; an import has one more that reads ahead,
// which it waits for. A zip is not trusted: names, sizes, ratios and counts are
// bounded, and nothing of it becomes a path.
package transfer
