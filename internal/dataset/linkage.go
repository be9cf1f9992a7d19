package dataset

// Linkage is how a release stands against one of another recipient that was
// made of the same records (the same round).
type Linkage struct {
	Recipient string `json:"recipient"`
	Dataset   string `json:"dataset"`
	Release   string `json:"release"`
	// SharedCodes are values of row keys or person codes that are in both.
	SharedCodes int64 `json:"shared_codes"`
	// Columns are the quasi-identifiers that both have.
	Columns []string `json:"columns"`
	// Joined is how many combinations of their values are in both, and Smallest
	// the fewest rows of either release behind such a one; 0 without any.
	Joined   int64 `json:"joined"`
	Smallest int64 `json:"smallest"`
}
