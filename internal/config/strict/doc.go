// Package strict reads YAML written by people against a table of what may be
// there, and tells everything that is wrong at once.
//
// What it promises:
//   - every fault in one pass, with line, column, path, message and remedy, in
//     Italian and English. Only broken YAML syntax stops at its first fault,
//     since nothing after it can be trusted;
//   - no fault repeats what the file holds, because a mistyped file may hold a
//     password anywhere. The only words of the file shown are names of entries
//     (lower-case letters, digits, hyphens) and keys the table knows;
//   - the table that decodes is the table that makes the JSON Schema, so an
//     editor and the program cannot disagree on a key;
//   - bounded: at most MaxSize bytes and maxDepth levels; no anchors, aliases,
//     tags or merge keys, one document.
//
// What it does not: it knows no configuration. It opens no file.
//
// Tables are built from Types: Object, Map, List, Either and the scalars, each
// with its reader and its part of the schema.
package strict
