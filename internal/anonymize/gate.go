package anonymize

import (
	"errors"
	"fmt"
	"math"
	"time"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/scratch"
)

// Request asks for one view: this recipient, this dataset, at this level, of
// flows of this kind.
type Request struct {
	Recipient Recipient
	Dataset   string // see DatasetFor
	Level     Level
	Tipo      flusso.Tipo

	// Relayed: the flows belong to other Enti and only pass through us. Then
	// a delega of each Ente must name the operation vista_anonima, or nothing
	// remains.
	Relayed bool
	Deleghe *Deleghe

	// Ambiti is the operator's table; nil for none, and then there are no
	// columns of ambiti, and no recipient whose territory is one.
	Ambiti *Ambiti

	// Local: the view stays on this machine in the hands of who asked
	// (flussi disclose), so that no agreement is needed. The matrix holds.
	Local bool

	// Cubes are the tables to make at level aggregato; nil: one table, of
	// benefits by provinces. Suppressed is what the release before suppressed
	// (View.Suppressed): it stays inside.
	Cubes      *Cubes
	Suppressed []string
	// Microdata: the recipient gets rows of the same records too (View.Beside).
	Microdata bool
	// NoiseKey is what noise is drawn by, where Cubes ask for it: the same in
	// every release, and nobody else's.
	NoiseKey []byte

	At         time.Time // the date at which acts must be valid
	K          int       // least number of persons; 0 is 5, never below 3
	ReleaseKey []byte    // 32 bytes or more, made for this release and destroyed at its close
	// Payers are further Enti (Ente/@Codice) that the recipient is, as the
	// configuration tells: it has the rows that they paid with their names.
	Payers []string
	// Silent: rows have no sensitive values, for another recipient is told them
	// (ToldInstead).
	Silent bool

	// Scheme is the frozen scheme of individual anonymous rows; nil: classes walk
	// the built-in ladder.
	Scheme *Scheme
	// Past are the class indexes of earlier releases, where codes reach over them.
	Past Past
	// Fit asks for a scheme instead of rows; nil for rows.
	Fit *Fit

	// Codes are wanted at level IndividualeAnonimo where the recipient's
	// Linkability is not LinkNone (see CodeFaults).
	Codes *Codes
	// Trace asks for what a house needs to find the rows of its records again; nil
	// for nothing. It is for rows that carry nothing that lasts.
	Trace *Trace
	// MaxRows is the most rows an anonymous view or table may hold; 0 is 20 million,
	// or as many as there are numbers where Room lets them go to scratch space.
	MaxRows int

	// Room is what the rows that a view holds may take; without a bound, as much
	// memory as there is.
	Room scratch.Room
}

// Trace is a key of the house's, and the id of the release that a view makes: it may
// be put in until Close.
type Trace struct {
	Key     []byte
	Release string
}

// DefaultK and MinK bound the threshold (Regole deontologiche Sistan, art. 5:
// never below 3; for social data choose more).
const (
	DefaultK = 5
	MinK     = 3
)

// mostRows bounds rows where nobody else does: by memory, or, where they may go to
// scratch space, by the numbers that they have.
func (req *Request) mostRows() int {
	held := req.Recipient.Linkability == LinkPeriod || req.Recipient.Linkability == LinkWindow // linked.go
	if held || req.Room.Memory == 0 || req.Room.Space == nil {
		return 20_000_000
	}
	return math.MaxInt32
}

// Open is the gate: a View, or a *flusso.Error of Kind Denied that says why
// not. The sink gets the rows as they become known; what it returns stops the
// view.
func (m *Matrix) Open(req Request, sink func(*Disclosed) error) (*View, error) {
	if req.K == 0 {
		req.K = DefaultK
	}
	if req.MaxRows == 0 {
		req.MaxRows = req.mostRows()
	}
	if err := req.checkForm(); err != nil {
		return nil, err
	}
	visible := m.visible(req.Recipient.Class, req.Level)
	if !visible.has(Tipologia) {
		e := deny("open view", req.Recipient.Name, reasonMatrix)
		e.Err = fmt.Errorf("%s, %s", req.Recipient.Class, req.Level)
		return nil, e
	}
	if req.Dataset == DatasetListe && !visible.has(ListeSelettive) {
		return nil, deny("open view", req.Recipient.Name, reasonListe)
	}
	scope, err := newScope(req)
	if err != nil {
		return nil, err
	}
	if err := req.checkHats(); err != nil {
		return nil, err
	}
	if !req.Local {
		if err := checkAgreement("open view", req.Recipient, req.At); err != nil {
			return nil, err
		}
	}
	if err := req.checkNoise(); err != nil {
		return nil, err
	}
	if err := req.checkCodes(m); err != nil {
		return nil, err
	}
	if req.Relayed {
		if err := req.checkDeleghe(); err != nil {
			return nil, err
		}
	}
	v := &View{matrix: m, req: req, handing: handing{sink: sink}, scope: scope, visible: visible, delegated: map[string]categorySet{}}
	if err := v.start(); err != nil {
		return nil, err
	}
	return v, nil
}

