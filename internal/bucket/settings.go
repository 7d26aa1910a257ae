package bucket

import "taut/config"

// Configured opens the bucket that the settings name.
func Configured(s config.S3) (*Bucket, error) {
	access, secret, err := s.Keys()
	if err != nil {
		return nil, err
	}
	return Open(Options{
		Endpoint: s.Endpoint, PublicEndpoint: s.PublicEndpoint, Name: s.Bucket, Region: s.Region,
		PathStyle: s.PathStyle, Prefix: s.Prefix, AccessKey: access, SecretKey: secret,
	})
}
