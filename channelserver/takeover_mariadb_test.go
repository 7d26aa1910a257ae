//go:build mariadb

package channelserver

import (
	"testing"

	"taut/internal/testenv"
)

func TestMariaDBTakeover(t *testing.T) {
	testenv.UseMariaDB(t)
	testTakeover(t, testenv.Open(t))
}
