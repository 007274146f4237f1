package schedule

// Hours are a time of the day on certain days. Nothing changes them once they
// are made.
type Hours struct {
	days     Days
	from, to int // minutes; to is beyond from, and beyond EndOfDay where they end on the next day
	calendar *Calendar
	lawful   bool // closed on public holidays, open on the days worked for them
}

// NewHours makes hours from a minute of the day to another, 0 to EndOfDay; one
// that is not after from is of the next day. With holidays they are closed on
// the calendar's public holidays and open on its swapped working days if they
// are from Monday to Friday; dates are open whatever the calendar says. A
// calendar of nil goes by the week alone.
func NewHours(days Days, from, to int, holidays *Calendar) *Hours {
	h := &Hours{days: days, from: from, to: to, calendar: holidays, lawful: holidays != nil}
	if to <= from {
		h.to += EndOfDay
	}
	return h
}

// Open says whether they are open at a civil time in Unix seconds.
func (h *Hours) Open(unix int64) bool {
	_, open := h.began(unix)
	return open
}

// began is the day on which the hours that are open at a civil time began.
func (h *Hours) began(unix int64) (Day, bool) {
	d, minute := At(unix)
	if minute >= h.from && minute < h.to && h.on(d) {
		return d, true
	}
	if minute+EndOfDay < h.to && h.on(d-1) {
		return d - 1, true
	}
	return 0, false
}

// on says whether the hours begin on a day.
func (h *Hours) on(d Day) bool {
	if h.lawful && !h.days.Dated(d) {
		switch kind, _ := h.calendar.At(d); {
		case kind == Rest:
			return false
		case kind == Work && h.days.week&monToFri == monToFri:
			return true
		}
	}
	return h.days.Has(d)
}

// Days are the days on which they begin.
func (h *Hours) Days() *Days { return &h.days }

// Cuts are the minutes of a day at which they open or close.
func (h *Hours) Cuts() [2]int { return [2]int{h.from % EndOfDay, h.to % EndOfDay} }

// Reach is how many days a day's hours may last: 1, or 2 overnight.
func (h *Hours) Reach() int {
	if h.to > EndOfDay {
		return 2
	}
	return 1
}

// String is how they are written: "mon-fri 08:30–17:30".
func (h *Hours) String() string {
	to := h.to
	if to > EndOfDay {
		to -= EndOfDay
	}
	return h.days.String() + " " + Clock(h.from) + "–" + Clock(to)
}
