// Package microdata makes a table of single rows anonymous as a Spec says: any
// table, not only of benefits. It reads the table twice or three times (the
// values of columns without a hierarchy; the combinations of quasi-identifiers;
// the rows, to publish them) and holds no rows: memory grows with the distinct
// combinations, as far as recode.Room lets it, with the classes published, and
// with the distinct values of columns.
//
// What it promises: every column has a role or nothing is written; in what is
// written every combination of quasi-identifiers meets the criteria, rows keep
// their order, and a row that cannot be published stands in its place with * in
// every quasi-identifier. The same table and spec give the same rows; a table that
// changes meanwhile gives none. Where a column says whose each row is, k counts
// persons, as if nobody could tell which rows are one person's. An error
// tells line and column and never a value.
//
// What it does not promise: anything about two tables published side by side.
//
// It writes where its caller says and nowhere else; what a crash leaves is the
// caller's matter.
package microdata
