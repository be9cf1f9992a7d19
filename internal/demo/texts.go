package demo

import "flussi/internal/flusso"

var (
	textNoFlows = flusso.Text{It: "la cartella non contiene flussi da mettere in scena", En: "the folder holds no flows to play"}
	hintNoFlows = flusso.Text{It: "indicare con --flows una cartella con file XML, CSV o ZIP", En: "name with --flows a folder of XML, CSV or ZIP files"}
)
