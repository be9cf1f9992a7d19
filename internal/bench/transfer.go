//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"flussi/internal/sftp/sftptest"
	"flussi/internal/testshared"
)

// sizes are how much the transfers move.
type sizes struct {
	large, far, once int64 // bytes of the files: near, 20 ms away, read once
	files            int   // of 4 KiB
}

const (
	fileSize  = 4 << 10
	roundTrip = 20 * time.Millisecond
	cipher    = "aes128-gcm@openssh.com"
)

// benchTransfers times SFTP transfers beside OpenSSH's sftp, rclone, lftp,
// rsync and pkg/sftp, against one real sshd, and writes their page.
func benchTransfers(ctx context.Context, out string, n sizes, runs int) (err error) {
	s := &scene{}
	defer func() { err = errors.Join(err, s.end()) }()
	t, err := newTransfers(ctx, s, n)
	if err != nil {
		return err
	}
	written := &bytes.Buffer{}
	p := &transferPage{page{w: written}}
	p.head(ctx, runs)
	for _, table := range []func(context.Context, int) (titled, error){t.near, t.far, t.small, t.once, t.onDisk} {
		c, err := table(ctx, runs)
		if err != nil {
			return err
		}
		p.table(c)
	}
	p.commands(t)
	if p.err != nil {
		return p.err
	}
	if err := os.WriteFile(out, written.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	fmt.Print(written.String())
	return nil
}

// titled is a contest with the words over it.
type titled struct {
	title, rival string
	contest
}

// transfers is the place they happen in: an sshd, files to serve, a place to
// put them, on a file system in memory where there is one.
type transfers struct {
	scene        *scene
	dir, disk    string // scratch folders: in memory, on the disk
	flussi, self string
	server       *testshared.Server
	delayed      *sftptest.Relay
	key, known   string
	n            sizes
	shown        []string
}

func newTransfers(ctx context.Context, s *scene, n sizes) (*transfers, error) {
	t := &transfers{scene: s, n: n, dir: s.TempDir(), disk: s.diskDir()}
	s.run(func() { t.server = testshared.StartSSHD(s, "MaxSessions 64") })
	s.run(func() { t.delayed = sftptest.StartRelay(s, t.server.Address, roundTrip/2) })
	if s.failed != nil {
		return nil, s.failed
	}
	t.flussi = filepath.Join(t.dir, "flussi")
	if err := build(ctx, t.flussi); err != nil {
		return nil, err
	}
	var err error
	if t.self, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("find ourselves: %w", err)
	}
	t.key, t.known = filepath.Join(t.dir, "key"), filepath.Join(t.dir, "known_hosts")
	known := ""
	for _, address := range []string{t.server.Address, t.delayed.Address()} {
		host, port, _ := strings.Cut(address, ":")
		known += fmt.Sprintf("[%s]:%s %s\n", host, port, t.server.HostKey)
	}
	configuration := fmt.Sprintf(`
ente: {codice: "120", denominazione: Regione di prova}
state: stato
endpoints:
  near: {address: %q, user: %q, key: "file:key", host_keys: [%q]}
  far: {address: %q, user: %q, key: "file:key", host_keys: [%q]}
`, t.server.Address, t.server.User, t.server.HostKey, t.delayed.Address(), t.server.User, t.server.HostKey)
	for path, text := range map[string]string{t.key: t.server.Key, t.known: known, filepath.Join(t.dir, "flussi.yaml"): configuration} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("write configuration: %w", err)
		}
	}
	for name, size := range map[string]int64{"large": n.large, "far": n.far, "once": n.once} {
		if err := randomFile(filepath.Join(t.server.Served, name), size); err != nil {
			return nil, err
		}
	}
	small := filepath.Join(t.server.Served, "small")
	if err := os.Mkdir(small, 0o755); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	for i := range n.files {
		if err := randomFile(filepath.Join(small, fmt.Sprintf("f%05d", i)), fileSize); err != nil {
			return nil, err
		}
	}
	return t, os.Mkdir(t.got(), 0o755)
}