// checkForm denies what no matrix could allow.
func (req *Request) checkForm() error {
	r := req.Recipient
	no := func(why reason) error { return deny("open view", r.Name, why) }
	anonymous := req.Level == IndividualeAnonimo || req.Level == Aggregato
	switch {
	case r.Class.String() == "unknown":
		return no(reasonClass)
	case req.Level.String() == "unknown":
		return no(reasonLevel)
	case req.Level == Nessuno:
		return no(reasonNessuno)
	case DatasetFor(req.Tipo, req.Level) == "":
		return no(reasonTipo)
	case !fits(req.Dataset, req.Tipo, req.Level):
		return no(reasonDataset)
	case req.At.IsZero():
		return no(reasonDate)
	case req.K < MinK:
		return no(reasonThreshold)
	case anonymous && len(req.ReleaseKey) < pseudonym.MinKey:
		return no(reasonKey)
	case !anonymous && req.Tipo == flusso.Ritorno:
		return no(reasonIdentifiedRitorno)
	case !anonymous && req.Relayed:
		return no(reasonRelayIdentified)
	}
	return nil
}

// datasets are the names that mean a shape.
var datasets = map[string]struct {
	sinba, table bool
}{
	"prestazioni":  {},
	"sinba":        {sinba: true},
	"quadro":       {table: true},
	"quadro-sinba": {sinba: true, table: true},
	DatasetListe:   {},
}

// DatasetListe is the dataset of liste selettive: beneficiaries whom somebody
// chose for a check, each named. flussi chooses nobody: what is in such a list
// is what is in the files it is made of. It exists at level totale, of
// PS_PSA_SINA, for the classes to which the matrix gives the category
// liste_selettive; no other dataset needs that category.
const DatasetListe = "liste-selettive"

// DatasetFor is the dataset that flows of a kind go to at a level; empty where
// there is none.
func DatasetFor(t flusso.Tipo, l Level) string {
	table := l == Aggregato
	switch {
	case l <= Nessuno || l > Totale:
		return ""
	case t == flusso.SINBA && table:
		return "quadro-sinba"
	case t == flusso.SINBA:
		return "sinba"
	case (t == flusso.PSPSASINA || t == flusso.Ritorno) && table:
		return "quadro"
	case t == flusso.PSPSASINA || t == flusso.Ritorno:
		return "prestazioni"
	}
	return ""
}

// Carries tells whether a dataset of this name and level can hold what comes
// of flows of this kind.
func Carries(dataset string, l Level, t flusso.Tipo) bool { return fits(dataset, t, l) }

// fits tells whether a dataset can have this shape: the known names have
// theirs. Any other name is of prestazioni, at whatever level: a dataset has
// the columns of one kind of flow, and a round may bring two kinds.
func fits(dataset string, t flusso.Tipo, l Level) bool {
	shape, known := datasets[dataset]
	if !known {
		return dataset != "" && t != flusso.SINBA
	}
	if dataset == DatasetListe && (l != Totale || t != flusso.PSPSASINA) {
		return false
	}
	return shape.sinba == (t == flusso.SINBA) && shape.table == (l == Aggregato)
}

// checkAgreement wants a complete agreement that is valid at a date.
func checkAgreement(op string, r Recipient, at time.Time) error {
	a := r.Agreement
	if a == nil {
		return deny(op, r.Name, reasonNoAgreement)
	}
	if a.ID == "" || a.With == "" || a.Act == "" || a.Purpose == "" || a.From.IsZero() || a.To.IsZero() {
		return deny(op, r.Name, reasonAgreementIncomplete)
	}
	if why, detail := validAt(a.From, a.To, at, reasonAgreementEarly, reasonAgreementExpired); why != 0 {
		e := deny(op, r.Name, why)
		e.Err = errors.New(detail)
		return e
	}
	return nil
}

// checkDeleghe asks whether anybody has an act that allows a view. Of each Ente, and
// what its act covers, it is asked batch by batch and record by record.
func (req *Request) checkDeleghe() error {
	if len(req.Deleghe.enti(OpVistaAnonima, req.At)) == 0 {
		return deny("open view", req.Recipient.Name, reasonNoDelega)
	}
	return nil
}
