package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// vault is a house whose secrets of every kind are known to the test, and everything that
// it says is searched for them. Of its endpoints and services one is as it should be, and
// each of the others fails in its own way; those that can send back what they were sent.
type vault struct {
	*testing.T
	dir     string
	secrets testshared.Markers
	mu      sync.Mutex
	heard   map[string]*bytes.Buffer // what others were told, by who heard it
	said    int
	logins  atomic.Int64 // that servers of mail refused
}

// secret makes a secret of its own, plants it, and gives where it is; as it is called in
// the configuration.
func (v *vault) secret(name string) string {
	v.Helper()
	// Characters that each way of writing it down escapes in its own way.
	value := "zQx/" + name + `+Q="7%\è&` + rand.Text()
	v.plant(name, value)
	return "file:segreti/" + name
}

func (v *vault) plant(name, value string) {
	v.Helper()
	v.secrets[name] = value
	writeIn(v.T, v.dir, "segreti/"+name, value+"\n")
}

// plantPEM plants a key, of which each line but the first (which is alike in many keys) is
// a marker.
func (v *vault) plantPEM(name string, block *pem.Block) {
	v.Helper()
	text := string(pem.EncodeToMemory(block))
	writeIn(v.T, v.dir, "segreti/"+name, text)
	for i, line := range strings.Split(text, "\n") {
		if i > 1 && len(line) > 20 && !strings.Contains(line, "-----") {
			v.secrets[fmt.Sprintf("%s line %d", name, i)] = line
		}
	}
}

// hear is a place where somebody hears what flussi sends.
func (v *vault) hear(who string) io.Writer {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.heard[who] == nil {
		v.heard[who] = &bytes.Buffer{}
	}
	return hearer{v, v.heard[who]}
}

type hearer struct {
	v *vault
	b *bytes.Buffer
}

func (h hearer) Write(p []byte) (int, error) {
	h.v.mu.Lock()
	defer h.v.mu.Unlock()
	return h.b.Write(p)
}

// echo is a service that refuses, and sends back all that it was sent.
func (v *vault) echo(code int) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for name, values := range r.Header {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.Header().Set("Location", r.URL.String())
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, "<Error><Code>AccessDenied</Code><Message>%s %v</Message></Error>%s", r.URL, r.Header, body)
	}))
	v.Cleanup(s.Close)
	return s.URL
}

// proxy is a SOCKS5 proxy that refuses whoever logs in.
func (v *vault) proxy() string {
	v.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			buffer := make([]byte, 1024)
			_, _ = conn.Read(buffer)
			_, _ = conn.Write([]byte{5, 2}) // a password is wanted
			_, _ = conn.Read(buffer)
			_, _ = conn.Write([]byte{1, 1}) // and refused
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

func (v *vault) closed() string {
	v.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		v.Fatal(err)
	}
	_ = l.Close()
	return l.Addr().String()
}

// play runs a command and searches what it says.
func (v *vault) play(ctx context.Context, args ...string) (code int, out string) {
	v.Helper()
	var stdout, stderr bytes.Buffer
	code = run(ctx, append(args, "--config", filepath.Join(v.dir, "flussi.yaml")), strings.NewReader(""), &stdout, &stderr)
	for stream, text := range map[string][]byte{"stdout": stdout.Bytes(), "stderr": stderr.Bytes()} {
		v.search(strings.Join(args, " ")+", "+stream, text)
	}
	return code, stdout.String() + stderr.String()
}

func (v *vault) search(where string, text []byte) {
	v.Helper()
	v.said += len(text)
	if names := v.secrets.Encoded().In(text); len(names) > 0 {
		v.Errorf("%s tells %v", where, names)
	}
}

