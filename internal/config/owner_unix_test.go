//go:build unix

package config

import "testing"

func TestForeign(t *testing.T) {
	for _, tt := range []struct {
		owner, we uint32
		want      bool
	}{
		{owner: 1000, we: 1000}, {owner: 0, we: 1000}, {owner: 1000, we: 0}, {owner: 0, we: 0},
		{owner: 1001, we: 1000, want: true}, {owner: 65534, we: 1000, want: true},
	} {
		if got := foreign(tt.owner, tt.we); got != tt.want {
			t.Errorf("a file of %d, read by %d: %v", tt.owner, tt.we, got)
		}
	}
}
