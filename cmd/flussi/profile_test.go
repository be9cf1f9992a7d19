package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"testing"
)

// BenchmarkCommands does what takes time in production, in one process: `make
// profile` writes down where it goes (flussi.pgo), and the compiler makes those ways
// short. The flows are others than those that docs/benchmarks*.md are about.
func BenchmarkCommands(b *testing.B) {
	dir := b.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	play := func(args ...string) {
		b.Helper()
		var said bytes.Buffer
		if code := run(context.Background(), args, nil, io.Discard, &said); code != exitDone && code != exitPartial {
			b.Fatalf("flussi %s: exit %d\n%s", args[0], code, said.Bytes())
		}
	}
	play("synth", "--tipo", "PS", "--beneficiari", "300000", "--seed", "2", in("flow.xml"))
	play("synth", "--tipo", "PS", "--beneficiari", "50000", "--seed", "3", "--faults", "0.02", in("faulty.xml"))
	play("synth", "--tipo", "ritorno", "--beneficiari", "150000", "--regione", "12", "--seed", "2", in("returned.csv"))
	play("convert", in("flow.xml"), in("flow.csv"))
	for i := 0; b.Loop(); i++ {
		out := func(name string) string { return in(filepath.Join("out", name, string(rune('a'+i)))) }
		for range 2 {
			play("disclose", "--recipient", "inps", "--out", out("inps"), in("flow.xml"))
			play("disclose", "--recipient", "regione:12", "--out", out("regione"), in("flow.xml"))
		}
		play("disclose", "--recipient", "inps", "--recipient", "regione:12", "--recipient", "comune:H501", "--out", out("three"), in("flow.xml"))
		for _, flow := range []string{"flow.xml", "flow.csv", "faulty.xml"} {
			play("validate", in(flow))
		}
		play("demo", "--dir", out("demo"), "--beneficiari", "20000")
	}
}
