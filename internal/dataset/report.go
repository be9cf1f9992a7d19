package dataset

import (
	"math/bits"
	"slices"
)

// Proof is the disclosure report of one increment: what a data protection
// officer reads, and what `flussi dataset check` holds against the files.
//
// It has two forms. The inner one is exact and stays in the state folder. The
// outer one goes with the release: what it says of classes is what anybody
// counts in the published rows (Published), and every other count in it is
// rounded up to a multiple of k (invariant 6); what could give a small number
// away even so is left out: books of records in, loss by province and benefit,
// entropy, risk of the rows as they came but for rounded counts.
//
// It says nothing of when it was made, so that the same rows give the same
// bytes: that is in the audit log.
type Proof struct {
	Format  string `json:"format"`
	Form    Form   `json:"form"`
	Release string `json:"release"`
	// Previous is the release that this increment was added to; what came with
	// that one is in its own report.
	Previous    string          `json:"previous,omitempty"`
	Period      string          `json:"period,omitempty"`
	Recipient   ProofRecipient  `json:"recipient"`
	Dataset     string          `json:"dataset"`
	Tipo        string          `json:"tipo"`
	Level       string          `json:"level"`
	Agreement   *ProofAgreement `json:"agreement,omitempty"`
	Matrix      string          `json:"matrix"`
	Categories  []ProofCategory `json:"categories"`
	Linkability string          `json:"linkability,omitempty"`
	// KeyIDs name the keys of the codes, by data year, without telling anything of them; none
	// for a key made for the release and destroyed at its close.
	KeyIDs    []string     `json:"key_ids,omitempty"`    // by data year
	KeyHolder string       `json:"key_holder,omitempty"` // the body that keeps their master key
	Scheme    *ProofScheme `json:"scheme,omitempty"`
	K         int          `json:"k,omitempty"`
	// Rounding is what the counts outside Published are multiples of; 1 where
	// they are exact.
	Rounding int        `json:"rounding"`
	Books    ProofBooks `json:"books"`
	// Published is what a reader of the published rows counts too.
	Published  Published          `json:"published"`
	Steps      []ProofStep        `json:"steps,omitempty"`
	Suppressed []ProofSuppression `json:"suppressed,omitempty"`
	Blanked    int64              `json:"blanked"` // rows that lost a sensitive value
	Risk       *ProofRisk         `json:"risk,omitempty"`
	Utility    *ProofUtility      `json:"utility,omitempty"`
	Loss       []ProofLoss        `json:"loss,omitempty"`
	// Joint is the check over the releases before this one; only where codes reach
	// over them.
	Joint *ProofJoint `json:"joint,omitempty"`
	// Persons is what whoever has all increments counts by the codes of persons.
	Persons *CheckedPersons `json:"persons,omitempty"`
	// Linkage is how the release stands against those of other recipients in
	// the same round; of the inner form alone.
	Linkage []Linkage `json:"linkage,omitempty"`
	Notes   []text    `json:"notes,omitempty"`
	// Noise is by how much a count of a table differs from the true one at most.
	Noise int `json:"noise,omitempty"`
	// Parts are the files with rows, of this increment and of those before.
	Parts []File `json:"parts"`
	// OuterSHA256 is the hash of the outer form; of the inner form alone.
	OuterSHA256 string    `json:"outer_sha256,omitempty"`
	SignedBy    PublicKey `json:"signed_by"`
}

// Form says for whom a Proof is.
type Form string

const (
	InnerForm   Form = "inner"
	OuterForm   Form = "outer"
	proofFormat      = "flussi-disclosure/1"
)

// ProofRecipient is who receives.
type ProofRecipient struct {
	Name      string `json:"name"`
	Class     string `json:"class"`
	Regione   string `json:"regione,omitempty"`
	Provincia string `json:"provincia,omitempty"`
	Comune    string `json:"comune,omitempty"`
	Ente      string `json:"ente,omitempty"`
}

// ProofAgreement is the act under which data leaves; dates are YYYY-MM-DD.
type ProofAgreement struct {
	ID      string `json:"id"`
	With    string `json:"with"`
	Act     string `json:"act"`
	Purpose string `json:"purpose"`
	From    string `json:"from"`
	To      string `json:"to"`
}

// ProofCategory is one category of the visibility sheet as the release shows it.
type ProofCategory struct {
	Category   string `json:"category"`
	Level      string `json:"level"`
	Provenance string `json:"provenance"`
	Source     string `json:"source"`
	Shown      bool   `json:"shown"`
	// Undelegated tells that the delega of some Ente left the category out of
	// that Ente's rows; the inner form names the Enti.
	Undelegated bool     `json:"undelegated,omitempty"`
	Enti        []string `json:"undelegated_by,omitempty"`
	Words       struct {
		Category   text `json:"category"`
		Level      text `json:"level"`
		Provenance text `json:"provenance"`
	} `json:"words"`
}

// ProofScheme is how rows or cells were made anonymous.
type ProofScheme struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256,omitempty"`
}

