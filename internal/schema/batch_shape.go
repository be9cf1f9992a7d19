package schema

import "flussi/internal/flusso"

// shape says where a flow's fields stand in a Batch: level, and slot in the
// row of that level (of a list, which list). In every flow that has them, the
// fields of a PrestazioniSociali come first in a record's row, as in a
// prestazioneRow.
type shape struct {
	level [NumFields]Level
	slot  [NumFields]uint8
	width [LevelList]int // slots in a row of each level
	lists int
}

const (
	noLevel  = Level(0xff) // of a field that the flow does not have
	maxLists = 2
)

var shapes = map[flusso.Tipo]*shape{
	flusso.PSPSASINA: newShape(flusso.PSPSASINA),
	flusso.SINBA:     newShape(flusso.SINBA),
	flusso.Ritorno:   newShape(flusso.Ritorno),
}

func newShape(t flusso.Tipo) *shape {
	s := &shape{}
	for f := range s.level {
		s.level[f] = noLevel
	}
	for _, first := range [2]bool{true, false} {
		for _, info := range fieldsOf[t] {
			if first != ofPrestazione(info.Field) {
				continue
			}
			s.level[info.Field] = info.Level
			if info.Level == LevelList {
				s.slot[info.Field] = uint8(s.lists)
				s.lists++
				continue
			}
			s.slot[info.Field] = uint8(s.width[info.Level])
			s.width[info.Level]++
		}
	}
	return s
}

// prestazioneRow are the values of one PrestazioniSociali.
type prestazioneRow [SINAFonteDerivazioneInvalidita - TipoOperazione + 1]span

func ofPrestazione(f Field) bool { return f >= TipoOperazione && f <= SINAFonteDerivazioneInvalidita }

func (r *prestazioneRow) of(f Field) *span { return &r[f-TipoOperazione] }

// prestazione gives a record's row, of a flow that has such records.
func (b *Batch) prestazione(rec int) *prestazioneRow {
	return (*prestazioneRow)(b.records[rec*b.shape.width[LevelRecord]:])
}
