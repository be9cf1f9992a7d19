//go:build !windows && !darwin

package desk

import "context"

func launch(ctx context.Context, page string) error { return start(ctx, "xdg-open", page) }