func randomFile(path string, size int64) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("make data: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.CopyN(f, rand.Reader, size)
	return err
}

func (t *transfers) got() string { return filepath.Join(t.dir, "got") }

func (t *transfers) served(name string) string { return filepath.Join(t.server.Served, name) }

// clean empties the place that files are put in.
func clean(dir string) func() error {
	return func() error { return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o755)) }
}

// near is one large file, down and up, with the server on this machine.
func (t *transfers) near(ctx context.Context, runs int) (titled, error) {
	c, err := t.large(ctx, runs, "near", t.server.Address, "large", t.n.large)
	c.title = fmt.Sprintf("One file of %s, the server on this machine, everything on a file system in memory", mib(t.n.large))
	return c, err
}

// far is the same through a relay that makes every byte wait.
func (t *transfers) far(ctx context.Context, runs int) (titled, error) {
	c, err := t.large(ctx, runs, "far", t.delayed.Address(), "far", t.n.far)
	c.title = fmt.Sprintf("One file of %s, on one connection, %v away (there and back)", mib(t.n.far), roundTrip)
	return c, err
}

func (t *transfers) large(ctx context.Context, runs int, endpoint, address, name string, size int64) (titled, error) {
	host, port, _ := strings.Cut(address, ":")
	from, to := t.served(name), filepath.Join(t.got(), name)
	up := filepath.Join(t.server.Served, "up")
	sum, err := sumOf(from)
	if err != nil {
		return titled{}, err
	}
	batch := filepath.Join(t.dir, "batch")
	if err := os.WriteFile(batch, []byte("put "+from+" "+up+"\n"), 0o600); err != nil {
		return titled{}, fmt.Errorf("write batch: %w", err)
	}
	sftp := []string{"sftp", "-q", "-i", t.key, "-o", "UserKnownHostsFile=" + t.known, "-o", "Ciphers=" + cipher, "-P", port}
	who := t.server.User + "@" + host
	rclone := []string{"rclone", "copyto", "--config", "/dev/null", "--ignore-times", "--sftp-disable-hashcheck", "--sftp-chunk-size", "255Ki", "--sftp-concurrency", "64"}
	remote := fmt.Sprintf(":sftp,host=%s,port=%s,user=%s,key_file=%q:", host, port, t.server.User, t.key)
	lftp := func(command string) []string {
		return []string{"lftp", "-e", fmt.Sprintf("set sftp:connect-program 'ssh -a -x -i %s -o UserKnownHostsFile=%s -o Ciphers=%s'; open -u %s,x -p %s sftp://%s; %s; bye",
			t.key, t.known, cipher, t.server.User, port, host, command)}
	}
	before := func() error { return errors.Join(clean(t.got())(), os.RemoveAll(up)) }
	right := func(path string) func() error { return func() error { return checkSum(path, sum) } }
	all := []contender{
		{name: "down: OpenSSH sftp", args: append(append([]string{}, sftp...), who+":"+from, to), after: right(to)},
		{name: "down: flussi get", args: []string{t.flussi, "--config", filepath.Join(t.dir, "flussi.yaml"), "get", endpoint + ":" + from, to}, after: right(to)},
		{name: "down: rclone", args: append(append([]string{}, rclone...), remote+from, to), after: right(to)},
		{name: "down: lftp pget -n 4", args: lftp(fmt.Sprintf("pget -n 4 %s -o %s", from, to)), after: right(to)},
		{name: "up: OpenSSH sftp", args: append(append([]string{}, sftp...), "-b", batch, who), after: right(up)},
		{name: "up: flussi's client", args: []string{t.self, "-client", "deliver", "-address", address, "-in", t.dir, "-host-key", t.server.HostKey, "-user", t.server.User, from, up}, after: right(up)},
		{name: "up: rclone", args: append(append([]string{}, rclone...), from, remote+up), after: right(up)},
		{name: "up: lftp put", args: lftp(fmt.Sprintf("put %s -o %s", from, up)), after: right(up)},
	}
	for i := range all {
		all[i].before = before
	}
	return t.raced(ctx, "sftp", workload{bytes: size, records: 1}, runs, all, 4)
}

