package schema

import "flussi/internal/flusso"

// What a profile is told of its faults.
var (
	textProfileFaults  = flusso.Text{It: "il file di profilo ha degli errori", En: "the profile file has faults"}
	textProfileUnknown = flusso.Text{It: "profilo di regole sconosciuto", En: "unknown rules profile"}
	hintProfiles       = flusso.Text{It: "i profili sono inps e praticato, o un file .yaml proprio", En: "the profiles are inps and praticato, or a .yaml file of one's own"}
	textProfileRule    = flusso.Text{It: "non è una regola di cui si possa cambiare la gravità", En: "not a rule whose severity can be changed"}
	hintProfileRule    = flusso.Text{It: "usare un codice PS- o SINBA- di docs/regole.md: ciò che chiedono l'XSD, il file o il layout resta com'è", En: "use a PS- or SINBA- code of docs/rules.md: what the XSD, the file's form or the layout asks stands as it is"}
	textProfileEmpty   = flusso.Text{It: "il profilo non cambia alcuna regola", En: "the profile changes no rule"}
	hintProfileForm    = flusso.Text{It: "le chiavi sono name, description, from e rules, per esempio rules: {PS-044: warning, PS-038: off}", En: "the keys are name, description, from and rules, for example rules: {PS-044: warning, PS-038: off}"}
)
