// Package config reads flussi.yaml: who we are, with whom we exchange, under
// which agreements, and who may see what.
//
// What it promises: every fault at once with line, column, path and remedy
// (see strict); what it gives is whole and its references hold: a recipient
// names an agreement that exists, dates are in order, host keys parse. Secrets
// are named in the file and never stand in it; a Secret is read only when
// Resolve is called and prints as a mask.
//
// What it does not: it reaches no endpoint, and it looks at no file besides
// its own until Resolve is called. It writes nothing, so a crash
// leaves nothing.
package config
