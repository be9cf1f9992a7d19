package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"flussi/internal/spool"
)

// Tx is a transaction of Update: it changes, and reads what it changed.
type Tx struct {
	view
	*prepared
	now func() time.Time
	log *tail // once something was appended
}

// prepared is the connection that writes, with every statement that it has
// parsed: a group of files is entered row by row. A context stops no statement,
// each is short; for one that might, the driver starts a goroutine each time.
type prepared struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := p.statements[query]; s != nil {
		return s, nil
	}
	s, err := p.conn.PrepareContext(ctx, query)
	if err == nil {
		p.statements[query] = s
	}
	return s, err
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.conn.QueryContext(ctx, query, args...)
}

func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = context.WithoutCancel(ctx)
	s, err := p.statement(ctx, query)
	if err != nil {
		return p.conn.QueryRowContext(ctx, query, args...) // which gives the error
	}
	return s.QueryRowContext(ctx, args...)
}

func (p *prepared) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (p *prepared) close() error {
	var errs []error
	for _, s := range p.statements {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, p.conn.Close())...)
}

// view reads, from the last commit or within a transaction.
type view struct{ q querier }

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

var (
	_ querier = (*sql.DB)(nil)
	_ querier = (*prepared)(nil)
)

// scanner is a row to read, of one or of many.
type scanner interface{ Scan(dest ...any) error }

// all reads every row of a query.
func all[T any](ctx context.Context, v view, scan func(scanner) (T, error), query string, args ...any) (list []T, err error) {
	rows, err := v.q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fail("read ledger", "", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, fail("read ledger", "", err)
		}
		list = append(list, item)
	}
	return list, fail("read ledger", "", rows.Err())
}

// one reads the first row of a query, if there is one.
func one[T any](ctx context.Context, v view, scan func(scanner) (T, error), query string, args ...any) (item T, found bool, err error) {
	item, err = scan(v.q.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var none T
		return none, false, nil
	}
	return item, err == nil, fail("read ledger", "", err)
}

// insert gives the new row's number.
func (tx *Tx) insert(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := tx.exec(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// stampLayout has a fixed width, so that times sort as text and people who
// open the file with another tool can read them.
const stampLayout = "2006-01-02T15:04:05.000000000Z"

func (tx *Tx) stamp() string { return tx.now().UTC().Format(stampLayout) }

// stampScan reads a time; "" is the zero time.
type stampScan struct{ t *time.Time }

func (s stampScan) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a time is not text")
	}
	if text == "" {
		*s.t = time.Time{}
		return nil
	}
	t, err := time.Parse(stampLayout, text)
	*s.t = t
	return err
}

// sumScan reads a SHA-256 in hexadecimal; "" is the zero Sum.
type sumScan struct{ s *spool.Sum }

func (s sumScan) Scan(v any) (err error) {
	text, ok := v.(string)
	if !ok {
		return errors.New("a hash is not text")
	}
	*s.s, err = spool.ParseSum(text)
	return err
}
