package recode

import "flussi/internal/flusso"

var (
	textHierarchyEmpty = flusso.Text{It: "gerarchia senza valori: scrivere un valore per riga, poi i suoi livelli", En: "hierarchy without values: write one value a line, then its levels"}
	textHierarchyGap   = flusso.Text{It: "riga con un altro numero di livelli: completarla come la prima", En: "row with another number of levels: complete it like the first"}
	textHierarchyTwice = flusso.Text{It: "valore già descritto in un'altra riga: tenere una delle due", En: "value described in another row already: keep one of the two"}
	textHierarchySplit = flusso.Text{It: "un valore sale a due valori diversi: dargli lo stesso in ogni riga", En: "one value goes up to two different ones: give it the same in every row"}
	textHierarchyCycle = flusso.Text{It: "un valore risale a sé stesso attraverso un altro: dare ai livelli nomi diversi", En: "a value goes up to itself by way of another: give the levels different names"}
	textHierarchyHole  = flusso.Text{It: "un livello è vuoto: scrivere a che cosa sale il valore", En: "a level is empty: write what the value goes up to"}
)
