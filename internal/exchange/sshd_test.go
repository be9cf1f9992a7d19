package exchange_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/exchange"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// sshdWorld is a world whose endpoints are one real OpenSSH server: flows are
// taken from Served/hub, given to Served/inps; extra goes into its configuration.
func sshdWorld(t *testing.T, consume, publish string, extra ...string) (w *world, served string) {
	t.Helper()
	s := testshared.StartSSHD(t, extra...)
	w = newWorld(t, terms{})
	for _, folder := range []string{"hub", "inps", "inps/lavori", "presi"} {
		w.must(os.MkdirAll(filepath.Join(s.Served, folder), 0o755))
	}
	w.write("segreti/sshd", s.Key)
	text, err := os.ReadFile(w.path("flussi.yaml"))
	w.must(err)
	endpoint := func(name, more string) string {
		return fmt.Sprintf("  %s: {address: %q, user: %q, key: \"file:segreti/sshd\", host_keys: [%q], %s}\n", name, s.Address, s.User, s.HostKey, more)
	}
	before, rest, _ := strings.Cut(string(text), "endpoints:\n")
	_, after, _ := strings.Cut(rest, "agreements:\n")
	w.write("flussi.yaml", before+"endpoints:\n"+
		endpoint("hub", fmt.Sprintf("consume: %q", consume))+
		endpoint("inps", fmt.Sprintf("publish: %q", publish))+
		endpoint("ministero", "publish: posix-rename")+
		"agreements:\n"+strings.ReplaceAll(after, "to: /in", "to: "+filepath.ToSlash(s.Served)))
	served = filepath.ToSlash(s.Served)
	w.write("schedules/relay.yaml", fmt.Sprintf(`
name: relay
pull: {from: "hub:%s/hub"}
relay: {to: "inps:%s/inps", as: inps}
disclose: [{to: regione-lazio}]
`, served, served))
	w.write("schedules/push.yaml", fmt.Sprintf(`
name: push
push: {from: ../comune, to: "inps:%s/inps", as: inps}
`, served))
	return w, served
}

// TestOpenSSH takes from the real OpenSSH and gives to it, by every profile
// that an ordinary server knows.
func TestOpenSSH(t *testing.T) {
	for _, c := range []struct{ consume, publish string }{
		{"remove", "rename"},
		{"rename:PRESI", "posix-rename"},
		{"keep", "staging:LAVORI"},
		{"remove", "marker:.ok"},
		{"keep", "in-place"},
	} {
		t.Run(c.consume+" "+c.publish, func(t *testing.T) {
			w, served := sshdWorld(t, "keep", "rename") // the folder is known only now
			text, err := os.ReadFile(w.path("flussi.yaml"))
			w.must(err)
			consume := strings.Replace(c.consume, "PRESI", served+"/presi", 1)
			publish := strings.Replace(c.publish, "LAVORI", served+"/inps/lavori", 1)
			w.write("flussi.yaml", strings.Replace(strings.Replace(string(text),
				`consume: "keep"`, fmt.Sprintf("consume: %q", consume), 1),
				`publish: "rename"`, fmt.Sprintf("publish: %q", publish), 1))

			flows := map[string]string{}
			for _, o := range []int{1, 2} {
				with, without := withDelega, withoutDelega
				with.Progressivo, without.Progressivo = o, o
				with.Seed, without.Seed = uint64(o), uint64(o)
				for _, options := range []synth.Options{with, without} {
					name, data := flow(t, options)
					flows[name] = string(data)
					w.must(os.WriteFile(filepath.Join(served, "hub", name), data, 0o600))
				}
			}
			if result, err := w.run("relay"); err != nil || len(result.Deliveries) != 4 {
				t.Fatalf("%+v, %v", result, err)
			}
			w.stock("push")
			if result, err := w.run("push"); err != nil || len(result.Deliveries) != 2 {
				t.Fatalf("%+v, %v", result, err)
			}
			pushed, err := os.ReadDir(w.path("comune"))
			w.must(err)
			for _, f := range pushed {
				data, err := os.ReadFile(w.path("comune/" + f.Name()))
				w.must(err)
				flows[f.Name()] = string(data)
			}

			got := filesIn(t, filepath.Join(served, "inps"))
			for name, data := range flows {
				if got[name] != data {
					t.Errorf("%s did not arrive as it was", name)
				}
				delete(got, name)
				if strings.HasPrefix(c.publish, "marker") {
					if marker, ok := got[name+".ok"]; !ok || marker != "" {
						t.Errorf("%s has no marker", name)
					}
					delete(got, name+".ok")
				}
			}
			if len(got) > 0 {
				t.Errorf("%d more files at the target", len(got))
			}
			left, archived := filesIn(t, filepath.Join(served, "hub")), filesIn(t, filepath.Join(served, "presi"))
			want := map[string][2]int{"remove": {0, 0}, "rename:PRESI": {0, 4}, "keep": {4, 0}}[c.consume]
			if len(left) != want[0] || len(archived) != want[1] {
				t.Errorf("%d files left, %d archived; want %v", len(left), len(archived), want)
			}
			w.checkOnce("relay")
			w.checkOnce("push")
		})
	}
}

