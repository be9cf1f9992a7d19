package exchange

import (
	"cmp"
	"context"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// Policy of this file: a connection that is lost on the way does not end the
// taking of files. It is made anew and they go on; the file that it broke off
// goes last, for that one may be why. After mostRedials connections over which
// no file came, what did not come has failed.

const mostRedials = 3

// line is the connection to an endpoint, made when it is needed and made anew
// when it was lost.
type line struct {
	*run
	endpoint string
	how      calling
	session  *sftp.Session // nil: there is none now
}

func (l *line) connect(ctx context.Context) (err error) {
	if l.session == nil {
		l.session, err = l.dial(ctx, l.endpoint, l.how)
	}
	return err
}

func (l *line) close() error {
	if l.session == nil {
		return nil
	}
	s := l.session
	l.session = nil
	return s.Close()
}

// destination is where several files are taken to, and who keeps their books.
type destination interface {
	sftp.GroupLanding
	// setBack readies a file that the loss of its connection broke off to be
	// taken again, and tells whether it is to be.
	setBack(sftp.Fetched) (again bool, err error)
	// over enters what became of a file. It gives an error that counts.
	over(sftp.Fetched) error
}

// takeAll takes files. One that fails does not stop the others, unless it shows
// that the server cannot be trusted; the first error is returned.
func (l *line) takeAll(ctx context.Context, todo []sftp.Remote, to destination) (first error) {
	for tries := 0; len(todo) > 0; tries++ {
		if err := l.connect(ctx); err != nil {
			for _, r := range todo { // a line that was lost and stays so
				_ = to.over(sftp.Fetched{File: r, Err: err}) // which is err
			}
			return cmp.Or(first, err)
		}
		left, err := l.takeOnce(ctx, todo, to, tries < mostRedials)
		first = cmp.Or(first, err)
		if len(left) == 0 || ctx.Err() != nil || flusso.KindOf(err) == flusso.Untrusted {
			return first
		}
		_ = l.close() // it is lost
		if len(left) < len(todo) {
			tries = 0
		}
		todo = append(left[1:], left[0])
	}
	return first
}

// takeOnce takes files over one connection. With again, what its loss kept from
// coming is left instead of counted as failed.
func (l *line) takeOnce(ctx context.Context, files []sftp.Remote, to destination, again bool) (left []sftp.Remote, first error) {
	var m *moving // of the file that is taken by itself
	begin := func(r sftp.Remote) sftp.Progress {
		m = l.follow(ctx, l.id, l.endpoint, In, l.keys.mask(r.Name))
		return m.progress
	}
	since := l.opt.Now()
	done := func(f sftp.Fetched) error {
		defer func() { since = l.opt.Now() }()
		if m == nil {
			m = l.follow(ctx, l.id, l.endpoint, In, l.keys.mask(f.File.Name))
			m.begun = since // of a group the first has its time, the others none: added up it is that of the clock
			if f.Committed {
				m.progress(0, f.Size)
				m.progress(f.Size, f.Size)
			}
		}
		m.fetched(f.Result, f.Err)
		m = nil
		if again && !f.Committed && flusso.KindOf(f.Err) == flusso.Transient && l.session.Lost() && ctx.Err() == nil {
			more, err := to.setBack(f)
			if more && err == nil {
				left = append(left, f.File)
			}
			return err
		}
		err := to.over(f)
		if first = cmp.Or(first, err); flusso.KindOf(err) == flusso.Untrusted {
			return err
		}
		return nil
	}
	for len(files) > 0 {
		if l.stopping() {
			l.result.Stopped = true
			return left, first
		}
		part := files[:l.together(files)]
		files = files[len(part):]
		if err := l.session.FetchAll(ctx, part, to, begin, done); err != nil {
			return left, cmp.Or(first, err)
		}
	}
	return left, first
}

// together is how many of the files are taken before anybody asks whether to stop: a
// large one alone, small ones in hundreds, for they come group by group.
func (l *line) together(files []sftp.Remote) int {
	if l.cfg.Endpoints[l.endpoint].Consume.Extractions > 0 {
		return 1 // each is on record before it is opened, and none opened in vain
	}
	const small, most = 1 << 20, 4096
	large := slices.IndexFunc(files, func(f sftp.Remote) bool { return f.Size > small })
	if large < 0 {
		large = len(files)
	}
	return min(max(large, 1), most)
}
