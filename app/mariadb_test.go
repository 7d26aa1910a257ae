//go:build mariadb

package app

import (
	"testing"

	"taut/internal/testenv"
)

// TestMariaDB: the whole server with its data in MariaDB.
func TestMariaDB(t *testing.T) {
	testenv.UseMariaDB(t)
	t.Run("Conversation", TestConversation)
	t.Run("Sockets", TestSocketsTellNothingOfWhatIsOthers)
}
