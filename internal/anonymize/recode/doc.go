// Package recode makes a table anonymous by giving values that stand for more:
// k-anonymity, l-diversity, t-closeness, by one level for each attribute
// (SearchGlobal) or by a tree that goes into more detail where there are more
// rows (FitTree). It knows codes and hierarchies, not benefits.
//
// What it promises:
//   - every published class meets every criterion; what cannot, is suppressed;
//   - k counts rows, or, where it is told whose each row is, distinct persons;
//   - SearchGlobal's result is the exact optimum of ARX's loss within the limit
//     of suppression, FitTree suppresses nothing of the rows it is made of, and a
//     tree applied to other rows keeps the criteria there;
//   - the result depends on the multiset of rows alone, ties included: not on the
//     processors, nor on how much memory there is.
//
// What it does not promise: that two releases compared, or a release and a table,
// are safe where each is.
//
// Rows are counted by tuple (Builder), and everything after that works on the
// distinct tuples: 12 bytes each, where their values fit 64 bits, and 4 for each
// sensitive value. They stand in the order of their keys; so a class is whole when
// the part of the key that keeps its order changes, and few are held at a time.
// What Room has no memory for goes, sealed, to the Scratch that it names; a crash
// leaves nothing that anybody can read.
package recode
