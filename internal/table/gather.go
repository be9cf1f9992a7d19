package table

import "fmt"

// Pick is a row of one of several chunks.
type Pick struct{ Chunk, Row int32 }

// Gather appends rows of several chunks, of the same columns, in the order of the
// picks: column by column, for rows that are merged seldom lie together.
func (c *Chunk) Gather(from []*Chunk, picks []Pick) error {
	values := make([]*Values, len(from))
	for i := range c.Columns {
		for j, f := range from {
			if len(f.Columns) != len(c.Columns) {
				return fmt.Errorf("%w: a chunk of %d columns among those of %d", ErrValues, len(f.Columns), len(c.Columns))
			}
			values[j] = &f.Columns[i]
		}
		if err := c.Columns[i].gather(values, picks); err != nil {
			return err
		}
	}
	c.rows += len(picks)
	return nil
}

func (v *Values) gather(from []*Values, picks []Pick) error {
	alike := true // the codes are of one vocabulary
	for _, f := range from {
		if f.Kind != v.Kind || len(f.Fields) != len(v.Fields) {
			return fmt.Errorf("%w: values of kind %s among those of %s", ErrValues, f.Kind, v.Kind)
		}
		alike = alike && f.vocabulary == v.vocabulary
	}
	switch {
	case v.Kind == Strings, v.Kind == Structs, v.Kind == String && !alike:
		for _, p := range picks {
			if err := v.AppendRows(from[p.Chunk], int(p.Row), int(p.Row)+1); err != nil {
				return err
			}
		}
		return nil
	case v.vocabulary != nil:
		for _, p := range picks {
			v.codes = append(v.codes, from[p.Chunk].codes[p.Row])
		}
	case v.Kind == String:
		for _, p := range picks {
			text := from[p.Chunk].texts.at(int(p.Row))
			if len(v.texts.arena)+len(text) > maxArena {
				return errTextTooLong
			}
			v.texts.append(text)
		}
	case v.Kind == Struct:
		fields := make([]*Values, len(from))
		for f := range v.Fields {
			for j := range from {
				fields[j] = &from[j].Fields[f]
			}
			if err := v.Fields[f].gather(fields, picks); err != nil {
				return err
			}
		}
	default:
		for _, p := range picks {
			v.Num = append(v.Num, from[p.Chunk].Num[p.Row])
		}
	}
	for _, p := range picks {
		v.Null = append(v.Null, from[p.Chunk].Null[p.Row])
	}
	return nil
}
