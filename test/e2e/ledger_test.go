package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// helpers are agents beside the embedded plan's twenty, so that a whole round of
// the ledger is served at once. They sit in every queue.
const helpers = 60

// TestEachNumberOfTheLedger rings every number of the embedded plan and three
// imported ones, as Request-URI and as what was diverted to 12345: first as the
// plan stands, then with the dual numbers' seats kept by their departments, then
// with every department closed. What the caller and whoever answered heard, what
// the phone showed and the CDR are looked at call by call.
func TestEachNumberOfTheLedger(t *testing.T) {
	t.Parallel()
	l := openLedger(t)
	l.change("the departments' exchanges", l.connect)
	l.importNumbers()
	var asItStands, retained, closed []*visit
	for i := range ledgerRows {
		r := &ledgerRows[i]
		asItStands = append(asItStands, l.visits(visit{row: r, clips: r.clips(), desk: r.desk})...)
		if r.mode == "dual" {
			retained = append(retained, l.visits(visit{row: r, desk: "desk-" + r.number})...)
		}
		if r.desk != "" || r.mode == "dual" {
			closed = append(closed, l.visits(visit{row: r, clips: r.closedClips(), passed: r.deskOr()})...)
		}
	}
	for i := range importedRows {
		r := &importedRows[i]
		asItStands = append(asItStands, l.visits(visit{row: r, clips: r.importedClips()})...)
	}
	l.round("as the plan stands", asItStands)
	l.change("seats kept by the departments", l.retain)
	l.round("retained", retained)
	l.change("closed departments", l.closeAll)
	l.round("closed", closed)
	l.s.AtZero(t)
}

// closedClips is what 12345 says before it serves in the place of a department
// that is closed.
func (r *ledgerRow) closedClips() []string {
	if r.number == "12356" {
		return r.clips()
	}
	return []string{"takeover-closed"}
}

// deskOr is the number's destination: the embedded plan's, or that of retain.
func (r *ledgerRow) deskOr() string {
	if r.desk != "" {
		return r.desk
	}
	return "desk-" + r.number
}

// openLedger starts a server with phones for all agents, the departments'
// exchanges and a carrier.
func openLedger(t *testing.T) *ledger {
	l := &ledger{t: t, takers: map[string]*taker{}, bridged: map[string]bool{}}
	names := []string{}
	l.s = rig.Start(t, rig.Options{Plan: func(p *config.Plan) {
		for i := range helpers {
			name := fmt.Sprint(9001 + i)
			p.Phones.Set(name, config.Phone{})
			a := config.Agent{}
			for _, q := range p.Queues {
				if q.Value.Kind != "subcenter" {
					a.Queues = append(a.Queues, q.Name)
				}
			}
			for _, skill := range p.Skills {
				a.Skills.Set(skill, 5)
			}
			p.Agents.Set(name, a)
		}
		for _, a := range p.Agents {
			names = append(names, a.Name)
		}
	}})
	phones := l.s.Phones(t, names, 11, func(i int) live.Options {
		return live.Options{Options: demo.Options{Manner: manner}, Sound: chirp(uint64(100 + i)), Keep: keep}
	})
	for i, name := range names {
		l.s.Login(t, name, name)
		go l.take(phones[i], &taker{name: name, voice: uint64(100 + i)})
	}
	for i, trunk := range exchanges {
		voice := uint64(200 + i)
		p := l.s.Trunk(t, exchangeHost+byte(i), live.Options{Options: demo.Options{Manner: manner}, Sound: chirp(voice), Keep: keep})
		l.exchanges = append(l.exchanges, p)
		go l.take(p, &taker{name: trunk, voice: voice})
	}
	l.carrier = l.s.Trunk(t, rig.Carrier, live.Options{Keep: keep})
	go l.watch()
	return l
}

// keep is how much of a call is kept: all of it.
const keep = time.Minute

// manner answers at once, but lets whoever rings in a crisis hear what is said
// to him until then.
func manner(p *demo.Peer, c *demo.Call) demo.Manner {
	if strings.Contains(c.From, `"12356 `) {
		return demo.Manner{Answer: 6 * time.Second, Status: 200}
	}
	return demo.Manner{Answer: 200 * time.Millisecond, Status: 200}
}

// exchanges are the trunks of the embedded plan's destinations for its numbers,
// and one for the departments that keep their seats, at exchangeHost and above.
var exchanges = []string{"customs", "tax-bureau", "tobacco", "immigration", "post", "crisis-line", departments}

const (
	departments  = "departments"
	exchangeHost = 200
)

// change applies a revision of the plan.
func (l *ledger) change(reason string, edit func(*config.Plan)) {
	l.t.Helper()
	in, err := l.s.Client.Plan(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	p, faults := config.Parse([]byte(in.Document))
	if faults != nil {
		l.t.Fatal(faults)
	}
	edit(p)
	document, err := p.Encode()
	if err != nil {
		l.t.Fatal(err)
	}
	out, err := l.s.Client.Apply(l.t.Context(), api.Change{Base: in.Revision, Author: "test", Reason: reason, Document: string(document)})
	if err != nil {
		l.t.Fatalf("%s: %v", reason, err)
	}
	l.revision, l.plan = out.Revision, p
}

// connect points the embedded plan's trunks to the exchanges of the test.
func (l *ledger) connect(p *config.Plan) {
	for i, name := range exchanges {
		at := l.exchanges[i].Local()
		t := config.Trunk{Area: "0551", Channels: 50}
		if old := p.Trunks.Get(name); old != nil {
			t = *old
		}
		t.Match, t.Peers = []string{at.Addr().String()}, []config.Peer{{Address: at.String()}}
		p.Trunks.Set(name, t)
	}
}

// importNumbers has the command line make merged numbers.
func (l *ledger) importNumbers() {
	l.t.Helper()
	file := filepath.Join(l.t.TempDir(), "numbers.csv")
	if err := os.WriteFile(file, []byte(importedFile), 0o600); err != nil {
		l.t.Fatal(err)
	}
	l.s.MustCLI("number", "import", file, "--reason", "第一批并入")
	l.revision++
}

// retain lets the departments of the dual numbers keep their seats.
func (l *ledger) retain(p *config.Plan) {
	for _, r := range ledgerRows {
		if r.mode != "dual" {
			continue
		}
		n := p.Numbers.Get(r.number)
		n.Seats, n.Destination, n.Takeover = "retained", "desk-"+r.number, r.queue
		p.Destinations.Set(n.Destination, config.Destination{Kind: "department", Name: r.department, Trunk: departments, Number: r.number})
	}
}

// closeAll closes all departments.
func (l *ledger) closeAll(p *config.Plan) {
	p.Hours.Set("past", config.Hours{Days: "2000-01-01"})
	for i := range p.Destinations {
		p.Destinations[i].Value.Hours = "past"
	}
}