// TestSecretsInOutput plants a secret of every kind, has each of them fail, and looks for
// them in everything that is said, sent to a log, and left in the folders: as they are, in
// base64, in hexadecimal, escaped.
func TestSecretsInOutput(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes of files and sh are of Unix")
	}
	v := &vault{T: t, dir: t.TempDir(), secrets: testshared.Markers{}, heard: map[string]*bytes.Buffer{}}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()

	// Keys of SSH, one of them sealed, with a passphrase that does not open it.
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	open, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("zQx-right-passphrase"))
	if err != nil {
		t.Fatal(err)
	}
	v.plantPEM("ssh-key", open)
	v.plantPEM("sealed-key", sealed)
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	writeIn(t, v.dir, "chiave.pub", string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	v.plant("age", identity.String())
	// The listener's key.
	listenerKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	certificate, err := x509.CreateCertificate(rand.Reader, about, about, &listenerKey.PublicKey, listenerKey)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(listenerKey)
	if err != nil {
		t.Fatal(err)
	}
	v.plantPEM("tls-key", &pem.Block{Type: "PRIVATE KEY", Bytes: der})
	writeIn(t, v.dir, "tls.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})))

	// The endpoint that is as it should be, and takes password and key.
	password := v.secret("password")
	v.secrets["env"] = "zQx/env+" + rand.Text()
	t.Setenv("FLUSSI_TEST_SECRET", v.secrets["env"])
	v.plant("cred", "zQx/cred+"+rand.Text())
	t.Setenv("CREDENTIALS_DIRECTORY", filepath.Join(v.dir, "segreti"))
	v.secrets["command's output"], v.secrets["command's argument"] = "zQx/output+"+rand.Text(), "zQx/argument+"+rand.Text()

	server := v.closed()
	var servers sync.WaitGroup
	servers.Go(func() {
		var out bytes.Buffer
		run(ctx, []string{"invia", "--root", filepath.Join(v.dir, "server"), "--listen", server, "--user", "REGLAZ01", "--authorized-key", filepath.Join(v.dir, "chiave.pub"),
			"--password-file", filepath.Join(v.dir, "segreti", "password"), "--remove-on", "never", "--drop-box=false"}, strings.NewReader(""), &out, &out)
		v.search("flussi invia", out.Bytes())
	})
	defer servers.Wait()
	defer stop()
	hostKey := waitForHostKey(t, server)

	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		packet := make([]byte, 64<<10)
		for {
			n, _, err := packets.ReadFrom(packet)
			if err != nil {
				return
			}
			_, _ = v.hear("syslog").Write(append(packet[:n:n], '\n'))
		}
	}()
	defer func() { _ = packets.Close() }()

	endpoint := func(name, more string) string {
		return fmt.Sprintf("  %s: {address: \"%s\", user: REGLAZ01, host_keys: [\"%s\"], %s}\n", name, server, hostKey, more)
	}
	listen := v.closed()
	base := `ente: {codice: "120", denominazione: Regione Lazio}
state: stato
datasets: dataset
operators: {responsible: [{person: op-17, from: 2020-01-01}]}
agreements:
  dgr-1: {with: INPS, act: DGR 1, purpose: p, from: 2020-01-01, to: 2099-12-31}
recipients:
  regione-lazio: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, bucket: negato, datasets: {quadro: aggregato, prestazioni: individuale_anonimo}}
spool: {encrypt: [` + identity.Recipient().String() + `], identity: "cred:age"}
buckets:
  negato: {endpoint: "` + v.echo(403) + `", bucket: siuss, access_key: "` + v.secret("access-key") + `", secret_key: "` + v.secret("secret-key") + `"}
audit:
  copies:
    rifiuta: {webhook: "` + v.address("copy-address", v.echo(401)) + `", token: "` + v.secret("audit-token") + `"}
    rotto: {webhook: "` + v.echo(500) + `", token: "cred:cred"}
    assente: {webhook: "` + v.address("copy-address-2", "http://"+v.closed()) + `", token: "` + v.secret("audit-token-2") + `"}
    altrove: {webhook: "` + v.echo(302) + `", token: "` + v.secret("audit-token-3") + `"}
    siem: {syslog: "tcp://` + v.closed() + `"}
daemon: {listen: "` + listen + `", certificate: "file:tls.pem", key: "file:segreti/tls-key", token: "` + v.secret("listen-token") + `"}
endpoints:
` + endpoint("buono", `password: "`+password+`", key: "file:segreti/ssh-key"`) +
		endpoint("rifiutata", `password: "`+v.secret("wrong-password")+`", key: "file:segreti/ssh-key"`) +
		endpoint("domande", `prompts: [{match: "(?i)password", answer: "`+v.secret("answer")+`"}]`) +
		endpoint("sigillata", `key: "file:segreti/sealed-key", passphrase: "`+v.secret("passphrase")+`"`) +
		endpoint("variabile", `password: "env:FLUSSI_TEST_SECRET"`) +
		endpoint("credenziale", `password: "cred:cred"`) +
		endpoint("comando", `password: "command:sh -c 'echo `+v.secrets["command's output"]+`; echo `+v.secrets["command's argument"]+` >&2; exit 3'"`) +
		endpoint("comando-che-dice", `password: "command:echo `+v.secrets["command's output"]+`"`) +
		endpoint("proxy", `password: "`+password+`", via: "socks5://io@`+v.proxy()+`", via_password: "`+v.secret("via-password")+`"`) +
		"  chiuso: {address: \"" + v.closed() + "\", user: u, host_keys: [\"" + hostKey + "\"], password: \"" + password + "\"}\n" +
		"  estraneo: {address: \"" + server + "\", user: u, host_keys: [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHRElqpl8UiiDhsQciLskByGmhokc1o8J1TllcXsZAx\"], password: \"" + password + "\"}\n"
	names := []string{"buono", "rifiutata", "domande", "sigillata", "variabile", "credenziale", "comando", "comando-che-dice", "proxy", "chiuso", "estraneo"}
	for _, name := range names {
		more := ""
		if name == "buono" {
			more = "disclose: [{to: regione-lazio}]\n"
		} else {
			more = "report: r-" + name + "\n"
		}
		writeIn(t, v.dir, "schedules/"+name+".yaml", "name: "+name+"\nwhen: \"0 5 * * *\"\npull: {from: \""+name+":/out\"}\nflow: auto\n"+more)
	}
	for _, dir := range []string{"server/users/REGLAZ01/out"} {
		if err := os.MkdirAll(filepath.Join(v.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	v.publish(1)
	withPassword, withToken := v.told(tls.Certificate{Certificate: [][]byte{certificate}, PrivateKey: listenerKey})
	configure := func(more string) { writeIn(t, v.dir, "flussi.yaml", base+more) }

	configure("")
	for _, args := range [][]string{{"check"}, {"check", "--json"}, {"check", "--connect"}, {"check", "--connect", "--json"}, {"plan"}} {
		v.play(ctx, args...)
	}
	for _, name := range names {
		code, said := v.play(ctx, "run", name)
		if name == "buono" && code != exitPartial && code != exitDone || name != "buono" && code == exitDone {
			t.Errorf("run %s: exit code %d\n%s", name, code, said)
		}
		switch name { // each costs the waits of its endpoint
		case "buono", "rifiutata", "comando", "domande":
			v.play(ctx, "run", name, "--json")
			v.play(ctx, "ls", name+":/out")
			v.play(ctx, "get", name+":/out/nulla", filepath.Join(v.dir, "preso"), "--json")
		}
	}
	for _, told := range []string{withPassword, withToken} {
		configure(told)
		v.playTold(ctx)
	}
	for _, more := range []string{
		withPassword + "log: {format: json, level: debug, syslog: {address: \"udp://" + packets.LocalAddr().String() + "\"}}\n",
		withToken + "log: {level: debug, syslog: {address: \"udp://" + packets.LocalAddr().String() + "\", format: rfc5424}}\n",
	} {
		configure(more)
		overdue(t, v.dir, names...)
		working, end := context.WithCancel(ctx)
		var daemon sync.WaitGroup
		var said string
		daemon.Go(func() { _, said = v.play(working, "daemon") })
		v.watch(listen, certificate)
		end()
		daemon.Wait()
		for _, name := range names {
			if !strings.Contains(said, name) {
				t.Errorf("%s: the daemon did not run %s\n%s", more, name, said)
			}
		}
	}
	for _, args := range [][]string{
		{"status"}, {"status", "--json"}, {"history"}, {"history", "--json"}, {"audit", "verify", "--json"}, {"audit", "checkpoint"}, {"audit", "who"},
		{"audit", "export", "--out", filepath.Join(v.dir, "estratto")}, {"sent", "--json"}, {"quarantine", "ls"}, {"outcomes"},
		{"audit", "report", "--from", "2020-01-01", "--to", "2099-12-31", "--out", filepath.Join(v.dir, "relazione.html")},
	} {
		v.play(ctx, args...)
	}
	v.publish(2)
	v.panics(ctx, "buono")
	// The house's own key is a secret too, wherever but in its file.
	if master, err := os.ReadFile(filepath.Join(v.dir, "stato", "master.key")); err != nil || len(bytes.TrimSpace(master)) < 64 {
		t.Fatalf("the house's key: %v", err)
	} else {
		v.secrets["master key"] = string(bytes.TrimSpace(master))
	}
	v.backups(ctx)
	for who, heard := range v.heard {
		if heard.Len() < 2000 {
			t.Errorf("%s heard %d bytes only", who, heard.Len())
		}
		v.search(who, heard.Bytes())
	}
	if len(v.heard) != 1 || v.said < 50_000 {
		t.Errorf("only %d bytes were said, to %d", v.said, len(v.heard))
	}
	found, files := v.secrets.Encoded().Below(t, v.dir, func(rel string) bool {
		return rel == "flussi.yaml" || strings.HasPrefix(rel, "segreti/") || rel == "stato/master.key" || strings.HasPrefix(rel, "server/")
	})
	for _, where := range found {
		t.Error(where)
	}
	if files < 20 {
		t.Errorf("only %d files to search", files)
	}
	// The search itself finds them where they are.
	if found, _ := v.secrets.Below(t, filepath.Join(v.dir, "segreti"), func(string) bool { return false }); len(found) < 12 {
		t.Errorf("the search finds only %v", found)
	}
}

// publish has the server offer a flow.
func (v *vault) publish(n int) {
	v.Helper()
	var flow bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 40, Seed: uint64(n), Progressivo: n, Ente: synth.Ente{Codice: "H501", Indirizzo: "H501"}}); err != nil {
		v.Fatal(err)
	}
	writeIn(v.T, v.dir, fmt.Sprintf("server/users/REGLAZ01/out/%d.xml", n), flow.String())
}

// overdue has schedules due since the day before.
func overdue(t *testing.T, dir string, names ...string) {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(dir, "stato", exchange.LedgerName), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-48 * time.Hour)
	err = l.Update(t.Context(), func(tx *ledger.Tx) error {
		var errs []error
		for _, name := range names {
			errs = append(errs, tx.SetStanding(t.Context(), ledger.Standing{Schedule: name, Settled: long, Watched: long, Times: "0 5 * * *"}),
				tx.Resettle(t.Context(), name, long), tx.SetCircuit(t.Context(), ledger.Circuit{Endpoint: name}))
		}
		return errors.Join(errs...)
	})
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
}

