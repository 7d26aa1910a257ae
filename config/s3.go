package config

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// S3 is the bucket that has the bytes of files; without an Endpoint they are in the
// data folder.
type S3 struct {
	// Endpoint is the URL of the S3, without the bucket; PublicEndpoint is how
	// clients reach it, if that differs.
	Endpoint       string `toml:"endpoint"`
	PublicEndpoint string `toml:"public_endpoint"`
	Bucket         string `toml:"bucket"`
	Region         string `toml:"region"`
	// PathStyle puts the bucket's name into the path of URLs and not before the host.
	PathStyle bool `toml:"path_style"`
	// Prefix goes before every key.
	Prefix string `toml:"prefix"`
	// AccessKeyFile and SecretKeyFile hold the credentials; "": they are found as
	// AWS's own tools find them.
	AccessKeyFile string `toml:"access_key_file"`
	SecretKeyFile string `toml:"secret_key_file"`
}

var defaultS3 = S3{Region: "us-east-1"}

// On tells whether files are in a bucket.
func (s S3) On() bool { return s.Endpoint != "" }

var (
	bucketName   = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	bucketPrefix = regexp.MustCompile(`^([A-Za-z0-9_.-]+/)*$`)
)

// maxInBucket is how large a file may be that goes into a bucket: in parts, of which
// an S3 takes 10,000.
const maxInBucket = 64 << 30

func (s S3) validate(most Size) error {
	if !s.On() {
		return wrong(s != defaultS3, "files.s3.endpoint: the other settings of [files.s3] need it")
	}
	return errors.Join(
		siteURL("files.s3.endpoint", s.Endpoint),
		siteURL("files.s3.public_endpoint", s.PublicEndpoint),
		wrong(!bucketName.MatchString(s.Bucket), "files.s3.bucket: 3 to 63 of a-z, 0-9, - and ."),
		wrong(s.Region == "", "files.s3.region: us-east-1 where the S3 has none"),
		wrong(!bucketPrefix.MatchString(s.Prefix) || len(s.Prefix) > 200, `files.s3.prefix: "" or like "taut/"`),
		wrong((s.AccessKeyFile == "") != (s.SecretKeyFile == ""), "files.s3.access_key_file and secret_key_file: both or none"),
		readable("files.s3.access_key_file", s.AccessKeyFile), readable("files.s3.secret_key_file", s.SecretKeyFile),
		wrong(most > maxInBucket, "files.max_size: at most 64GiB in a bucket"),
	)
}

// Keys reads the credentials; both are "" where no files are named.
func (s S3) Keys() (access, secret string, err error) {
	if s.AccessKeyFile == "" {
		return "", "", nil
	}
	if access, err = secretOf("files.s3.access_key_file", s.AccessKeyFile); err == nil {
		secret, err = secretOf("files.s3.secret_key_file", s.SecretKeyFile)
	}
	return access, secret, err
}

func secretOf(setting, path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", setting, err)
	}
	secret := strings.TrimSpace(string(text))
	return secret, wrong(secret == "", setting+": the file is empty")
}