// TestOpenSSHFaults breaks off and goes on with a real server: what was taken
// and not yet removed is removed later, and nothing goes twice.
func TestOpenSSHFaults(t *testing.T) {
	for _, p := range []point{{"sftp.commit", 1}, {"take.ledger", 1}, {"sftp.close", 1}, {"sftp.dispose", 1}, {"sftp.publish", 1}, {"forward.ledger", 1}} {
		for _, crash := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s crash %v", p, crash), func(t *testing.T) {
				w, served := sshdWorld(t, "remove", "posix-rename")
				name, data := flow(t, withDelega)
				w.must(os.WriteFile(filepath.Join(served, "hub", name), data, 0o600))
				if crash {
					if !w.crash("relay", p) {
						t.Fatal("never came there")
					}
				} else {
					opt := w.options()
					opt.Step = p.at(func() error { return errInjected })
					_, _ = w.runWith("relay", opt) // judged by what stands in the end
				}
				for range 2 {
					if _, err := w.run("relay"); err != nil {
						t.Fatal(err)
					}
				}
				got := filesIn(t, filepath.Join(served, "inps"))
				if len(got) != 1 || got[name] != string(data) {
					t.Errorf("%d files arrived", len(got))
				}
				if left := filesIn(t, filepath.Join(served, "hub")); len(left) > 0 {
					t.Errorf("%d files left at the server", len(left))
				}
				if alarms := w.alarms(); len(alarms) > 0 {
					t.Errorf("alarms %v where the server keeps what we do not remove", alarms)
				}
				w.checkOnce("relay")
			})
		}
	}
}

// filesIn reads the files of a folder.
func filesIn(t testing.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.IsDir() })
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

// TestNotGivenUp: a server that does not let go of a file does not keep the
// next ones from coming.
func TestNotGivenUp(t *testing.T) {
	w, served := sshdWorld(t, "remove", "rename", "ForceCommand internal-sftp -R")
	w.write("schedules/solo.yaml", fmt.Sprintf("name: solo\npull: {from: \"hub:%s/hub\"}\nflow: auto\ndisclose: [{to: regione-lazio}]\n", served))
	for i := range 2 {
		o := withDelega
		o.Progressivo, o.Seed = i+1, uint64(i+1)
		name, data := flow(t, o)
		w.must(os.WriteFile(filepath.Join(served, "hub", name), data, 0o600))
		result, err := w.run("solo")
		if err != nil || len(result.Files) != 1 || result.Files[0].Outcome != "accepted" {
			t.Fatalf("%+v, %v", result, err)
		}
	}
	if left := filesIn(t, filepath.Join(served, "hub")); len(left) != 2 {
		t.Errorf("%d files left", len(left))
	}
}

// TestOpenSSHRemovesNothing: a server that does not let go of what was taken
// fails no run, but each run's result says so, and so does the line of the file.
func TestOpenSSHRemovesNothing(t *testing.T) {
	w, served := sshdWorld(t, "rename:/niente/di/simile", "rename")
	w.must(os.WriteFile(filepath.Join(served, "hub", "a.bin"), []byte("contenuto"), 0o600))
	for run := range 2 {
		w.told = nil
		result, err := w.run("relay")
		if err != nil || len(result.StillThere) != 1 || strings.Contains(result.StillThere[0], "a.bin") {
			t.Fatalf("run %d: %+v, %v", run, result, err)
		}
		fetched := slices.ContainsFunc(w.told, func(e exchange.Event) bool {
			return e.MessageType == "fetched" && e.Remote == "still_there" && e.Name == result.StillThere[0]
		})
		if fetched != (run == 0) {
			t.Errorf("run %d told %+v", run, w.told)
		}
	}
}