// ProofBooks are records: the inner form has In = Rejected + Duplicate +
// Withdrawn + Outside + Disclosed + Suppressed; the outer one only what was
// rejected, outside and, but for tables, suppressed.
type ProofBooks struct {
	In         int64 `json:"in,omitempty"`
	Rejected   int64 `json:"rejected"`
	Duplicate  int64 `json:"duplicate,omitempty"`
	Withdrawn  int64 `json:"withdrawn,omitempty"`
	Outside    int64 `json:"outside"`
	Disclosed  int64 `json:"disclosed,omitempty"`
	Suppressed int64 `json:"suppressed,omitempty"`
}

// Published is what the published rows of one increment say of themselves.
type Published struct {
	Rows int64 `json:"rows"`
	// Of individual rows: classes of rows alike in every quasi-identifier, the
	// smallest (in rows; in persons where rows name them), and how many of
	// which size.
	Classes  int64  `json:"classes,omitempty"`
	Smallest int64  `json:"smallest,omitempty"`
	Bands    []Band `json:"bands,omitempty"`
	// Diversity is that of each sensitive column over the classes.
	Diversity []Diversity `json:"diversity,omitempty"`
	// Of tables: cells and totals, and how many of them are suppressed. There
	// Smallest is the fewest persons of a published one.
	Cells            int64 `json:"cells,omitempty"`
	SuppressedCells  int64 `json:"suppressed_cells,omitempty"`
	Totals           int64 `json:"totals,omitempty"`
	SuppressedTotals int64 `json:"suppressed_totals,omitempty"`
}

// Band is the classes of From up to To, both included: 1, 2 to k-1, then
// k·2^i to k·2^(i+1)-1.
type Band struct {
	From    int64 `json:"from"`
	To      int64 `json:"to"`
	Classes int64 `json:"classes"`
	Rows    int64 `json:"rows"`
}

func (p *Published) band(k, size, rows int64) {
	b := Band{From: 1, To: 1}
	switch {
	case size >= k && k > 0:
		b.From = k << (bits.Len64(uint64(size/k)) - 1)
		b.To = 2*b.From - 1
	case size > 1:
		b.From, b.To = 2, max(k-1, 2)
	}
	i := slices.IndexFunc(p.Bands, func(x Band) bool { return x.From == b.From })
	if i < 0 {
		i = len(p.Bands)
		p.Bands = append(p.Bands, b)
	}
	p.Bands[i].Classes++
	p.Bands[i].Rows += rows
}

// ProofStep is one step of the ladder that small classes walk up, with the rows
// whose class was large enough there.
type ProofStep struct {
	text
	Rows int64 `json:"rows"`
}

// ProofSuppression is rows or cells kept back, by reason.
type ProofSuppression struct {
	text
	Count int64 `json:"count"`
}

// ProofRisk is the risk of the rows before and after (see anonymize.Risk).
type ProofRisk struct {
	Before Exposure `json:"before"`
	After  Exposure `json:"after"`
}

// Exposure is anonymize.Risk. In the outer form Before has no largest risk,
// for it would tell the smallest class, and After has the bound 1/k.
type Exposure struct {
	ProsecutorMax float64 `json:"prosecutor_max,omitempty"`
	JournalistMax float64 `json:"journalist_max,omitempty"`
	Marketer      float64 `json:"marketer"`
	Uniques       int64   `json:"uniques"`
	Bands         []Band  `json:"bands,omitempty"` // in persons
}

// ProofUtility is anonymize.Utility. The outer form has granularity alone, over
// published rows, to two decimals.
type ProofUtility struct {
	Granularity    float64         `json:"granularity,omitempty"`
	Published      float64         `json:"published_granularity"`
	Entropy        float64         `json:"entropy,omitempty"`
	Discernibility int64           `json:"discernibility,omitempty"`
	AverageClass   float64         `json:"average_class,omitempty"`
	Columns        []ColumnUtility `json:"columns"`
}

// ColumnUtility is the utility of one quasi-identifier.
type ColumnUtility struct {
	Name        string  `json:"name"`
	Values      int     `json:"values,omitempty"`
	Granularity float64 `json:"granularity,omitempty"`
	Published   float64 `json:"published_granularity"`
	Entropy     float64 `json:"entropy,omitempty"`
}

// ProofJoint is anonymize.JointReport.
type ProofJoint struct {
	Window     int   `json:"window"` // releases before this one, at most
	Persons    int64 `json:"persons"`
	Coarsened  int64 `json:"coarsened"`
	Suppressed int64 `json:"suppressed"`
	Hidden     int64 `json:"hidden"`
}

// ProofLoss is what became of the rows of one benefit in one place.
type ProofLoss struct {
	Provincia   string `json:"provincia,omitempty"`
	Ambito      string `json:"ambito,omitempty"`
	Prestazione string `json:"prestazione"`
	Rows        int64  `json:"rows"`
	Coarsened   int64  `json:"coarsened"` // published, but not in full detail
	Suppressed  int64  `json:"suppressed"`
}