// small is a folder of many small files, down.
func (t *transfers) small(ctx context.Context, runs int) (titled, error) {
	_, port, _ := strings.Cut(t.server.Address, ":")
	ssh := fmt.Sprintf("ssh -q -c %s -i %s -o UserKnownHostsFile=%s -p %s", cipher, t.key, t.known, port)
	to := t.got() + "/"
	whole := func() error {
		found, err := os.ReadDir(t.got())
		if err == nil && len(found) != t.n.files {
			err = fmt.Errorf("%d files of %d", len(found), t.n.files)
		}
		return err
	}
	all := []contender{
		{name: "rsync -a -e ssh", args: []string{"rsync", "-a", "-e", ssh, t.server.User + "@127.0.0.1:" + t.served("small") + "/", to}},
		{name: "flussi get", args: []string{t.flussi, "--config", filepath.Join(t.dir, "flussi.yaml"), "get", "near:" + t.served("small") + "/*", to}},
		{name: "OpenSSH sftp", args: []string{"sftp", "-q", "-i", t.key, "-o", "UserKnownHostsFile=" + t.known, "-o", "Ciphers=" + cipher, "-P", port, t.server.User + "@127.0.0.1:" + t.served("small") + "/*", to}},
	}
	for i := range all {
		all[i].before, all[i].after = clean(t.got()), whole
	}
	c, err := t.raced(ctx, "rsync", workload{bytes: int64(t.n.files) * fileSize, records: t.n.files}, runs, all, 0)
	c.title = fmt.Sprintf("%d files of 4 KiB, down (flussi enters each in its ledger and in the audit log)", t.n.files)
	return c, err
}

// once is a file that a server may hand out only once, far away: no STAT after
// OPEN, no READ past the end, one handle. pkg/sftp's way that is safe there is
// one READ after the other.
func (t *transfers) once(ctx context.Context, runs int) (titled, error) {
	from := t.served("once")
	client := func(how string) []string {
		return []string{t.self, "-client", how, "-address", t.delayed.Address(), "-in", t.dir, "-host-key", t.server.HostKey, "-user", t.server.User, from, filepath.Join(t.got(), "once")}
	}
	c, err := t.raced(ctx, "pkg/sftp", workload{bytes: t.n.once, records: 1}, 1, []contender{
		{name: "pkg/sftp, one READ after the other", args: client("pkg"), before: clean(t.got())},
		{name: "flussi's client, as with a server that removes", args: client("once"), before: clean(t.got())},
	}, 0)
	c.title = fmt.Sprintf("One file of %s that may be read only once, %v away", mib(t.n.once), roundTrip)
	return c, err
}

// onDisk is the large file with the durability of the spool, plain and sealed.
func (t *transfers) onDisk(ctx context.Context, runs int) (titled, error) {
	_, port, _ := strings.Cut(t.server.Address, ":")
	from, place := t.served("large"), filepath.Join(t.disk, "got")
	client := func(how string) []string {
		return []string{t.self, "-client", how, "-address", t.server.Address, "-in", t.dir, "-host-key", t.server.HostKey, "-user", t.server.User, from, place}
	}
	all := []contender{
		{name: "OpenSSH sftp (no fsync)", args: []string{"sftp", "-q", "-i", t.key, "-o", "UserKnownHostsFile=" + t.known, "-o", "Ciphers=" + cipher, "-P", port, t.server.User + "@127.0.0.1:" + from, place + "/"}},
		{name: "flussi's client, into the spool, fsynced", args: client("spool")},
		{name: "flussi's client, into the spool, sealed with age, fsynced", args: client("sealed")},
	}
	for i := range all {
		all[i].before = clean(place)
	}
	c, err := t.raced(ctx, "sftp", workload{bytes: t.n.large, records: 1}, runs, all, 0)
	c.title = fmt.Sprintf("One file of %s, down onto the disk", mib(t.n.large))
	return c, err
}

