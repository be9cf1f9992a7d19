// Package receipts reads mails that attest a delivery or a fetch: from a folder of .eml
// files, a maildir or an IMAP mailbox, which it only reads.
//
// It promises:
//   - a mail is hostile until proven otherwise: its size, depth, parts, headers and text
//     are bounded, charsets are a short list, attachments other than a certified mail's
//     own are never opened, and none of its names becomes a name here;
//   - a mail is Verified only where an S/MIME signature over it leads to a certificate
//     that the operator trusts, and is of the address that it claims to come from. The
//     envelope of a PEC is looked at so, and what is in it counts where the envelope's own
//     data name the same sender;
//   - what a mail claims is what a rule of the operator finds in it (RE2: linear time),
//     and nothing else.
//
// It does not promise to know INPS's receipts, whose form nobody documents: that is what
// rules are for. DKIM and ARC are not looked at: they are the mail server's business.
//
// Nothing is written here; what was read the caller remembers.
package receipts
