// Package tables makes tables of counts and amounts in which small numbers do
// not show. It knows codes, not benefits.
//
// A Cube is a set of linked tables over the same records: each table shows some
// levels of some dimensions, with every coarser level and total. What two
// tables share is one figure, and all are protected at once. Each figure has
// records, distinct persons, an amount and minutes; a suppressed one withholds
// all four.
//
// Which figures may not be known: see Rules and Dimension.Sensitive. What it
// promises of each suppressed figure, those that go with the primary ones too:
// there are at least two tables of whole numbers which agree with all that is
// published, in which each listed figure is at least one, and in which its
// records differ by k or more; likewise its persons as if they added up (see
// Places); and where its amount is unsafe, amounts that lie as far off to both
// sides as the rule asks. The proof is made figure by figure as it is
// suppressed (see protect) and made again at the end (see audit), so that
// neither elimination nor linear programming nor enumeration could narrow a
// figure further: those tables are there.
//
// Tables that form a tree (any two do) are tied by what they share alone.
// Where they do not, such as the three sides of a cube, the joint cells are
// reckoned with, those without a record taken to be known as such.
//
// What it does not do: each measure is taken by itself; a pattern of least
// cost is not sought, the cheapest move of one figure after the other is, and
// then what can be shown again, as far as a bound of effort goes; the
// threshold is on persons, and a person in several cells is known to the
// reader by no more than sums would tell; of rows beside (Known.Beside) each
// figure's own count is a bound, not which rows of a wide class could stand
// where; of tables of several periods only
// the pattern is kept alike (Known.Before), their differences are not
// checked.
//
// Noise is the alternative for counts (Cube.Noisy): nothing is hidden, nothing adds up.
//
// Memory: 40 bytes a record as far as the room goes, beyond it sealed scratch
// space, and about two kilobytes a figure while it is closed. The result depends on
// the multiset of records alone.
package tables
