package schema

// fiscalCode is a CodiceFiscale read for what it says of its person (D.M.
// 23/12/1976). It holds no character that names one.
type fiscalCode struct {
	person  bool // sixteen characters; else eleven digits, of a body or provisional
	ascii   bool // the XSD's \d takes any Unicode digit; a fiscal code has ASCII's
	control bool // the control character is right
	born    bool // month and day can be a birthday
	year    int  // last two digits of the year of birth
	female  bool
	place   [4]byte // Belfiore code of the place of birth, digits restored
}

// parseFiscalCode reads a value that matches the XSD's pattern.
func parseFiscalCode(v []byte) (c fiscalCode) {
	for len(v) > 11 && v[len(v)-1] == ' ' {
		v = v[:len(v)-1]
	}
	for _, b := range v {
		if b >= 0x80 {
			return c
		}
	}
	c.ascii = true
	if len(v) == 11 {
		c.control = numericControl(v)
		return c
	}
	if len(v) != 16 {
		return c
	}
	c.person = true
	var u [16]byte
	for i, b := range v {
		if b >= 'a' && b <= 'z' {
			b -= 'a' - 'A'
		}
		u[i] = b
	}
	c.control = personControl(&u)
	for _, i := range digitPlaces {
		u[i] = restoreDigit(u[i])
	}
	copy(c.place[:], u[11:15]) // with a letter that stands for no digit: no place at all
	for _, i := range digitPlaces[:4] {
		if u[i] == 0 {
			return c
		}
	}
	c.year = int(u[6]-'0')*10 + int(u[7]-'0')
	day := int(u[9]-'0')*10 + int(u[10]-'0')
	if c.female = day > 40; c.female {
		day -= 40
	}
	// The code does not tell the century, but leap years fall alike in each of
	// them: only for 1900 does a day too many pass.
	month := int(monthOfLetter[u[8]])
	c.born = month != 0 && day >= 1 && day <= daysIn(int64(2000+c.year), month)
	return c
}

// digitPlaces are the places that hold digits, or the letters that stand for
// them where two people would have the same code (omocodia).
var digitPlaces = [7]int{6, 7, 9, 10, 12, 13, 14}

// restoreDigit gives the digit of a digit or of an omocodia letter; 0 for
// anything else.
func restoreDigit(b byte) byte {
	if b >= '0' && b <= '9' {
		return b
	}
	for i := range omocodia {
		if omocodia[i] == b {
			return '0' + byte(i)
		}
	}
	return 0
}

const omocodia = "LMNPQRSTUV"

var monthOfLetter = func() (months [256]uint8) {
	for i, letter := range []byte("ABCDEHLMPRST") {
		months[letter] = uint8(i + 1)
	}
	return months
}()

// oddValues are what characters in odd places (counted from one) are worth for
// the control character; letters count as their digits 0..25.
var oddValues = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

func personControl(u *[16]byte) bool {
	sum := 0
	for i, b := range u[:15] {
		var n int
		switch {
		case b >= '0' && b <= '9':
			n = int(b - '0')
		case b >= 'A' && b <= 'Z':
			n = int(b - 'A')
		default:
			return false
		}
		if i%2 == 0 {
			n = oddValues[n]
		}
		sum += n
	}
	return u[15] == 'A'+byte(sum%26)
}

// numericControl is the check digit of eleven-digit codes (D.M. 23/12/1976,
// annex; the same as the VAT number's).
func numericControl(v []byte) bool {
	sum := 0
	for i, b := range v {
		if b < '0' || b > '9' {
			return false
		}
		n := int(b - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
