// Package schema holds the SIUSS flows as tables and reads them: PS_PSA_SINA
// and SINBA in XML, the return flow (ritorno) in whatever columns a layout
// file declares. A Reader gives records in batches, tells every fault where it
// stands, and closes with the books.
//
// # What it promises
//
// Every breach of the XSD and of INPS's business rules is reported with line,
// column, path and rule code, never with a value of the document; after a
// breach the rest of the file is still read. A fault in a record rejects the
// record; one in a Beneficiario, or in what it holds besides its records,
// rejects all its records, which are therefore handed out only when its end
// tag was read. A file is refused whole, as a *FileError in the chain of what
// Next returns, when it is not well-formed, when its header (Flusso,
// IdentificazioneFlusso, Ente) has a fault, when something else than records
// stands between the records, or when it asks for more than the limits allow.
// The last two can come after batches were handed out: these are void then,
// and Summary counts no records. Records = Valid + Rejected, always.
//
// A batch never exceeds Limits.BatchRecords: a Beneficiario with more records
// goes on in the next one with its values repeated.
//
// Memory is bounded whatever the input: one window of the file, one Beneficiario,
// at most 64 blocks of 128 KiB with the batches read from them. Nothing is
// written anywhere; a crash leaves nothing.
//
// # How it reads
//
// Two ways lead through the XML of a flow. The long one (xml_decoder.go) takes
// token after token, knows all of XML and all of the XSD, and tells every fault
// where it stands. The short one (xml_plain.go) goes once through a Beneficiario
// as producers write them and gives up at anything else, which the long one then
// reads; so the verdict is always the long one's. After the first records the
// flow is cut into blocks, which are read and judged at once, one by each core
// (reader_blocks.go). Batches and faults come in the order of the document,
// block by block, and are the same on any number of cores.
//
// A flow may be a table, too (Options.Rows): RowReader gives it as XML, each row
// on its own line, so that the same decoder and rules judge it; where it rests,
// blocks of rows are read at once, plain ones straight into the Batch
// (rows_plain.go), as it is with XML. XMLWriter and
// RowWriter write what a Reader gives; by way of either nothing is lost. Another
// edition of INPS's XSD (Options.Edition) takes the place of the built-in one, on
// the long way. The code tables are files (codes/), packed for a quick start; an
// operator's own may take their place (UseCodes).
//
// # The XSD's verdict
//
// Summary.SchemaValid is what xmllint --schema (libxml2 2.9.14) says of the
// same bytes and the INPS schema of the flow's kind, its departures from XML
// Schema included (blanks around xs:date and xs:int are refused, digits of \d
// are those of Unicode 4, declarations that Namespaces in XML forbids are
// passed over), except that these are never valid here:
//
//   - documents with a DOCTYPE: no entity is ever defined by a document;
//   - encodings other than UTF-8, US-ASCII, ISO-8859-1 and Windows-1252 (UTF-16,
//     EBCDIC, ISO-8859-15 …), and rarer aliases of those four;
//   - more than 64 nested elements, 256 attributes of an element, 256 namespace
//     declarations in scope, 1 MiB of an attribute's value or of an element's
//     text, 4 MiB of a start tag, 16,384 records or 16 MiB of tags and text of
//     one Beneficiario (see Limits);
//   - two things that XML forbids and libxml2 passes over: a namespace
//     declaration that Namespaces in XML forbids, twice in one tag; no blank
//     between encoding="UTF-8" and standalone;
//   - a NUL, or bytes foreign to the encoding, after the root's end, where
//     libxml2 stops looking.
//
// The other way, a run of blanks, a comment or a processing instruction of
// more than ten million bytes is read here and refused there.
//
// # What it does not promise
//
// That INPS accepts a flow in which it finds nothing: INPS's own table of
// benefits is not public. That columns count characters: they count bytes of
// the file, from 1.
package schema