// raced runs a contest and keeps its commands for the page. Of every rounds
// contenders the first is the rival of the others; 0: of all.
func (t *transfers) raced(ctx context.Context, rival string, work workload, runs int, all []contender, every int) (titled, error) {
	c, err := race(ctx, work, runs, all)
	c.every = every
	for _, one := range all {
		line := strings.Join(one.args, " ")
		for path, name := range map[string]string{
			t.server.Served: "SERVED", t.disk: "DISK", t.dir: "DIR", t.self: "go run ./internal/bench", t.server.Address: "127.0.0.1:PORT", t.delayed.Address(): "127.0.0.1:RELAY",
			t.server.HostKey: "KEY", " -user " + t.server.User: " -user USER", t.server.User + "@": "USER@", "user=" + t.server.User: "user=USER", "-u " + t.server.User: "-u USER",
		} {
			line = strings.ReplaceAll(line, path, name)
		}
		t.shown = append(t.shown, line)
	}
	return titled{rival: rival, contest: c}, err
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("open: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("hash: %w", err)
	}
	return string(h.Sum(nil)), nil
}

func checkSum(path, want string) error {
	if got, err := sumOf(path); err != nil || got != want {
		return fmt.Errorf("what arrived is not what was sent: %w", err)
	}
	return nil
}

func mib(n int64) string {
	if n >= 1<<30 && n%(1<<30) == 0 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// transferPage is the page of the transfers.
type transferPage struct{ page }

func (p *transferPage) head(ctx context.Context, runs int) {
	p.line("# Transfers, measured")
	p.line("")
	p.line("Written by `make bench`; do not edit. Whole processes, as the operating system accounts for them, taken in")
	p.line("turn after one round of warm-up, against one OpenSSH `internal-sftp` on loopback, the cipher %s", cipher)
	p.line("for all. Figures are medians; ratios are medians of the ratios within each round. Client and server share the")
	p.line("machine's cores. flussi's figures include the SHA-256 of what passes; those of the rivals do not. That what")
	p.line("arrived is what was sent is checked after each run and not counted. The peak memory of a command is never told")
	p.line("as less than this benchmark's own, from which it was started.")
	p.line("")
	p.line("- machine: %s, %d cores, %s/%s", cpuModel(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	p.line("- versions: %s; %s; %s; %s; %s", runtime.Version(), version(ctx, "ssh", "-V"), version(ctx, "rclone", "version"), version(ctx, "lftp", "--version"), version(ctx, "rsync", "--version"))
	p.line("- counted runs of each: %d (of what is read once, 1: one takes minutes)", runs)
}

func (p *transferPage) table(c titled) {
	p.line("")
	p.line("## %s", c.title)
	p.line("")
	p.line("| command | wall s | CPU s | MB/s | peak MiB | wall, times faster than %s | CPU, times %s's |", c.rival, c.rival)
	p.line("|---|---|---|---|---|---|---|")
	for i, one := range c.contenders {
		var walls, cpus []time.Duration
		var peaks []int64
		var faster, dearer []float64
		base := c.measured[0]
		if c.every > 0 {
			base = c.measured[i/c.every*c.every]
		}
		for round, m := range c.measured[i] {
			walls, cpus, peaks = append(walls, m.wall), append(cpus, m.cpu), append(peaks, m.peak)
			faster = append(faster, base[round].wall.Seconds()/m.wall.Seconds())
			dearer = append(dearer, m.cpu.Seconds()/base[round].cpu.Seconds())
		}
		wall := median(walls).Seconds()
		p.line("| %s | %.2f | %.2f | %.0f | %d | %.2f | %.2f |", one.name, wall, median(cpus).Seconds(), float64(c.work.bytes)/1e6/wall, median(peaks)>>20, median(faster), median(dearer))
	}
}

func (p *transferPage) commands(t *transfers) {
	p.line("")
	p.line("Commands (`-client` is internal/bench itself, for what no command of flussi does alone):")
	p.line("")
	p.line("```sh")
	for _, line := range t.shown {
		p.line("%s", line)
	}
	p.line("```")
}
