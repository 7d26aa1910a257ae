//go:build s3

package files

import (
	"strings"
	"testing"

	"taut/internal/bucket"
	"taut/internal/testenv/s3"
)

// useS3 lets the worlds of t and its subtests have their bytes in a bucket, each
// under keys of its own.
func useS3(t *testing.T) *s3.Server {
	t.Helper()
	server, err := s3.Start()
	must(t, err)
	t.Cleanup(func() { must(t, server.Remove()) })
	onDisk := openBlobs
	openBlobs = func(t *testing.T, data string) Blobs {
		b, err := bucket.Open(server.Options(strings.TrimPrefix(data, "/") + "/"))
		must(t, err)
		t.Cleanup(b.Close)
		blobs, err := OpenBucket(b, data)
		must(t, err)
		return blobs
	}
	t.Cleanup(func() { openBlobs = onDisk })
	return server
}

// TestS3: what the role promises of bytes on a disk it keeps of those in a bucket.
func TestS3(t *testing.T) {
	useS3(t)
	for name, test := range map[string]func(*testing.T){
		"Serve":                  TestServe,
		"InlineOrNot":            TestInlineOrNot,
		"WhoSeesAFile":           TestWhoSeesAFile,
		"Cookie":                 TestCookie,
		"UploadBodies":           TestUploadBodies,
		"UploadRefusals":         TestUploadRefusals,
		"UploadAgain":            TestUploadAgain,
		"UploadOfNobody":         TestUploadOfNobody,
		"UploadBreaksOff":        TestUploadBreaksOff,
		"SentAgainIsNotWritten":  TestSentAgainIsNotWritten,
		"Delete":                 TestDelete,
		"DeletionIsFinished":     TestDeletionIsFinished,
		"AbandonedUpload":        TestAbandonedUpload,
		"SweepLeavesWhatIsThere": TestSweepLeavesWhatIsThere,
		"SweepGoesOn":            TestSweepGoesOnPastPictures,
		"Hold":                   TestHold,
		"Thumbs":                 TestThumbs,
		"Pictures":               TestPictures,
	} {
		t.Run(name, test)
	}
}
