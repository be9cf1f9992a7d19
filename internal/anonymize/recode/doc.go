// Package recode makes a table anonymous by giving values that stand for more:
// k-anonymity, l-diversity, t-closeness, by one level for each attribute
// (SearchGlobal) or by a tree that goes into more detail where there are more
// rows (FitTree). It knows codes and hierarchies, not benefits.
//
// What it promises:
//   - every published class meets every criterion; what cannot, is suppressed;
//   - SearchGlobal's result is the exact optimum of ARX's loss within the limit
//     of suppression, FitTree suppresses nothing of the rows it is made of, and a
//     tree applied to other rows keeps the criteria there;
//   - the result depends on the multiset of rows alone, ties included.
//
// What it does not promise: that two releases compared, or a release and a table,
// are safe where each is; k counts rows.
//
// Rows are counted by tuple (Builder), and everything after that works on the
// distinct tuples: about 30 bytes each, and 4 for each sensitive value. Nothing
// is written anywhere; a crash leaves nothing.
package recode
