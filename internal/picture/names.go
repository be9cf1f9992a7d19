package picture

import "flussi/internal/schema"

// ProvinceName is the official name of a province by its ISTAT code; empty where
// there is none.
func ProvinceName(istat string) string {
	p, _ := schema.Province(istat)
	return p.Nome
}

// ComuneName is that of a comune by six ISTAT digits or its Belfiore code.
func ComuneName(code string) string {
	c, ok := schema.ComuneByISTAT(code)
	if !ok {
		c, _ = schema.ComuneByBelfiore(code)
	}
	return c.Nome
}
