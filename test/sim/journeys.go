package sim

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/demo"
)

// meant is what a caller has rung: the ledger's number, and whose call it is.
type meant struct{ number, city string }

// journey is how a caller behaves.
func (w *World) journey() demo.Journey {
	j := demo.Journey{
		Number: w.numbers[w.rand.Below(int64(len(w.numbers)))], Caller: fmt.Sprintf("139%08d", w.rand.Below(1e8)),
		Patience: 10*time.Minute + w.spread(time.Minute),
	}
	switch {
	case w.oneIn(10):
		j.Patience = w.spread(4 * time.Second) // in the prompt, in the queue, as the agent answers
	case w.oneIn(12):
		j.Talk = 3*time.Second + w.spread(20*time.Second)
	case w.oneIn(15):
		j.Hold = 3*time.Second + w.spread(15*time.Second)
	case w.oneIn(20):
		j.Late = true
	}
	if !w.o.Plain {
		w.means(&j)
	}
	return j
}

// cities are whose the calls are that name an area code.
var cities = []struct{ area, city string }{{"0551", "合肥"}, {"0553", "芜湖"}, {"0550", "滁州"}}

// means writes the number in one of the ways in which carriers write it, and
// keeps what must come of it.
func (w *World) means(j *demo.Journey) {
	number := j.Number
	m := meant{number: number}
	where := cities[w.rand.Below(int64(len(cities)))]
	behind := func(header string) { // 12345 was rung because the number was diverted
		j.Number, j.More = "12345", fmt.Sprintf(header, number)
	}
	switch w.rand.Below(14) {
	case 0, 1: // with the area code, which says whose call it is
		if len(number) == 5 {
			m.city = where.city
			j.Number = where.area + number
		}
	case 2:
		if len(number) == 5 {
			m.city = where.city
			j.Number = "+86" + where.area[1:] + number
		}
	case 3:
		behind("Diversion: <sip:%s@carrier>;reason=unconditional;counter=1\r\n")
	case 4:
		behind("Diversion: <sip:12345@carrier>;reason=unconditional, <sip:%s@carrier>;reason=unconditional\r\n")
	case 5:
		behind("History-Info: <sip:12345@carrier>;index=1.1, <tel:%s;phone-context=+86>;index=1\r\n")
	case 6:
		behind("P-Called-Party-ID: <sip:%s@carrier>\r\n")
	case 7:
		j.Number, m = "055165000315", meant{"12315", "合肥"}
	case 8:
		j.Number, m = "055365000366", meant{"12366", "芜湖"}
	case 9: // many have seen it: it is sent on no more
		j.More = "Diversion: <sip:" + number + "@carrier>;reason=unconditional;counter=6\r\n"
	case 10: // he keeps his number to himself
		j.More = "P-Asserted-Identity: <sip:" + j.Caller + "@carrier>\r\nPrivacy: id\r\n"
	case 11: // a fixed line
		j.Caller = fmt.Sprintf("05536%07d", w.rand.Below(1e7))
		if number != "05516262626" {
			m.city = "芜湖"
		}
	}
	if number == "05516262626" && m.number == number {
		m.city = "合肥"
	}
	w.meant[j.Caller] = m
}
