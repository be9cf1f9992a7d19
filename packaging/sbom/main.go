// Command sbom writes what a program is made of, as CycloneDX 1.6: every module that Go
// linked into it, with its version, the hash that go.sum knows it by, and its licences as
// the module's own files say them. The same program and SOURCE_DATE_EPOCH give the same
// bytes.
//
//	sbom BINARY VERSION > sbom.cdx.json
//
// It fails on a module whose licence it does not know: somebody has to look at it.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom BINARY VERSION")
		os.Exit(2)
	}
	if err := write(os.Stdout, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

// The parts of a CycloneDX document that are used, in the order in which they are written.
type (
	document struct {
		Schema       string       `json:"$schema"`
		BOMFormat    string       `json:"bomFormat"`
		SpecVersion  string       `json:"specVersion"`
		SerialNumber string       `json:"serialNumber"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Licenses   []licence  `json:"licenses"`
		PURL       string     `json:"purl"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Alg     string `json:"alg"`
		Content string `json:"content"`
	}
	licence struct {
		Expression string `json:"expression"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn,omitempty"`
	}
)

func write(out io.Writer, binary, version string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(program)
	made, err := epoch()
	if err != nil {
		return err
	}
	self := component{
		Type: "application", Ref: purl("flussi", version), Name: "flussi", Version: version, PURL: purl("flussi", version),
		Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}}, Licenses: []licence{{"EUPL-1.2"}},
		Properties: []property{{"go:platform", setting(info, "GOOS") + "/" + setting(info, "GOARCH")}},
	}
	doc := document{
		Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", BOMFormat: "CycloneDX", SpecVersion: "1.6", Version: 1,
		SerialNumber: serial(sum), Metadata: metadata{made.Format(time.RFC3339), self},
	}
	std := strings.TrimPrefix(info.GoVersion, "go")
	doc.Components = append(doc.Components, component{
		Type: "library", Ref: purl("std", std), Name: "std", Version: std, PURL: purl("std", std), Licenses: []licence{{"BSD-3-Clause"}},
	})
	dirs, err := folders(info.Deps)
	if err != nil {
		return err
	}
	for _, m := range info.Deps {
		c, err := ofModule(m, dirs)
		if err != nil {
			return err
		}
		doc.Components = append(doc.Components, c)
	}
	all := dependency{Ref: self.Ref}
	for _, c := range doc.Components {
		all.DependsOn = append(all.DependsOn, c.Ref)
	}
	doc.Dependencies = []dependency{all}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// epoch is SOURCE_DATE_EPOCH, or else the first moment there is.
func epoch() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return time.Unix(0, 0).UTC(), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0).UTC(), err
}

func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// serial is a UUID (of version 8) that is the program's.
func serial(sum [32]byte) string {
	id := sum[:16]
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// folders finds where the files of modules are, by path@version.
func folders(modules []*debug.Module) (map[string]string, error) {
	args := []string{"list", "-m", "-f", "{{.Path}}@{{.Version}}\t{{.Dir}}"}
	for _, m := range modules {
		if m.Replace != nil {
			m = m.Replace
		}
		args = append(args, m.Path+"@"+m.Version)
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		return nil, fmt.Errorf("find the modules: %w", err)
	}
	dirs := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, dir, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		dirs[name] = dir
	}
	return dirs, nil
}

// ofModule describes a module, or the one that stands in its place.
func ofModule(m *debug.Module, dirs map[string]string) (component, error) {
	if m.Replace != nil {
		m = m.Replace
	}
	licences, err := licencesIn(dirs[m.Path+"@"+m.Version])
	if err != nil {
		return component{}, fmt.Errorf("%s: %w", m.Path, err)
	}
	c := component{
		Type: "library", Ref: purl(m.Path, m.Version), Name: m.Path, Version: m.Version, PURL: purl(m.Path, m.Version), Licenses: []licence{{strings.Join(licences, " AND ")}},
	}
	// go.sum's hash is of the names and hashes of the module's files, not of one file: it
	// has a name of its own.
	if _, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err != nil || m.Sum == "" {
		return component{}, errors.New(m.Path + " has no hash in go.sum")
	}
	c.Properties = []property{{"go:sum", m.Sum}}
	return c, nil
}

// purl is a package URL (github.com/package-url/purl-spec, golang).
func purl(path, version string) string {
	return "pkg:golang/" + strings.ToLower(path) + "@" + strings.ReplaceAll(url.PathEscape(version), "+", "%2B")
}
