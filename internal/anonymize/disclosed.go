package anonymize

import (
	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Disclosed is a run of rows that may leave. Only a View makes one. It and its
// chunk are valid until the sink that received it returns.
type Disclosed struct {
	view  *View
	chunk *table.Chunk
}

// Columns describes the rows.
func (d *Disclosed) Columns() []table.Column { return d.view.columns }

// Chunk holds the rows.
func (d *Disclosed) Chunk() *table.Chunk { return d.chunk }

// Recipient is the name of who may receive them.
func (d *Disclosed) Recipient() string { return d.view.req.Recipient.Name }

// Dataset is the name of the dataset they belong to.
func (d *Disclosed) Dataset() string { return d.view.req.Dataset }

// Level is the level at which they leave.
func (d *Disclosed) Level() Level { return d.view.req.Level }

// Tipo is the kind of flow they come from.
func (d *Disclosed) Tipo() flusso.Tipo { return d.view.req.Tipo }

// Agreement is the id of the act they leave under; empty for a local view.
func (d *Disclosed) Agreement() string {
	if d.view.req.Recipient.Agreement == nil {
		return ""
	}
	return d.view.req.Recipient.Agreement.ID
}

// K is the least number of persons behind a row or cell; 0 where the level
// has no such rule.
func (d *Disclosed) K() int { return d.view.k() }

// MatrixVersion is the version of the matrix that allowed it.
func (d *Disclosed) MatrixVersion() string { return d.view.matrix.Version }
