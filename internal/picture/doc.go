// Package picture draws numbers for pages that need no script: bars, columns, a
// pyramid of ages and a map of provinces, as SVG that html/template writes.
//
// A page parses Templates beside its own and calls "bars", "columns", "pyramid"
// and "map" with the values of this package, and puts Style into its only style
// element: CSP gives the policy that allows that element and nothing else.
//
// What it promises: the same numbers give the same picture; nothing hangs on
// colour alone (lengths, hatching, words); each picture has a name and a line
// that says how it is drawn, for who does not see it. The numbers themselves
// belong in a table beside the picture, which is the page's to write.
//
// What it does not: it rounds nothing, hides nothing and adds nothing up.
package picture
