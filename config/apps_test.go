package config

import (
	"strings"
	"testing"
)

func TestLimitsAndUnfurl(t *testing.T) {
	c := Default()
	if c.SlackLimits() || c.Unfurl.Off {
		t.Errorf("by default: %+v", c)
	}
	c.Limits = "slack"
	if err := c.Validate(); err != nil || !c.SlackLimits() {
		t.Errorf("slack: %v", err)
	}
	c.Limits = "none"
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "limits") {
		t.Errorf("none: %v", err)
	}
}
