// Package packaging_test builds the packages as make packages does and reads them back with
// dpkg-deb and rpm; the unit is judged by systemd itself.
package packaging_test

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/testshared"
)

// mostExposed is what the unit may reach of systemd's 10.
const mostExposed = 2.0

// TestUnit has systemd read the unit: it finds no fault, and little that the daemon could
// reach beyond its own.
func TestUnit(t *testing.T) {
	analyze := testshared.Peer(t, "systemd-analyze")
	text, err := os.ReadFile("flussi.service")
	if err != nil {
		t.Fatal(err)
	}
	// Verify wants a program that is there.
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	installed := []byte("ExecStart=/usr/bin/flussi ")
	if !bytes.Contains(text, installed) {
		t.Fatal("the unit does not start /usr/bin/flussi")
	}
	unit := filepath.Join(t.TempDir(), "flussi.service")
	if err := os.WriteFile(unit, bytes.Replace(text, installed, []byte("ExecStart="+self+" "), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(analyze, "verify", "--man=no", unit).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("verify: %v: %s", err, said)
	}
	if exposure := exposure(t, analyze, unit); exposure > mostExposed {
		t.Errorf("exposure %.1f, more than %.1f", exposure, mostExposed)
	} else {
		t.Logf("exposure %.1f", exposure)
	}
	// The judge tells a bare unit from this one.
	bare := filepath.Join(t.TempDir(), "flussi.service")
	if err := os.WriteFile(bare, []byte("[Service]\nExecStart="+self+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if exposure := exposure(t, analyze, bare); exposure <= mostExposed {
		t.Errorf("a bare unit is judged %.1f", exposure)
	}
}

var overall = regexp.MustCompile(`Overall exposure level for flussi\.service: ([0-9.]+)`)

func exposure(t *testing.T, analyze, unit string) float64 {
	t.Helper()
	said, err := exec.Command(analyze, "security", "--offline=true", "--no-pager", unit).CombinedOutput()
	found := overall.FindSubmatch(said)
	if found == nil {
		t.Fatalf("security: %v: %s", err, said)
	}
	level, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return level
}

// TestExample reads the example configuration as flussi would.
func TestExample(t *testing.T) {
	text, err := os.ReadFile("flussi.yaml.esempio")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("flussi.yaml", text, "/etc/flussi")
	if err != nil {
		t.Fatal(err)
	}
	unit, err := os.ReadFile("flussi.service")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(cfg.State, "/var/lib/flussi/") || !bytes.Contains(unit, []byte("\nStateDirectory=flussi\n")) {
		t.Errorf("the unit lets nobody write %s", cfg.State)
	}
	if !bytes.Contains(unit, []byte("\nReadWritePaths=-"+cfg.Datasets+"\n")) {
		t.Errorf("the unit lets nobody write %s", cfg.Datasets)
	}
}

// held is what a package holds at a path: type and permissions, link, owner.
type held struct {
	mode  fs.FileMode
	owner string
	body  []byte
}

// everywhere is what both kinds of package hold, but for what lies in docFolder.
var everywhere = map[string]fs.FileMode{
	"/usr/bin/flussi":                                  0o755,
	"/usr/lib/systemd/system/flussi.service":           0o644,
	"/usr/lib/sysusers.d/flussi.conf":                  0o644,
	"/usr/lib/tmpfiles.d/flussi.conf":                  0o644,
	"/usr/share/man/man1/flussi.1.gz":                  0o644,
	"/usr/share/man/it/man1/flussi.1.gz":               0o644,
	"/usr/share/bash-completion/completions/flussi":    0o644,
	"/usr/share/fish/vendor_completions.d/flussi.fish": 0o644,
	"/etc/flussi":                     fs.ModeDir | 0o750,
	"/etc/flussi/flussi.yaml.esempio": 0o644,
}

const docFolder = "/usr/share/doc/flussi"

func TestPackages(t *testing.T) {
	nfpm, dpkg, rpm := testshared.Peer(t, "nfpm"), testshared.Peer(t, "dpkg-deb"), testshared.Peer(t, "rpm")
	first, second := build(t, nfpm), build(t, nfpm)
	for kind, name := range map[string]string{"deb": "flussi_1.2.3_amd64.deb", "rpm": "flussi-1.2.3-1.x86_64.rpm"} {
		t.Run(kind, func(t *testing.T) {
			file := filepath.Join(first, name)
			was, err := os.ReadFile(file)
			is, again := os.ReadFile(filepath.Join(second, name))
			if err := errors.Join(err, again); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(was, is) {
				t.Error("built twice, it is another file")
			}
			var holds map[string]held
			zsh := "/usr/share/zsh/site-functions/_flussi"
			if kind == "deb" {
				zsh = "/usr/share/zsh/vendor-completions/_flussi"
				holds = debFiles(t, dpkg, file)
			} else {
				holds = rpmFiles(t, rpm, file)
			}
			for path, mode := range everywhere {
				if got, ok := holds[path]; !ok || got.mode != mode {
					t.Errorf("%s: %v, not %v", path, got.mode, mode)
				}
			}
			docs := 0
			for path, got := range holds {
				owner := "root:root"
				if kind == "rpm" && path == "/etc/flussi" {
					owner = "root:flussi" // or rpm --verify would find it changed
				}
				if got.owner != owner {
					t.Errorf("%s is of %s", path, got.owner)
				}
				if below, ok := strings.CutPrefix(path, docFolder); ok {
					docs++
					want := fs.FileMode(0o644)
					if got.mode.IsDir() {
						want = fs.ModeDir | 0o755
					}
					if got.mode != want && below != "/copyright" {
						t.Errorf("%s: %v", path, got.mode)
					}
					continue
				}
				if _, ok := everywhere[path]; !ok && path != zsh {
					t.Errorf("%s should not be there", path)
				}
			}
			for _, path := range []string{zsh, docFolder + "/LICENSE", docFolder + "/NOTICE", docFolder + "/docs/daemon.md", docFolder + "/docs/demone.md", docFolder + "/schedules/flussi.yaml"} {
				if _, ok := holds[path]; !ok {
					t.Errorf("%s is absent", path)
				}
			}
			if docs < 40 {
				t.Errorf("only %d files of documentation", docs)
			}
			if kind == "deb" {
				judgeProgram(t, holds["/usr/bin/flussi"].body)
			}
		})
	}
}

// build makes the packages in a folder of the test.
func build(t *testing.T, nfpm string) (out string) {
	t.Helper()
	out = t.TempDir()
	cmd := exec.Command("./build", "1.2.3", "amd64")
	cmd.Env = append(cmd.Environ(), "OUT="+out, "NFPM="+nfpm)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, said)
	}
	return out
}

// debFiles reads what dpkg would unpack, but for the folders on the way.
func debFiles(t *testing.T, dpkg, file string) map[string]held {
	t.Helper()
	unpacked, err := exec.Command(dpkg, "--fsys-tarfile", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	holds := map[string]held{}
	for r := tar.NewReader(bytes.NewReader(unpacked)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("/", h.Name)
		mode := h.FileInfo().Mode()
		if mode.IsDir() && path != "/etc/flussi" && !strings.HasPrefix(path, docFolder) {
			if mode.Perm() != 0o755 {
				t.Errorf("%s: %v", path, mode)
			}
			continue
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		holds[path] = held{mode, h.Uname + ":" + h.Gname, body}
	}
	return holds
}

// rpmFiles reads what rpm would install.
func rpmFiles(t *testing.T, rpm, file string) map[string]held {
	t.Helper()
	said, err := exec.Command(rpm, "-qp", "--nosignature", "--qf", `[%{FILENAMES}\t%{FILEMODES:octal}\t%{FILEUSERNAME}:%{FILEGROUPNAME}\n]`, file).Output()
	if err != nil {
		t.Fatal(err)
	}
	holds := map[string]held{}
	for line := range strings.Lines(string(said)) {
		var path, owner string
		var bits uint32
		if _, err := fmt.Sscanf(line, "%s\t%o\t%s", &path, &bits, &owner); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		mode := fs.FileMode(bits & 0o777)
		if bits&0o170000 == 0o040000 {
			mode |= fs.ModeDir
		}
		holds[path] = held{mode: mode, owner: owner}
	}
	return holds
}

// judgeProgram tells that the program needs no other file, and that the daemon's patience
// ends before systemd's.
func judgeProgram(t *testing.T, program []byte) {
	t.Helper()
	read, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range read.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			t.Errorf("the program is linked dynamically (%v)", part.Type)
		}
	}
	file := filepath.Join(t.TempDir(), "flussi")
	if err := os.WriteFile(file, program, 0o700); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command(file, "version").CombinedOutput(); err != nil || !bytes.HasPrefix(said, []byte("flussi 1.2.3 (")) {
		t.Errorf("%v: %s", err, said)
	}
	help, err := exec.Command(file, "daemon", "--help", "--lang", "en").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, help)
	}
	unit, err := os.ReadFile("flussi.service")
	if err != nil {
		t.Fatal(err)
	}
	patience, stop := duration(t, help, `--patience .*\(default (\S+)\)`), duration(t, unit, `\nTimeoutStopSec=(\d+m)in\n`)
	if stop <= patience {
		t.Errorf("systemd kills after %v what waits for %v", stop, patience)
	}
}

// duration is what a pattern finds.
func duration(t *testing.T, text []byte, pattern string) time.Duration {
	t.Helper()
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		t.Fatalf("nothing like %s", pattern)
	}
	d, err := time.ParseDuration(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
