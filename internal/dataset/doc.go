// Package dataset writes releases: what a recipient may see, as folders of
// Parquet files that an analyst opens with one line. Rows come in only as
// anonymize.Disclosed.
//
// Layout under the root given:
//
//	<recipient>/<dataset>/
//	  current.json                   names the live release
//	  releases/<id>/
//	    anno=2025/regione=R12/<id>-part-0000.parquet
//	    manifest.json                every file with size and SHA-256
//	    datapackage.json             Frictionless description
//	    dizionario.md, dictionary.md data dictionary, Italian and English
//	    qualita.json                 what was kept back, rounded
//	    divulgazione.json, .sig      disclosure report for the recipient, signed
//	    divulgazione.html            the same for people, Italian and English
//	    chiave-pubblica.pem          the key it is signed with
//	    manifest.sig                 the manifest's signature
//	    QUICKSTART.md                lines for DuckDB, R, Python, Power BI, Excel
//
// A dataset grows by increments. A release is the parts of the live release,
// carried forward (hard links where the file system has them, else copies),
// and the parts of this run. Each increment of an anonymous dataset satisfies
// k by itself and its rows cannot be linked to those of another, so every
// class of the union is a union of classes of at least k persons. Increments
// of level aggregato carry a column, incremento, that names theirs: totals of
// different increments do not belong together.
//
// What it promises:
//   - a reader who follows current.json finds the old release or the new one,
//     whole; a sealed release never changes;
//   - the books are checked before anything is sealed: records in are all
//     accounted for, and rows written are rows disclosed;
//   - the same rows, in the same order, with the same target, give the same
//     bytes: no clock, no host, no path, no chance;
//   - before a release is sealed its own rows are judged, by what the columns
//     say of themselves and nothing else: a class below k, a class unanimous on
//     a sensitive value, a small cell, a suppressed cell that a subtraction
//     gives, and nothing is sealed. Check judges the files in the same way, for
//     whoever holds them and nothing else;
//   - the manifest binds every file and is signed, and so is the disclosure
//     report (Proof). Its exact form is handed to the caller, for the house to
//     keep; what goes with the release is rounded;
//   - what a recipient is told of records kept back is rounded up to multiples
//     of k (0 stays 0); inputs are not told at all;
//   - one open file, however many partitions the rows fall into (they come in
//     the order of partitions), and bounded memory but for some 60 bytes for each
//     class of the increment.
//
// What it does not promise: protection against two runs at once on one dataset
// (the caller's lock keeps them apart), retention of old releases, that a
// signature's key is the house's (compare its fingerprint by another way), joint
// checks across increments of linkable rows (linkable rows do not exist yet).
//
// What a crash leaves: a folder releases/<id>.flussi-part, which the next
// Begin for that id, or Sweep, removes; or a sealed release that current.json
// does not name yet, which a second run with the same rows finds equal and
// publishes.
package dataset
