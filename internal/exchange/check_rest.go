package exchange

import (
	"context"
	"io/fs"
	"path/filepath"
	"runtime"
	"strconv"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// checkSpool tries the keys of the spool, and warns of one that rests in plain
// where files come from elsewhere.
func checkSpool(ctx context.Context, cfg *config.Config) Finding {
	_, err := spoolKeys(ctx, cfg)
	f := Finding{Subject: "spool", Err: err}
	if err == nil && len(cfg.Spool.Encrypt) == 0 && len(cfg.Endpoints) > 0 {
		f.Notes = []Note{{textSpoolPlain, hintSpoolPlain}}
	}
	return f
}

// checkModes warns of what others than its owner may read in the state folder.
// On Windows the folder's access list has to see to it.
func checkModes(state string) Finding {
	f := Finding{Subject: "modes"}
	if runtime.GOOS == "windows" {
		return f
	}
	wide := 0
	err := filepath.WalkDir(state, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // not there yet, or checkFolder tells
		}
		info, err := d.Info()
		if err != nil {
			return nil // removed meanwhile
		}
		allowed := spool.FilePerm
		if d.IsDir() {
			allowed = spool.DirPerm
		}
		if d.Type()&fs.ModeSymlink == 0 && info.Mode().Perm()&^allowed != 0 {
			wide++
		}
		return nil
	})
	if f.Err = err; wide > 0 {
		n := strconv.Itoa(wide)
		f.Notes = []Note{{flusso.Text{
			It: "file o cartelle di stato che altri utenti possono leggere: " + n, En: "files or folders of the state that other users may read: " + n,
		}, hintWideModes}}
	}
	return f
}
