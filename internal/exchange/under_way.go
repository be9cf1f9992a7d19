package exchange

import "sync"

// underWay is what is known of each file under way, by its remote path. Two
// groups may be at work at once. The zero value is ready.
type underWay[T any] struct {
	mu sync.Mutex
	at map[string]*T
}

func (u *underWay[T]) set(path string, t *T) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.at == nil {
		u.at = map[string]*T{}
	}
	u.at[path] = t
}

// of gives what is known of a file; nil: it is not under way.
func (u *underWay[T]) of(path string) *T {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.at[path]
}

// forget is of, for a file that is over.
func (u *underWay[T]) forget(path string) *T {
	u.mu.Lock()
	defer u.mu.Unlock()
	t := u.at[path]
	delete(u.at, path)
	return t
}
