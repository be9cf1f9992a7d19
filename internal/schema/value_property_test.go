package schema

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// decreeControl computes the control character from the decree's own table
// (D.M. 23/12/1976): what each character is worth in odd places, in even ones.
func decreeControl(fifteen string) byte {
	const table = "0=1,0 1=0,1 2=5,2 3=7,3 4=9,4 5=13,5 6=15,6 7=17,7 8=19,8 9=21,9 " +
		"A=1,0 B=0,1 C=5,2 D=7,3 E=9,4 F=13,5 G=15,6 H=17,7 I=19,8 J=21,9 K=2,10 L=4,11 M=18,12 " +
		"N=20,13 O=11,14 P=3,15 Q=6,16 R=8,17 S=12,18 T=14,19 U=16,20 V=10,21 W=22,22 X=25,23 Y=24,24 Z=23,25 "
	sum := 0
	for i, c := range fifteen {
		_, worth, _ := strings.Cut(table, string(c)+"=")
		worth, _, _ = strings.Cut(worth, " ")
		n, _ := strconv.Atoi(strings.Split(worth, ",")[i%2])
		sum += n
	}
	return byte('A' + sum%26)
}

// TestFiscalCodeControl: codes that textbooks print, then every day of two
// years for both sexes, in every form that omocodia gives its place: one letter
// of twenty-six is right, and the letters change nothing of what is read.
func TestFiscalCodeControl(t *testing.T) {
	for _, printed := range []string{"RSSMRA80A01H501U", "MRTMTT91D08F205J", "RSSMRA85T10A562S"} {
		if decreeControl(printed[:15]) != printed[15] || !parseFiscalCode([]byte(printed)).control {
			t.Errorf("a printed code is refused")
		}
	}
	for _, year := range []int{80, 81} {
		for month, letter := range "ABCDEHLMPRST" {
			for day := range 72 {
				person := fmt.Sprintf("RSSMRA%02d%c%02d", year, letter, day)
				for variant := range 8 {
					place := []byte("H501")
					for bit := range 3 {
						if variant>>bit&1 == 1 {
							place[1+bit] = omocodia[place[1+bit]-'0']
						}
					}
					checkFiscalCode(t, person+string(place), year, month+1, day)
				}
			}
		}
	}
}

func checkFiscalCode(t *testing.T, fifteen string, year, month, day int) {
	right := 0
	for letter := byte('A'); letter <= 'Z'; letter++ {
		if parseFiscalCode(append([]byte(fifteen), letter)).control {
			right++
		}
	}
	last := daysIn(int64(1900+year), month)
	exists := day >= 1 && day <= last || day >= 41 && day <= 40+last
	got := parseFiscalCode(append([]byte(strings.ToLower(fifteen)), decreeControl(fifteen)))
	if right != 1 || !got.control || got.born != exists || got.year != year || got.female != (day > 40) || string(got.place[:]) != "H501" {
		t.Fatalf("year %d, month %d, day %d: %d letters pass, read as %+v", year, month, day, right, got)
	}
}

// TestEveryHour: HH.MM is read for what it says, and never as a decimal.
func TestEveryHour(t *testing.T) {
	for hour := range 800 {
		for minute := range 100 {
			got, form, ok := ParseMinutes(fmt.Appendf(nil, "%d.%02d", hour, minute))
			want, wantForm := int32(hour*60+minute), HoursExact
			if minute > 59 {
				want, wantForm = 0, HoursInvalid
			}
			if got != want || form != wantForm || !ok {
				t.Fatalf("%d.%02d: %d minutes, form %d", hour, minute, got, form)
			}
		}
	}
}
