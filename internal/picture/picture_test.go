package picture

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"flussi/internal/schema"
)

var someWords = Words{Title: "Righe", Drawn: "più scure", None: "nessuna", Hidden: "soppressa", Number: func(x float64) string { return fmt.Sprint(x) }}

// Every province of today and since 2005 has an outline, in its place: the north
// is above the south, an outline's letters stand within its box.
func TestOutlines(t *testing.T) {
	missing := 0
	for _, p := range schema.Provinces() {
		if _, ok := p.Region(); ok && len(outlinesOf(p.ISTAT)) == 0 {
			t.Errorf("%s %s (%s) has no outline", p.ISTAT, p.Nome, p.Sigla)
			missing++
		}
	}
	if n := len(outlines()); n != 110 || missing > 0 {
		t.Errorf("%d outlines", n)
	}
	at := map[string]point{}
	for _, o := range outlines() {
		at[o.letters] = o.at
		if o.at.x < o.box.left || o.at.x > o.box.right || o.at.y < o.box.top || o.at.y > o.box.bottom || o.region == "" {
			t.Errorf("%s stands at %v, outside of %v, in region %q", o.letters, o.at, o.box, o.region)
		}
		if o.box.left < 0 || o.box.top < 0 || o.box.bottom > 10_000 {
			t.Errorf("%s: %v", o.letters, o.box)
		}
	}
	if !(at["BZ"].y < at["RM"].y && at["RM"].y < at["RG"].y && at["CA"].x < at["RM"].x && at["RM"].x < at["LE"].x) {
		t.Errorf("Italy lies another way: %v", at)
	}
}

// Neighbours fit: every point of a boundary between two provinces is in both.
func TestNeighboursFit(t *testing.T) {
	met := map[point]int{}
	for _, o := range outlines() {
		for _, ring := range ringsOf(o.path) {
			for _, p := range ring {
				met[p]++
			}
		}
	}
	shared := 0
	for _, n := range met {
		if n > 1 {
			shared++
		}
	}
	if shared < len(met)/3 {
		t.Errorf("%d points of %d are of two provinces", shared, len(met))
	}
}

func TestMap(t *testing.T) {
	lazio := []Area{
		{Province: "058", Name: "Roma", Value: "900", Size: 900}, {Province: "059", Name: "Latina", Value: "20", Size: 20},
		{Province: "056", Name: "Viterbo", Hidden: true}, {Province: "999", Name: "nowhere", Value: "5", Size: 5},
	}
	m := NewMap(lazio, someWords)
	shapes := map[string]string{}
	for _, s := range m.Shapes {
		shapes[s.Label] = s.Class
	}
	if want := map[string]string{"Roma: 900": "s5", "Latina: 20": "s3", "Viterbo: soppressa": "hidden", "FR: nessuna": "s0", "RI: nessuna": "s0"}; fmt.Sprint(shapes) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", shapes, want)
	}
	if want := []Key{{"s3", "20"}, {"s5", "900"}, {"hidden", "soppressa"}, {"s0", "nessuna"}}; !slices.Equal(m.Legend, want) {
		t.Errorf("legend %v", m.Legend)
	}
	if len(m.Names) != 5 || m.Width > mapWidth || m.Height > mapHeight {
		t.Errorf("%d names, %d by %d", len(m.Names), m.Width, m.Height)
	}
	if m := NewMap([]Area{{Province: "999"}}, someWords); len(m.Shapes) > 0 {
		t.Error("a map of nowhere")
	}
	// Before and after Sardinia's reform: both are told, the larger shades.
	m = NewMap([]Area{{Province: "090", Name: "Sassari", Value: "7", Size: 7}, {Province: "112", Name: "Sassari", Value: "9", Size: 9}}, someWords)
	if !slices.ContainsFunc(m.Shapes, func(s Shape) bool { return s.Label == "Sassari: 7; Sassari: 9" && s.Class == "s5" }) {
		t.Errorf("%+v", m.Shapes)
	}
}

// Lengths are to scale, and what is hidden has a length of its own.
func TestCharts(t *testing.T) {
	var b Bars
	b.Add("a", "100", 100)
	b.Add("b", "50", 50)
	b.Add("c", "0", 0)
	b.AddHidden("d", "soppressa")
	b.Finish("t", "d")
	if b.Bars[0].Width != widestBar || b.Bars[1].Width != widestBar/2 || b.Bars[2].Width != 0 || b.Bars[3].Width != hiddenBar || b.Height != 4*barStep {
		t.Errorf("%+v", b)
	}
	var c Columns
	c.Group("2024")
	c.Add("1", "10", 10, false)
	c.Group("2025")
	c.Add("1", "5", 5, false)
	c.Add("2", "", 0, true)
	c.Finish("t", "d", func(x float64) string { return fmt.Sprint(x) })
	if g := c.Groups; c.Top != "10" || g[0].Columns[0].Height != highestColumn || g[1].Columns[0].Height != highestColumn/2 || g[1].X <= g[0].X || g[1].Columns[1].Height == 0 {
		t.Errorf("%+v", c)
	}
	var p Pyramid
	p.Add("0-17", NewSide(10, "10", false), NewSide(5, "5", false))
	p.Add("18-64", NewSide(0, "soppressa", true), NewSide(20, "20", false))
	p.Finish("t", "d", "F", "M")
	if p.Bands[1].Right.Width != widestSide || p.Bands[0].Left.Width != widestSide/2 || p.Bands[0].Left.X+p.Bands[0].Left.Width != pyramidLeft || p.Bands[1].Left.Width != hiddenBar {
		t.Errorf("%+v", p)
	}
}

// The policy allows the one style sheet, byte for byte, and nothing else.
func TestPolicy(t *testing.T) {
	var page strings.Builder
	if err := Templates("t", `<style>{{.}}</style>`, nil).Execute(&page, Style()); err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(page.String(), "<style>"), "</style>")
	sum := sha256.Sum256([]byte(text))
	if !strings.Contains(CSP(), base64.StdEncoding.EncodeToString(sum[:])) || strings.Contains(CSP(), "unsafe") {
		t.Errorf("%s does not allow what html/template writes", CSP())
	}
}
