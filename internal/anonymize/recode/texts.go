package recode

import "flussi/internal/flusso"

var (
	textHierarchyEmpty = flusso.Text{It: "gerarchia senza valori", En: "hierarchy without values"}
	textHierarchyGap   = flusso.Text{It: "riga con un altro numero di livelli", En: "row with another number of levels"}
	textHierarchyTwice = flusso.Text{It: "valore già descritto in un'altra riga", En: "value described in another row already"}
	textHierarchySplit = flusso.Text{It: "un valore sale a due valori diversi", En: "one value goes up to two different ones"}
)
