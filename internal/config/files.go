package config

import (
	"cmp"
	"reflect"
	"slices"
)

// Named is a file or folder that the configuration names.
type Named struct {
	Path   string
	Secret bool // what the words file: are before
}

// Files are those that a configuration consists of and names, sorted by path: itself,
// schedules, acts, tables, the register, certificates, and every secret that is a file.
// Some may not be there. State, datasets and copies of the audit log are not among them.
func (c *Config) Files() []Named {
	found := map[string]bool{}
	for _, path := range []string{c.File, c.Schedules, c.Matrix, c.Deleghe, c.Operators.Register, c.Tables.Codici, c.Tables.Ambiti, c.Tables.Popolazione, c.Tables.Attesi} {
		found[path] = false
	}
	for _, r := range c.Recipients {
		for _, paths := range []map[string]string{r.Schemes, r.Cubes} {
			for _, path := range paths {
				found[path] = false
			}
		}
	}
	for _, one := range c.Certificates() {
		found[one.path] = false // "" of those that are named as secrets are
	}
	for _, m := range c.Receipts {
		found[m.Rules] = false
	}
	secrets(reflect.ValueOf(c).Elem(), func(s Secret) { found[s.path] = !s.public })
	delete(found, "")
	files := make([]Named, 0, len(found))
	for path, secret := range found {
		files = append(files, Named{path, secret})
	}
	slices.SortFunc(files, func(a, b Named) int { return cmp.Compare(a.Path, b.Path) })
	return files
}

// secrets calls f with every secret in v, wherever it is: one that is added to the
// configuration is found here without being named.
func secrets(v reflect.Value, f func(Secret)) {
	if s, ok := v.Interface().(Secret); ok {
		f(s)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				secrets(v.Field(i), f)
			}
		}
	case reflect.Map:
		for each := v.MapRange(); each.Next(); {
			secrets(each.Value(), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			secrets(v.Index(i), f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			secrets(v.Elem(), f)
		}
	}
}
