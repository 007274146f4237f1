package schedule

// Shift is how many people a shift puts at a queue.
type Shift struct {
	Name   string // the plan's
	Hours  *Hours
	People int
}

// Roster is all shifts of a queue. Shifts at the same time add up; one on a
// date takes the place of those on weekdays that are from and to the same
// time.
type Roster []Shift

// Due is how many people the roster puts there at a civil time in Unix
// seconds.
func (r Roster) Due(unix int64) (people int) {
	for i := range r {
		if r.works(i, unix) {
			people += r[i].People
		}
	}
	return people
}

// Grace is how long after a shift's change, in seconds, fewer may be there than
// are due.
const Grace = 5 * 60

// Overdue is how many people the roster puts there who have had time to come:
// who were due also before the grace.
func (r Roster) Overdue(unix int64) (people int) { return min(r.Due(unix), r.Due(unix-Grace)) }

// On are the names of the shifts with people at a civil time.
func (r Roster) On(unix int64) (names []string) {
	for i := range r {
		if r[i].People > 0 && r.works(i, unix) {
			names = append(names, r[i].Name)
		}
	}
	return names
}

func (r Roster) works(i int, unix int64) bool {
	d, on := r[i].Hours.began(unix)
	return on && !r.replaced(i, d)
}

// replaced says whether another shift has a date where this one has a weekday.
func (r Roster) replaced(i int, d Day) bool {
	h := r[i].Hours
	if h.days.Dated(d) {
		return false
	}
	for j := range r {
		if o := r[j].Hours; o.from == h.from && o.to == h.to && o.days.Dated(d) {
			return true
		}
	}
	return false
}
