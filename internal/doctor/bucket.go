package doctor

import (
	"context"
	"net/url"
	"time"

	"taut/internal/bucket"
	"taut/store"
)

// maxBucketLooked bounds the objects that are looked for, each by a call.
const maxBucketLooked = 20

// bucket looks whether the one that has the bytes of files takes and gives them.
func (p Patient) bucket(ctx context.Context, n *notes) {
	const check = "bucket"
	s := p.Config.Files.S3
	if !s.On() && p.Config.Cluster.On() {
		n.warn(check, "set [files.s3]: docs/files.md", "the nodes of a cluster have files on a disk each: what one took the others don't have")
	}
	if !s.On() || p.Offline {
		return
	}
	b, err := bucket.Configured(s)
	if err != nil {
		n.fail(check, "correct [files.s3]: docs/files.md", "%v", err)
		return
	}
	defer b.Close()
	ahead, err := b.Probe(ctx)
	if err != nil {
		n.fail(check, "are endpoint, region and path_style right, and may these keys read, write, list and delete there?", "%v", err)
		return
	}
	if ahead.Abs() > time.Minute {
		n.warn(check, "synchronise the clocks: from a quarter of an hour on it refuses everything", "its clock is %s apart from this machine's", ahead.Abs().Round(time.Second))
	}
	n.ok(check, "%s at %s takes and gives objects", b.Name(), s.Endpoint)
	copies(ctx, b, n)
	p.browsers(ctx, b, n)
	p.objects(ctx, b, n)
}

// copies looks whether a signed URL lets clients write what they have, and no more.
func copies(ctx context.Context, b *bucket.Bucket, n *notes) {
	const check = "bucket's signatures"
	switch copies, err := b.CopiesForClients(ctx); {
	case err != nil:
		n.warn(check, "is public_endpoint right, and reached from here?", "whether it copies for clients isn't known: %v", err)
	case copies:
		n.fail(check, "use an S3, or a newer version, that refuses x-amz- headers which were not signed; until then let a proxy at public_endpoint take x-amz-copy-source off",
			"it copies any object for who may send one: clients can read other workspaces' files")
	default:
		n.ok(check, "signed URLs copy nothing")
	}
}

// browsers looks whether the web client may send files there.
func (p Patient) browsers(ctx context.Context, b *bucket.Bucket, n *notes) {
	const check = "bucket's CORS"
	page, err := url.Parse(p.Config.PublicURL)
	if err != nil || page.Host == "" {
		return // which origin the client has is not known
	}
	takes, err := b.TakesFrom(ctx, page.Scheme+"://"+page.Host)
	switch {
	case err != nil:
		n.warn(check, "is public_endpoint right, and reached from here?", "whether browsers may send files there isn't known: %v", err)
	case !takes:
		n.warn(check, "allow PUT with Content-Type from public_url: docs/files.md", "browsers may not send files there: they come through this server")
	default:
		n.ok(check, "browsers may send files there")
	}
}

// objects looks whether the bytes of the newest files are there.
func (p Patient) objects(ctx context.Context, b *bucket.Bucket, n *notes) {
	const check = "files"
	if there, err := store.Present(p.Store); err != nil || !there {
		return
	}
	kept, err := store.KeptFiles(ctx, p.Store, maxBucketLooked)
	if err != nil {
		return // the database's check says it
	}
	missing := 0
	for _, f := range kept {
		there := false
		for _, err := range b.List(ctx, string(f.Workspace)+"/"+string(f.ID)) {
			if err != nil {
				n.fail(check, "let these keys list objects (s3:ListBucket); if they may, see the bucket's own log", "%v", err)
				return
			}
			there = true
			break
		}
		if !there {
			missing++
		}
	}
	if missing > 0 {
		n.fail(check, "is it the right bucket and prefix? With versioning, remove the delete markers", "%d of the %d newest uploaded files are not in the bucket", missing, len(kept))
		return
	}
	n.ok(check, "the %d newest uploaded files are there", len(kept))
}
