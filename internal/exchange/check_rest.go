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
func checkSpool(ctx context.Context, cfg *config.Config) error {
	if _, err := spoolKeys(ctx, cfg); err != nil {
		return err
	}
	if len(cfg.Spool.Encrypt) == 0 && len(cfg.Endpoints) > 0 {
		return warning{&flusso.Error{Op: "check", Kind: flusso.Config, What: textSpoolPlain, Hint: hintSpoolPlain}}
	}
	return nil
}

// checkModes warns of what others than its owner may read in the state folder.
// On Windows the folder's access list has to see to it.
func checkModes(state string) error {
	if runtime.GOOS == "windows" {
		return nil
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
	if err != nil || wide == 0 {
		return err
	}
	n := strconv.Itoa(wide)
	return warning{&flusso.Error{Op: "check", Kind: flusso.Config, Hint: hintWideModes,
		What: flusso.Text{It: "file o cartelle di stato che altri utenti possono leggere: " + n, En: "files or folders of the state that other users may read: " + n}}}
}
