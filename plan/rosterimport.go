package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/schedule"
)

// ShiftsOf are the shifts that a roster file may name: those of the plan's
// rosters with such a name (day, 早, 早班 …), else schedule.ThreeShifts.
func ShiftsOf(p *config.Plan) schedule.Shifts {
	out := schedule.ThreeShifts
	for i, names := range schedule.ShiftNames() {
		for _, name := range names {
			row := p.Rosters.Get(name)
			if row == nil {
				continue
			}
			from, err := schedule.ParseClock(row.From)
			to, wrong := schedule.ParseClock(row.To)
			if err == nil && wrong == nil {
				out[i] = [2]int{from, to}
				break
			}
		}
	}
	return out
}

// RosterFaults are the lines of a roster file that name a queue which the plan
// has not.
func RosterFaults(p *config.Plan, rows []schedule.Row) (faults schedule.LineFaults) {
	for _, r := range rows {
		if p.Queues.Get(r.Queue) == nil {
			faults = append(faults, schedule.LineFault{Line: r.Line, Column: schedule.QueueColumn, Text: fmt.Sprintf("unknown queue %q: the plan's queues are %s", r.Queue, queueNames(p))})
		}
	}
	return faults
}

// ImportRoster puts a roster file's lines into a plan that is sound, or, where
// there are RosterFaults, tells them and changes nothing. Of each queue that
// the file names, its lines on weekdays take the place of all that the rosters
// say of weekdays, and its dates that of all dates from its first to its last.
// A file that is imported again changes nothing.
func ImportRoster(p *config.Plan, rows []schedule.Row) schedule.LineFaults {
	if faults := RosterFaults(p, rows); faults != nil {
		return faults
	}
	var order []string
	byQueue := map[string][]schedule.Row{}
	for _, r := range rows {
		if byQueue[r.Queue] == nil {
			order = append(order, r.Queue)
		}
		byQueue[r.Queue] = append(byQueue[r.Queue], r)
	}
	b := newBoard(p)
	for _, queue := range order {
		b.put(queue, byQueue[queue])
	}
	b.tidy()
	return nil
}

// mostNamed is how much of a list of queues is told.
const mostNamed = 12

func queueNames(p *config.Plan) string {
	var names []string
	for i := range p.Queues {
		if i == mostNamed {
			names = append(names, fmt.Sprintf("and %d more", len(p.Queues)-i))
			break
		}
		names = append(names, p.Queues[i].Name)
	}
	return strings.Join(names, ", ")
}

// board is a plan's rosters while lines are put in.
type board struct {
	p       *config.Plan
	shifts  schedule.Shifts
	found   map[posting]int // place in p.Rosters, from 1
	emptied map[string]bool // rosters that have lost people
}

// posting is when a roster's people work.
type posting struct {
	days             string // as schedule.Days are written
	from, to, closed string
}

// wanted is what a queue's rosters are to say.
type wanted struct {
	posting
	people int
}

func newBoard(p *config.Plan) *board {
	b := &board{p: p, shifts: ShiftsOf(p), found: map[posting]int{}, emptied: map[string]bool{}}
	for i := range p.Rosters {
		if at, _ := postingOf(&p.Rosters[i].Value); b.found[at] == 0 {
			b.found[at] = i + 1
		}
	}
	return b
}

func postingOf(r *config.Roster) (posting, schedule.Days) {
	days := schedule.Daily()
	if r.Days != "" {
		days, _ = schedule.ParseDays(r.Days) // a plan in force is sound
	}
	at := posting{days: days.String(), from: r.From, to: r.To}
	if r.Holidays == "closed" {
		at.closed = r.Holidays
	}
	return at, days
}

// put makes the rosters say of a queue what the rows say, and of what they do
// not speak, what was there.
func (b *board) put(queue string, rows []schedule.Row) {
	all := slices.Concat(b.kept(queue, rows), b.fresh(rows))
	at := map[posting]int{} // place in all, from 1
	for i := range all {
		at[all[i].posting] = i + 1
	}
	for i := range b.p.Rosters {
		row := &b.p.Rosters[i]
		people := row.Value.Agents.Get(queue)
		if people == nil {
			continue
		}
		here, _ := postingOf(&row.Value)
		if j := at[here]; j > 0 {
			*people = all[j-1].people
			at[here] = 0
			continue
		}
		row.Value.Agents.Remove(queue)
		b.emptied[row.Name] = true
	}
	for i := range all {
		if at[all[i].posting] == i+1 {
			b.roster(&all[i]).Agents.Set(queue, all[i].people)
		}
	}
}

