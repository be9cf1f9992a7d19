package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"flussi/internal/testshared"
)

// image is what a reader of the specification finds in a layout.
type image struct {
	files    map[string][]byte
	manifest descriptor
	config   struct {
		Architecture, OS string
		Config           struct {
			User                 string
			Entrypoint, Cmd, Env []string
			Volumes              map[string]struct{}
			Healthcheck          struct{ Test []string }
		}
		RootFS struct {
			Type    string
			DiffIDs []string `json:"diff_ids"`
		}
	}
	layer []byte // unpacked
}

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// read follows a layout from its index to its layer, and holds every digest and size on the
// way against the bytes.
func read(t *testing.T, packed []byte) *image {
	t.Helper()
	im := &image{files: map[string][]byte{}}
	files := tar.NewReader(bytes.NewReader(packed))
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		im.files[h.Name] = body
	}
	if string(im.files["oci-layout"]) != `{"imageLayoutVersion":"1.0.0"}` {
		t.Errorf("oci-layout: %s", im.files["oci-layout"])
	}
	decode := func(body []byte, into any) {
		t.Helper()
		if err := json.Unmarshal(body, into); err != nil {
			t.Fatal(err)
		}
	}
	used := 0
	blob := func(d descriptor, mediaType string) []byte {
		t.Helper()
		body, there := im.files["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")]
		if !there || !digestForm.MatchString(d.Digest) || digest(body) != d.Digest || len(body) != d.Size || d.MediaType != mediaType {
			t.Fatalf("%+v is not what is there", d)
		}
		used++
		return body
	}
	var index struct {
		SchemaVersion int
		MediaType     string
		Manifests     []descriptor
	}
	decode(im.files["index.json"], &index)
	if index.SchemaVersion != 2 || index.MediaType != layoutType || len(index.Manifests) != 1 {
		t.Fatalf("%+v", index)
	}
	im.manifest = index.Manifests[0]
	var manifest struct {
		SchemaVersion int
		MediaType     string
		Config        descriptor
		Layers        []descriptor
	}
	decode(blob(im.manifest, manifestType), &manifest)
	if manifest.SchemaVersion != 2 || manifest.MediaType != manifestType || len(manifest.Layers) != 1 {
		t.Fatalf("%+v", manifest)
	}
	decode(blob(manifest.Config, configType), &im.config)
	z, err := gzip.NewReader(bytes.NewReader(blob(manifest.Layers[0], layerType)))
	if err != nil {
		t.Fatal(err)
	}
	if im.layer, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	if ids := im.config.RootFS.DiffIDs; im.config.RootFS.Type != "layers" || len(ids) != 1 || ids[0] != digest(im.layer) {
		t.Errorf("rootfs %+v, the layer is %s", im.config.RootFS, digest(im.layer))
	}
	for name := range im.files {
		if strings.HasPrefix(name, "blobs/sha256/") && len(name) > len("blobs/sha256/") {
			used--
		}
	}
	if used != 0 {
		t.Error("blobs that nothing names")
	}
	return im
}

// TestImage makes the image of the program, reads it as the specification has it, unpacks
// its layer and plays the demo in it, as the image's user and with nothing else there.
func TestImage(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "flussi")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", binary, "flussi/cmd/flussi")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sbom := filepath.Join(dir, "sbom.json")
	if err := os.WriteFile(sbom, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1767225600")
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := run(out, binary, sbom, "../../LICENSE", runtime.GOARCH, "1.2.3"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("not the same twice")
	}
	im := read(t, first.Bytes())
	if im.config.OS != "linux" || im.config.Architecture != runtime.GOARCH || im.manifest.Platform["architecture"] != runtime.GOARCH || im.config.Config.User != "65532:65532" {
		t.Errorf("%+v", im.config)
	}
	for _, volume := range []string{"/var/lib/flussi", "/var/lib/flussi-dataset"} {
		if _, there := im.config.Config.Volumes[volume]; !there {
			t.Errorf("%s is no volume", volume)
		}
	}
	recipe, err := os.ReadFile("Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, same := range []string{"USER 65532:65532", `"` + strings.Join(im.config.Config.Healthcheck.Test[1:], `", "`) + `"`, `ENTRYPOINT ["/usr/bin/flussi"]`, `CMD ["` + strings.Join(im.config.Config.Cmd, `", "`) + `"]`} {
		if !bytes.Contains(recipe, []byte(same)) {
			t.Errorf("Containerfile has no %s", same)
		}
	}
	if os.Getuid() != 0 {
		testshared.Skip(t, "root, for chroot")
	}
	root := filepath.Join(dir, "root")
	unpack(t, im.layer, root)
	inside := func(args ...string) ([]byte, error) {
		cmd := exec.Command(im.config.Config.Entrypoint[0], args...)
		cmd.Dir, cmd.Env = "/var/lib/flussi", im.config.Config.Env
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		return cmd.CombinedOutput()
	}
	if out, err := inside("demo", "--beneficiari", "60", "--dir", "/var/lib/flussi/prova"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := inside("audit", "verify", "--config", "/var/lib/flussi/prova/flussi.yaml"); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := inside("status", "--alive", "--config", "/var/lib/flussi/prova/flussi.yaml"); err == nil {
		t.Errorf("no daemon is at work, and it is told to be well: %s", out)
	}
	if out, err := inside("demo", "--dir", "/usr/prova"); err == nil {
		t.Errorf("it writes outside its folders: %s", out)
	}
}

// unpack makes the files of a layer, with their owners.
func unpack(t *testing.T, layer []byte, root string) {
	t.Helper()
	files := tar.NewReader(bytes.NewReader(layer))
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		path := filepath.Join(root, h.Name)
		if err == nil && h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else if err == nil {
			var body []byte
			if body, err = io.ReadAll(files); err == nil {
				err = os.WriteFile(path, body, 0o600)
			}
		}
		if err = errors.Join(err, os.Chown(path, h.Uid, h.Gid), os.Chmod(path, mode(h))); err != nil {
			t.Fatal(err)
		}
	}
}

func mode(h *tar.Header) fs.FileMode { return h.FileInfo().Mode() }
