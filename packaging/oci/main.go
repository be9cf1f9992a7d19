// Command oci packs a static program into an image, as the OCI image specification 1.1 has
// it: an image layout in one tar, which podman, skopeo, docker, containerd and registries
// take. No daemon and no base image is needed, for there is nothing in it but the program,
// its licence, its SBOM, a user and empty folders. The same program, SBOM and
// SOURCE_DATE_EPOCH give the same bytes.
//
//	oci BINARY SBOM LICENCE ARCH VERSION > flussi-VERSION-ARCH.oci.tar
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) != 6 {
		fmt.Fprintln(os.Stderr, "usage: oci BINARY SBOM LICENCE ARCH VERSION")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]); err != nil {
		fmt.Fprintln(os.Stderr, "oci:", err)
		os.Exit(1)
	}
}

// The image's user: nobody's on the host, and the same in Containerfile.
const uid = 65532

const (
	layoutType   = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// descriptor names a blob by what it is.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

func run(out io.Writer, binary, sbom, licence, arch, version string) error {
	made, err := epoch()
	if err != nil {
		return err
	}
	var files [3][]byte
	for i, path := range []string{binary, sbom, licence} {
		if files[i], err = os.ReadFile(path); err != nil {
			return err
		}
	}
	layer, err := rootfs(files[0], files[1], files[2], made)
	if err != nil {
		return err
	}
	packed, err := gzipped(layer)
	if err != nil {
		return err
	}
	about := map[string]string{
		"org.opencontainers.image.title": "flussi", "org.opencontainers.image.version": version,
		"org.opencontainers.image.licenses": "EUPL-1.2", "org.opencontainers.image.created": made.Format(time.RFC3339),
	}
	blobs := map[string][]byte{}
	add := func(mediaType string, body []byte) descriptor {
		d := descriptor{MediaType: mediaType, Digest: digest(body), Size: len(body)}
		blobs[d.Digest] = body
		return d
	}
	config, err := json.Marshal(imageConfig(arch, digest(layer), about, made))
	if err != nil {
		return err
	}
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": manifestType, "config": add(configType, config), "layers": []descriptor{add(layerType, packed)}, "annotations": about,
	})
	if err != nil {
		return err
	}
	d := add(manifestType, manifest)
	d.Platform = map[string]string{"os": "linux", "architecture": arch}
	d.Annotations = map[string]string{"org.opencontainers.image.ref.name": version}
	index, err := json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": layoutType, "manifests": []descriptor{d}})
	if err != nil {
		return err
	}
	return layout(out, blobs, index, made)
}

// imageConfig is how the image is run.
func imageConfig(arch, diffID string, about map[string]string, made time.Time) map[string]any {
	return map[string]any{
		"created": made.Format(time.RFC3339), "architecture": arch, "os": "linux",
		"config": map[string]any{
			"User": fmt.Sprintf("%d:%d", uid, uid), "Env": []string{"PATH=/usr/bin", "LANG=C.UTF-8"},
			"Entrypoint": []string{"/usr/bin/flussi"}, "Cmd": []string{"daemon", "--config", "/etc/flussi/flussi.yaml"},
			"Volumes":    map[string]any{"/var/lib/flussi": struct{}{}, "/var/lib/flussi-dataset": struct{}{}},
			"WorkingDir": "/var/lib/flussi", "Labels": about, "StopSignal": "SIGTERM",
			// Docker's own: the specification lets others be there.
			"Healthcheck": map[string]any{"Test": []string{"CMD", "/usr/bin/flussi", "status", "--alive"}, "Interval": int64(time.Minute), "Timeout": int64(20 * time.Second), "StartPeriod": int64(time.Minute), "Retries": 3},
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{diffID}},
		"history": []any{map[string]any{"created": made.Format(time.RFC3339), "created_by": "packaging/oci"}},
	}
}

// rootfs is all there is in the image.
func rootfs(binary, sbom, licence []byte, made time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	var errs []error
	put := func(name string, mode int64, owner int, body []byte) {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Uid: owner, Gid: owner, Size: int64(len(body)), ModTime: made, Format: tar.FormatPAX}
		if body == nil {
			h.Typeflag = tar.TypeDir
		}
		errs = append(errs, w.WriteHeader(h))
		_, err := w.Write(body)
		errs = append(errs, err)
	}
	for _, dir := range []string{"etc/", "usr/", "usr/bin/", "usr/share/", "usr/share/doc/", "usr/share/doc/flussi/", "var/", "var/lib/"} {
		put(dir, 0o755, 0, nil)
	}
	put("tmp/", 0o1777, 0, nil)
	put("etc/flussi/", 0o755, 0, nil)
	put("var/lib/flussi/", 0o700, uid, nil)
	put("var/lib/flussi-dataset/", 0o2755, uid, nil)
	put("etc/passwd", 0o644, 0, fmt.Appendf(nil, "root:x:0:0:root:/:/sbin/nologin\nflussi:x:%d:%d:flussi:/var/lib/flussi:/sbin/nologin\n", uid, uid))
	put("etc/group", 0o644, 0, fmt.Appendf(nil, "root:x:0:\nflussi:x:%d:\n", uid))
	put("usr/bin/flussi", 0o755, 0, binary)
	put("usr/share/doc/flussi/LICENSE", 0o644, 0, licence)
	put("usr/share/doc/flussi/sbom.cdx.json", 0o644, 0, sbom)
	errs = append(errs, w.Close())
	return b.Bytes(), errors.Join(errs...)
}

func gzipped(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = z.Write(body)
	err = errors.Join(err, z.Close()) // before the bytes are looked at
	return b.Bytes(), err
}

// layout writes an image layout: oci-layout, index.json and the blobs, in order.
func layout(out io.Writer, blobs map[string][]byte, index []byte, made time.Time) error {
	w := tar.NewWriter(out)
	put := func(name string, body []byte) error {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(body)), ModTime: made}
		if body == nil {
			h.Typeflag, h.Mode = tar.TypeDir, 0o755
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		_, err := w.Write(body)
		return err
	}
	errs := []error{put("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)), put("index.json", index), put("blobs/", nil), put("blobs/sha256/", nil)}
	for _, d := range slices.Sorted(maps.Keys(blobs)) {
		errs = append(errs, put("blobs/sha256/"+d[len("sha256:"):], blobs[d]))
	}
	return errors.Join(append(errs, w.Close())...)
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
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