// kept is what the rosters say of a queue and the rows do not speak of.
func (b *board) kept(queue string, rows []schedule.Row) (out []wanted) {
	weekly := slices.ContainsFunc(rows, func(r schedule.Row) bool { week := r.Days.Week(); return !week.None() })
	var dates []schedule.Day
	for i := range rows {
		dates = append(dates, rows[i].Days.Dates()...)
	}
	for i := range b.p.Rosters {
		row := &b.p.Rosters[i]
		people := row.Value.Agents.Get(queue)
		if people == nil {
			continue
		}
		at, days := postingOf(&row.Value)
		if weekly {
			days = days.OnDates()
		}
		if len(dates) > 0 {
			days = days.Without(slices.Min(dates), slices.Max(dates))
		}
		if at.days = days.String(); days.None() {
			continue
		}
		if j := slices.IndexFunc(out, func(w wanted) bool { return w.posting == at }); j >= 0 {
			out[j].people += *people // shifts at the same time add up
			continue
		}
		out = append(out, wanted{at, *people})
	}
	return out
}

// longestDays is how many characters a roster's days take at most: a plan is
// read by people.
const longestDays = 200

// fresh is what the rows say, days of which the same is true put together.
func (b *board) fresh(rows []schedule.Row) (out []wanted) {
	type key struct {
		from, to, people int
		dated            bool
	}
	at, days := map[key]int{}, []schedule.Days{} // at: place in out, from 1
	add := func(k key, d schedule.Days) {
		if d.None() {
			return
		}
		if i := at[k] - 1; i >= 0 {
			if joined := days[i].Join(&d); len(joined.String()) <= longestDays {
				days[i] = joined
				return
			}
		}
		out = append(out, wanted{posting{from: schedule.Clock(k.from), to: schedule.Clock(k.to)}, k.people})
		days = append(days, d)
		at[k] = len(out)
	}
	for i := range rows {
		r := &rows[i]
		add(key{r.From, r.To, r.People, false}, r.Days.Week())
		add(key{r.From, r.To, r.People, true}, r.Days.OnDates())
	}
	for i := range days {
		out[i].days = days[i].String()
	}
	return out
}

// roster finds the plan's roster for what is wanted, or makes one.
func (b *board) roster(w *wanted) *config.Roster {
	if i := b.found[w.posting]; i > 0 {
		return &b.p.Rosters[i-1].Value
	}
	made := config.Roster{From: w.from, To: w.to, Holidays: w.closed}
	shift := b.shift(w.from, w.to)
	name := shift + " " + w.days
	if every := schedule.Daily(); w.days != every.String() {
		made.Days = w.days
	} else if b.p.Rosters.Get(shift) == nil {
		name = shift
	}
	if len(name) > longestName {
		name = name[:longestName] + "…"
	}
	for n, first := 2, name; b.p.Rosters.Get(name) != nil; n++ {
		name = fmt.Sprintf("%s #%d", first, n)
	}
	b.p.Rosters.Set(name, made)
	b.found[w.posting] = len(b.p.Rosters)
	return &b.p.Rosters[len(b.p.Rosters)-1].Value
}

// shift is how people call what is from and to certain times.
func (b *board) shift(from, to string) string {
	for i, names := range schedule.ShiftNames() {
		if at := b.shifts[i]; schedule.Clock(at[0]) == from && schedule.Clock(at[1]) == to {
			return names[0]
		}
	}
	return from + "-" + to
}

const longestName = 48 // of a roster that an import makes

// tidy takes out the rosters that nobody works any more; those that say when a
// shift is stay.
func (b *board) tidy() {
	b.p.Rosters = slices.DeleteFunc(b.p.Rosters, func(row config.Row[config.Roster]) bool {
		names := schedule.ShiftNames()
		return b.emptied[row.Name] && len(row.Value.Agents) == 0 &&
			!slices.ContainsFunc(names[:], func(names []string) bool { return slices.Contains(names, row.Name) })
	})
}
