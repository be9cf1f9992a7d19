// Package anonymize is the one door through which data leaves: it alone makes
// a Disclosed (records cut to what a recipient may see) or a Forward (a file
// allowed to pass unchanged). It answers from a matrix of recipient classes
// and data categories, from agreements with dates and from deleghe; whatever
// is unknown, absent or expired means no, with the reason in words.
//
// What it promises:
//   - no byte of a field that a view hides is in what the view emits;
//   - in individual anonymous views every published combination of
//     quasi-identifiers is shared by at least k distinct persons (not rows);
//     small classes walk up a documented ladder, or the tree of a frozen scheme,
//     to a residual class before anything is dropped; in the view of a comune, which holds the rows it paid
//     with their names, so it is without those rows too;
//   - rows of anonymous views come out sorted by their own values and carry
//     a key made from the release key and their ordinal in that order, so that
//     neither order nor key tells anything of the input;
//   - where rows are persons with codes, all that is published of a person is the
//     class: k persons are alike in everything; where codes reach over releases
//     so are k persons in the sequence of their classes and in the difference of
//     any two releases, absence being a class, as long as whoever opens the views
//     gives each the class indexes of those before (Request.Past);
//   - in tables, all cubes of a view together, no suppressed figure can be
//     computed or bounded more tightly than k, each measure taken by itself, nor
//     an unsafe amount within what the rules say; where View.Beside was told the
//     recipient's microdata, taking them away leaves no small number;
//   - the same records, key and matrix give the same rows, whatever the order
//     of batches and GOMAXPROCS;
//   - the books balance when a view closes, or nothing of it may be published.
//
// What it does not promise: t-closeness; joint control of a recipient's microdata
// and tables unless whoever opens the views says so (View.Beside).
//
// Sensitive blocks: the assessment of SINA and the judicial, residential and
// family codes of SINBA would make nearly every row unique. Anonymous views
// carry of SINA only whether an assessment exists and how autonomous the
// person is, of SINBA only disability and whether the child lives in foster
// care or in a facility; in a class that is not diverse in it (roles_sensitive.go
// says how diverse) it is blanked too.
//
// Quasi-identifiers are all that a payer or a neighbour may know of a benefit:
// its code, months and amount bands too, for exact ones join two recipients
// just as well as a code does. k is 5 unless asked otherwise, never below 3.
//
// Memory: an anonymous view holds 32 bytes a record until Close, a table 40, of
// the values only benefit codes; an identified view packed rows. What Request.Room
// does not hold lies, sealed, in its scratch space. Rows of persons (32 bytes a
// record and about 150 a person) and what a scheme is fitted on stay in memory:
// Request.MaxRows bounds them (20 million unless asked otherwise). A crash leaves
// nothing behind: this package writes no file but into that space.
package anonymize
