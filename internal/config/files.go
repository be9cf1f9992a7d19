package config

import (
	"os"
	"runtime"

	"flussi/internal/flusso"
)

// CheckFiles looks at the files and folders the configuration names: what is
// absent, of the wrong kind or too widely readable. It reads no secret.
func (c *Config) CheckFiles() Faults {
	var faults Faults
	look := func(path, file string, folder bool) os.FileInfo {
		if file == "" {
			return nil
		}
		info, err := os.Stat(file)
		switch {
		case err != nil:
			faults = append(faults, c.Fault(path, textAbsent, flusso.Text{}))
		case info.IsDir() != folder:
			faults = append(faults, c.Fault(path, textNotAFile(folder), flusso.Text{}))
		default:
			return info
		}
		return nil
	}
	secret := func(path string, s Secret) {
		if info := look(path, s.path, false); info != nil && !s.public && runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
			faults = append(faults, c.Fault(path, textSecretOpenToAll, hintSecretOpenToAll))
		}
	}
	look("operators.register", c.Operators.Register, false)
	look("matrix", c.Matrix, false)
	look("deleghe", c.Deleghe, true)
	look("tables.codici", c.Tables.Codici, true)
	look("tables.ambiti", c.Tables.Ambiti, false)
	look("tables.popolazione", c.Tables.Popolazione, false)
	for _, name := range names(c.Recipients) {
		for _, ds := range names(c.Recipients[name].Schemes) {
			look("recipients."+name+".schemes."+ds, c.Recipients[name].Schemes[ds], false)
		}
		for _, ds := range names(c.Recipients[name].Cubes) {
			look("recipients."+name+".cubes."+ds, c.Recipients[name].Cubes[ds], false)
		}
	}
	for _, name := range names(c.Endpoints) {
		for _, s := range c.Endpoints[name].Secrets() {
			secret("endpoints."+name+"."+s.Key, s.Secret)
		}
	}
	secret("spool.identity", c.Spool.Identity)
	faults.Sort()
	return faults
}