// watch looks at a daemon, with the token and with others, until nothing is under way.
func (v *vault) watch(listen string, certificate []byte) {
	v.Helper()
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		v.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool}}}
	token := v.secrets["listen-token"]
	ask := func(path, token string) (int, string) {
		request, err := http.NewRequestWithContext(v.Context(), http.MethodGet, "https://"+listen+path, nil)
		if err != nil {
			v.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := client.Do(request)
		if err != nil {
			return 0, err.Error()
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		v.search(path, body)
		v.search(path+", headers", fmt.Append(nil, response.Header))
		return response.StatusCode, string(body)
	}
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		code, body := ask("/metrics", token)
		// All but the good one are held up.
		if code == http.StatusOK && strings.Contains(body, "flussi_runs_in_progress 0") && strings.Count(body, "flussi_schedule_blocked{") >= 10 {
			break
		}
		if time.Now().After(end) {
			v.Fatalf("the daemon never came to rest: %d %s", code, body)
		}
	}
	ask("/metrics", token+"x")
	ask("/healthz", token)
	ask("/readyz", token)
	ask("/"+url.PathEscape(token), token)
}

func waitForHostKey(t *testing.T, address string) string {
	t.Helper()
	var key string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		client, err := ssh.Dial("tcp", address, &ssh.ClientConfig{User: "x", HostKeyAlgorithms: []string{ssh.KeyAlgoED25519}, HostKeyCallback: func(_ string, _ net.Addr, k ssh.PublicKey) error {
			key = strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k)))
			return errors.New("seen")
		}})
		if err == nil {
			_ = client.Close()
		}
		if key != "" {
			return key
		}
	}
	t.Fatal("no host key")
	return ""
}
