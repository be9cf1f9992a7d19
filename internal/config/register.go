package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Register tells who the persons behind codes and login names are. It is a file of
// its own, which few may read: nothing else that flussi keeps names a person.
type Register struct{ Persons []Person }

// Person is one term of one person.
type Person struct {
	// Code is what the audit log and the configuration call the person. Required.
	Code string
	// Name and Office are for people; Name is required.
	Name, Office string
	// Role under the agreements. Default: incaricato.
	Role Role
	// Logins are the user names that the person alone uses. Default: none.
	Logins []string
	// From and To are the first and the last day. From is required; zero To: until
	// further notice.
	From, To Date
	// Reviewed is the day on which the authorisation was last confirmed. Zero: From.
	Reviewed Date
}

// Role is what INPS's agreements call a person's part.
type Role string

const (
	RoleResponsabile     Role = "responsabile"
	RoleReferenteTecnico Role = "referente_tecnico"
	RoleSupervisore      Role = "supervisore"
	RoleIncaricato       Role = "incaricato"
)

// On tells whether the term covers a day.
func (p Person) On(d Date) bool { return d.Within(p.From, p.To) }

// ByCode finds the person that a code meant on a day.
func (r Register) ByCode(code string, on Date) (Person, bool) {
	for _, p := range r.Persons {
		if p.Code == code && p.On(on) {
			return p, true
		}
	}
	return Person{}, false
}

// ByLogin finds the person who used a user name on a day.
func (r Register) ByLogin(login string, on Date) (Person, bool) {
	for _, p := range r.Persons {
		for _, l := range p.Logins {
			if l == login && p.On(on) {
				return p, true
			}
		}
	}
	return Person{}, false
}

var registerType = strict.Object(docRegisterFile,
	strict.Required("persons", strict.List(personEntryType), func(r *Register) *[]Person { return &r.Persons }, docPersons),
).Then(func(v strict.Value, r *Register) {
	for i, a := range r.Persons {
		for _, b := range r.Persons[:i] {
			if (b.To.IsZero() || !b.To.Before(a.From)) && (a.To.IsZero() || !a.To.Before(b.From)) && (a.Code == b.Code || shared(a.Logins, b.Logins)) {
				v.FaultAt(index("persons", i), textTwoPersons, hintTwoPersons)
				break
			}
		}
	}
})

var personEntryType = strict.Object(flusso.Text{},
	strict.Required("person", personType, func(p *Person) *string { return &p.Code }, docPerson),
	strict.Required("name", strict.Text(), func(p *Person) *string { return &p.Name }, docPersonName),
	strict.Optional("office", strict.Text(), func(p *Person) *string { return &p.Office }, docPersonOffice),
	strict.Optional("role", strict.Word(RoleResponsabile, RoleReferenteTecnico, RoleSupervisore, RoleIncaricato), func(p *Person) *Role { return &p.Role }, docPersonRole),
	strict.Optional("logins", strict.List(strict.Text()), func(p *Person) *[]string { return &p.Logins }, docPersonLogins),
	strict.Required("from", strict.Day(), func(p *Person) *Date { return &p.From }, docFrom),
	strict.Optional("to", strict.Day(), func(p *Person) *Date { return &p.To }, docTo),
	strict.Optional("reviewed", strict.Day(), func(p *Person) *Date { return &p.Reviewed }, docPersonReviewed),
).Then(func(v strict.Value, p *Person) {
	if p.Role == "" {
		p.Role = RoleIncaricato
	}
	if !p.To.IsZero() && p.To.Before(p.From) {
		v.FaultAt("to", textReversed, hintReversed)
	}
})

func shared(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// RegisterSchema is the JSON Schema of the register, for editors.
func RegisterSchema() ([]byte, error) { return registerType.Schema().Document("operatori.yaml") }

// LoadRegister reads the register. Kind Config, with every fault, when it is not one,
// and when others than its owner and group may read it.
func LoadRegister(path string) (Register, error) {
	info, err := os.Stat(path)
	if err != nil {
		what := textNoRegister
		if errors.Is(err, fs.ErrPermission) {
			what = textRegisterDenied
		}
		return Register{}, &flusso.Error{Op: "read register", Kind: flusso.Config, What: what, Hint: hintNoRegister, Err: err}
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return Register{}, &flusso.Error{Op: "read register", Kind: flusso.Config, What: textRegisterWide, Hint: hintRegisterWide}
	}
	data, err := ReadFile(path)
	if err != nil {
		return Register{}, &flusso.Error{Op: "read register", Kind: flusso.Config, What: textRegisterDenied, Hint: hintNoRegister, Err: err}
	}
	return ParseRegister(filepath.Base(path), data)
}

// ParseRegister reads one from memory; name is what faults call it.
func ParseRegister(name string, data []byte) (Register, error) {
	r, doc := strict.Decode(name, "", data, registerType)
	return r, doc.Faults().Err()
}
