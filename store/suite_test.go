package store_test

import (
	"testing"

	"taut/chat"
	"taut/internal/testenv"
	"taut/store"
)

// opener opens a new, empty store of one engine.
type opener func(t *testing.T, change ...func(*store.Options)) *store.Store

// testLog is what the log must hold to on every engine.
func testLog(t *testing.T, open opener) {
	for name, test := range map[string]func(*testing.T, opener){
		"Order":                    testOrder,
		"CommittedHook":            testCommittedHook,
		"AppendChecks":             testAppendChecks,
		"TenantsAreApart":          testTenantsAreApart,
		"SameKey":                  testSameKey,
		"BadAppendFailsAlone":      testBadAppendFailsAlone,
		"ThrownAwayTurn":           testThrownAwayTurn,
		"Heads":                    testHeads,
		"Lookups":                  testLookups,
		"LookupsOfSecondFactors":   testLookupsOfSecondFactors,
		"LookupsOfManyWorkspaces":  testLookupsOfManyWorkspaces,
		"TouchedHeads":             testTouchedHeads,
		"GrownSince":               testGrownSince,
		"History":                  testHistory,
		"HistoryAfterTrim":         testHistoryAfterTrim,
		"Shown":                    testShown,
		"ShownUnknown":             testShownUnknown,
		"ShownWithHoles":           testShownWithHoles,
		"Pins":                     testPins,
		"Bookmarks":                testBookmarks,
		"Following":                testFollowing,
		"ThreadMarks":              testThreadMarks,
		"FollowedThreads":          testFollowedThreads,
		"MentionsOfEdits":          testMentionsOfEdits,
		"BroadcastLater":           testBroadcastLater,
		"UnreadAfterBroadcast":     testUnreadAfterBroadcastLater,
		"Threads":                  testThreads,
		"Broadcast":                testBroadcast,
		"ThreadRefusals":           testThreadRefusals,
		"DeletedReplies":           testDeletedReplies,
		"ReplyUsersKeepTheirOrder": testReplyUsersKeepTheirOrder,
		"Edit":                     testEdit,
		"EditRefusals":             testEditRefusals,
		"Delete":                   testDelete,
		"DeleteRootWithReplies":    testDeleteRootWithReplies,
		"RedactsCopies":            testRedactsCopies,
		"Reactions":                testReactions,
		"ReactionLimits":           testReactionLimits,
		"ReactedBy":                testReactedBy,
		"ConcurrentReactions":      testConcurrentReactions,
		"UnreadableMessage":        testUnreadableMessage,
		"UnreadableCopy":           testUnreadableCopy,
		"PagesOfLargeMessages":     testPagesOfLargeMessages,
		"LargeCopies":              testLargeCopies,
		"EditedRoot":               testEditedRoot,
		"GrownRoot":                testGrownRoot,
		"KeyAfterLeaving":          testKeyAfterLeaving,
		"ReactedByViewer":          testReactedByViewer,
		"ReadIntervals":            testReadIntervals,
		"ReadGone":                 testReadGone,
		"Trim":                     testTrim,
		"Expire":                   testExpire,
		"ExpireByChannel":          testExpireByChannel,
		"ExpireCutOff":             testExpireCutOff,
		"Files":                    testFiles,
		"FileQuota":                testFileQuota,
		"AnnouncedBytes":           testAnnouncedBytes,
		"Pictures":                 testPictures,
		"Incarnation":              testIncarnation,
		"Import":                   testImport,
		"Changes":                  testChanges,
		"ChannelHeads":             testChannelHeads,
		"ChangesInPieces":          testChangesInPieces,
		"Conversion":               testConversion,
		"Around":                   testAround,
	} {
		t.Run(name, func(t *testing.T) { test(t, open) })
	}
}

func TestSQLite(t *testing.T) {
	testLog(t, func(t *testing.T, change ...func(*store.Options)) *store.Store {
		s := testenv.Open(t, change...)
		t.Cleanup(func() { store.NoteTexts(s) })
		return s
	})
}

// wantCode fails unless err has the code and, if what isn't "", is about it.
func wantCode(t *testing.T, err error, code chat.Code, what string) {
	t.Helper()
	if got := chat.CodeOf(err); got != code {
		t.Fatalf("got error %v, want code %s", err, code)
	}
	want := chat.NewError(code, what).Error()
	if what != "" && err.Error() != want {
		t.Fatalf("got error %q, want %q", err, want)
	}
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantOrdered fails unless the events are a gapless piece of a log.
func wantOrdered(t *testing.T, events []chat.Event) {
	t.Helper()
	for i, e := range events[1:] {
		before := events[i]
		if e.Seq != before.Seq+1 {
			t.Fatalf("seq %d follows %d", e.Seq, before.Seq)
		}
		if e.TS <= before.TS {
			t.Fatalf("ts %s of seq %d follows %s", e.TS, e.Seq, before.TS)
		}
		if e.N < before.N || e.N > before.N+1 {
			t.Fatalf("n %d of seq %d follows %d", e.N, e.Seq, before.N)
		}
	}
}

func texts(messages []chat.Message) []string {
	all := []string{}
	for _, m := range messages {
		all = append(all, m.Text)
	}
	return all
}
