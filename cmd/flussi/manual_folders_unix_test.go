//go:build unix

package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"filippo.io/age"

	"flussi/schedules/schedulestest"
)

// Folders for pages that are about more than the example has.

// backups gives the example a key for backups, which is here only because this is a test.
func (m *playing) backups() {
	m.Helper()
	key := m.identity()
	m.Write(schedulestest.Config+"/backups.key", []byte(key.String()+"\n"))
	m.Write(schedulestest.Config+"/backups.pub", []byte(key.Recipient().String()+"\n"))
	m.change(schedulestest.Config+"/flussi.yaml", "\nagreements:\n", "\nbackup: {encrypt: ["+key.Recipient().String()+"]}\n\nagreements:\n")
}

// holders is the folder of the page about keys: the configuration that it shows, with a
// holder whose identity is at hand.
func (m *playing) holders() {
	m.Helper()
	key := m.identity()
	m.Write("chiavi/custode.txt", []byte(key.String()+"\n"))
	m.Write("chiavi/flussi.yaml", []byte(m.shown("keys.md")))
	m.change("chiavi/flussi.yaml", "/var/lib/flussi/stato", "stato")
	m.change("chiavi/flussi.yaml", "age1pdmjk0gmtwr646hzdmqyw2pcqs53qwlxyuk6frnmns55yqam9epslqx6xm", key.Recipient().String())
}

// notices is the folder of the page about notices and receipts: the example, with a mail
// server, and twelve deliveries to INPS that await their receipts, of which three came
// that nobody can tell of what they are.
func (m *playing) notices() {
	m.Helper()
	port, stop, err := serveMails(m.Path("avvisi-ricevuti"))
	if err != nil {
		m.Fatal(err)
	}
	m.Cleanup(stop)
	if said, code := m.shell("cp -a . ../avvisi; mkdir ../avvisi/posta-di-prima"); code != 0 {
		m.Fatal(said)
	}
	config := "avvisi/flussi.yaml"
	m.change(config, m.Path(schedulestest.Var+"/stato"), "stato")
	m.change(config, m.Path(schedulestest.Copies)+"/flussi-audit.jsonl", "copia.jsonl")
	m.change(config, "    publish: in-place\n", "    publish: in-place\n    receipt: {by: 2d, mailbox: posta}\n")
	m.change(config, "\nagreements:\n", fmt.Sprintf(`
notices:
  mail: {host: 127.0.0.1, port: %d, tls: none, from: flussi@regione.example.it, to: {ced: {address: ced@regione.example.it}, dirigente: {address: dirigente@regione.example.it}}}
receipts:
  posta: {eml: posta-di-prima, trust: unsigned, reason: una prova, rules: ricevute/ricevute-inps.yaml}

agreements:
`, port))
	example := m.dir
	m.dir = m.Path("avvisi")
	defer func() { m.dir = example }()
	for n := range 12 {
		if said, code := m.shell(fmt.Sprintf("flussi synth --tipo PS --beneficiari 2 --seed %d --ente E472 --progressivo %d in-uscita/%[2]d.xml", n+1, n+100)); code != 0 {
			m.Fatal(said)
		}
	}
	if said, code := m.shell("flussi run comune-invio && mv stato prima"); code != 0 {
		m.Fatal(said)
	}
	for n := range 3 {
		name := fmt.Sprintf("avvisi/posta-di-prima/%d.eml", n)
		m.Write(name, fmt.Appendf(nil,
			"From: ricevute@inps.example.it\r\nMessage-ID: <%d@inps.example.it>\r\nDate: %s\r\nSubject: Ricevuta di trasmissione\r\n\r\nFile: altro-%[1]d.xml\r\nByte: 5\r\nEsito: ACQUISITO\r\n",
			n, time.Now().Format(time.RFC1123Z)))
		old := time.Now().Add(-time.Minute) // one that is being written is not read yet
		if err := os.Chtimes(m.Path(name), old, old); err != nil {
			m.Fatal(err)
		}
	}
	m.change(config, "eml: posta-di-prima", "eml: posta")
}

func (m *playing) identity() *age.X25519Identity {
	m.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		m.Fatal(err)
	}
	return key
}

// shown is the first configuration that a page shows.
func (m *playing) shown(page string) string {
	m.Helper()
	text, err := os.ReadFile("../../docs/" + page)
	if err != nil {
		m.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	yaml, _, _ := strings.Cut(rest, "```")
	return yaml
}

// change replaces what stands once in a file.
func (m *playing) change(file, old, new string) {
	m.Helper()
	text, err := os.ReadFile(m.Path(file))
	if err != nil {
		m.Fatal(err)
	}
	if n := strings.Count(string(text), old); n != 1 {
		m.Fatalf("%q stands %d times in %s", old, n, file)
	}
	m.Write(file, []byte(strings.Replace(string(text), old, new, 1)))
}
