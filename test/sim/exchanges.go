package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/hotline12345/hotline/demo"
)

// exchanges is how many there are: at 10.3.0.1 and the following addresses, as
// plan.yaml has them.
const exchanges = 10

// Two of them send calls back whence they came; 110 sends its own.
const (
	customs = 4 // a sub-centre's old exchange: of the headers nothing is left
	police  = 6
	chuzhou = 7 // a city's: what a call came with goes along
)

// exchange is the far end of a trunk: a department's or a sub-centre's
// telephone system, another city's hotline.
type exchange struct {
	*party
	number int
	joined map[*demo.Call]*demo.Call // calls that it has sent on, both ways
}

func (w *World) exchange(number int) {
	local := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 3, 0, byte(number)}), 5060)
	x := &exchange{number: number, joined: map[*demo.Call]*demo.Call{}}
	x.party = w.join(demo.Options{
		User: "exchange", Local: local, Media: demo.Ports(netip.AddrPortFrom(local.Addr(), 10000), 20000), Manner: x.manner,
	})
	x.party.touched = x.relay
	w.exchanges = append(w.exchanges, x)
}

// never is for phones that are not answered.
const never = -1

// manner is how an exchange treats a call: in every way that there is.
func (x *exchange) manner(_ *demo.Peer, c *demo.Call) demo.Manner {
	w := x.w
	if err := sentOn(c); err != nil {
		w.fail(err)
	}
	if (x.number == customs || x.number == chuzhou) && w.oneIn(2) {
		return x.sendBack(c)
	}
	m := demo.Manner{
		Ring: 20 * time.Millisecond, Answer: 500*time.Millisecond + w.spread(2*time.Second), Status: 200, Talk: time.Second + w.spread(w.talk),
	}
	switch w.rand.Below(18) {
	case 0: // busy
		m.Status = []int{486, 600}[w.rand.Below(2)]
	case 1: // its exchange knows better why
		m.Status, m.Early = 480, w.oneIn(2)
		m.More = fmt.Sprintf("Reason: Q.850;cause=%d\r\n", []int{17, 19, 20, 34, 1}[w.rand.Below(5)])
	case 2: // refused
		m.Status = []int{403, 603, 401, 407}[w.rand.Below(4)]
	case 3: // nobody, not now, broken
		m.Status = []int{404, 410, 480, 484, 488, 500, 502, 503, 504}[w.rand.Below(9)]
	case 4: // sent on: to itself, or elsewhere
		m.Status = 302
		if w.oneIn(2) {
			m.More = "Contact: " + strings.Replace(c.Header("To"), ">", ";user=phone>", 1) + "\r\n"
		}
	case 5:
		m.Mute = true
	case 6: // rings past the limit, with a ringing tone of its own or without
		m.Answer, m.Early = tooLong, w.oneIn(2)
	case 7: // and answers as it is given up
		m.Answer, m.Late = never, true
	case 8: // answers and drops
		m.Talk = time.Duration(1+w.rand.Below(300)) * time.Millisecond
	case 9:
		m.SDP = foreign
	case 10, 11: // its people send the caller on
		m.Refer, m.ReferAfter = w.elsewhere(), w.spread(3*time.Second)
		m.Talk += 10 * time.Second
	default:
		m.Early = w.oneIn(3)
	}
	return m
}

// sentOn holds what a call outside must carry.
func sentOn(c *demo.Call) error {
	for _, name := range []string{"Diversion", "History-Info", "X-Hotline-Path"} {
		if c.Header(name) == "" {
			return fmt.Errorf("a call was sent outside without %s", name)
		}
	}
	if (c.Header("Privacy") == "") == (c.Header("P-Asserted-Identity") == "") {
		return fmt.Errorf("a call was sent outside with the caller %q and the privacy %q", c.Header("P-Asserted-Identity"), c.Header("Privacy"))
	}
	seen := map[string]bool{}
	for mark := range strings.SplitSeq(c.Header("X-Hotline-Path"), ", ") {
		if seen[mark] {
			return fmt.Errorf("a call runs in a circle: %s", c.Header("X-Hotline-Path"))
		}
		seen[mark] = true
	}
	return nil
}

// sendBack rings the hotline for a call that came from there, and answers when
// that is answered.
func (x *exchange) sendBack(c *demo.Call) demo.Manner {
	w := x.w
	from := c.Header("From")
	_, caller, _ := strings.Cut(from, "sip:")
	caller, _, _ = strings.Cut(caller, "@")
	j := demo.Journey{Caller: caller, Number: "12345", Patience: 5 * time.Minute}
	switch {
	case x.number == chuzhou:
		for _, name := range []string{"X-Hotline-Path", "User-to-User", "Diversion", "Privacy"} {
			if value := c.Header(name); value != "" {
				j.More += name + ": " + value + "\r\n"
			}
		}
	case w.oneIn(2):
		j.Number = "12360"
	}
	w.clock.after(time.Duration(20+w.rand.Below(100))*time.Millisecond, func() {
		if x.down || c.Over() {
			return
		}
		var out demo.Out
		back := x.Dial(w.clock.now, j, &out)
		x.joined[back], x.joined[c] = c, back
		w.returned++
		x.sent(&out)
	})
	return demo.Manner{Ring: 20 * time.Millisecond, Answer: never, Status: 200}
}

// relay joins what becomes of one side of a call that was sent back to the
// other.
func (x *exchange) relay(c *demo.Call) {
	other := x.joined[c]
	if other == nil {
		return
	}
	var out demo.Out
	switch {
	case c.Over() && !other.Over():
		delete(x.joined, c)
		x.HangUp(x.w.clock.now, other, &out)
	case c.Outgoing && c.Answered != 0 && other.Answered == 0:
		x.Answer(x.w.clock.now, other, &out)
	}
	x.sent(&out)
}

// targets are whom people send callers to: destinations and queues by name and
// number, numbers of the ledger, emergency services; the last two are nothing.
var targets = []string{
	"12345", "market", "tax", "customs", "12333", "labour-2", "110", "110", "petitions", "shanghai", "12366", "tobacco", "chuzhou", "wuhu",
	"12315", "insurance", "nobody", "99999",
}

func (w *World) elsewhere() string { return targets[w.rand.Below(int64(len(targets)))] }

func (w *World) nobody(to string) bool { return slices.Contains(targets[len(targets)-2:], to) }
