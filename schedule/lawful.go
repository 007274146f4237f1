package schedule

import "time"

// lawful are the State Council's notices of each year's holidays: 国办发明电
// 〔2024〕12号 for 2025, 国办发明电〔2025〕7号 for 2026.
var lawful = []struct {
	year       int
	from, last [2]int // month, day
	kind       Kind
	name       string
}{
	{2025, [2]int{1, 1}, [2]int{1, 1}, Rest, "元旦"},
	{2025, [2]int{1, 26}, [2]int{1, 26}, Work, "春节"},
	{2025, [2]int{1, 28}, [2]int{2, 4}, Rest, "春节"},
	{2025, [2]int{2, 8}, [2]int{2, 8}, Work, "春节"},
	{2025, [2]int{4, 4}, [2]int{4, 6}, Rest, "清明节"},
	{2025, [2]int{4, 27}, [2]int{4, 27}, Work, "劳动节"},
	{2025, [2]int{5, 1}, [2]int{5, 5}, Rest, "劳动节"},
	{2025, [2]int{5, 31}, [2]int{6, 2}, Rest, "端午节"},
	{2025, [2]int{9, 28}, [2]int{9, 28}, Work, "国庆节、中秋节"},
	{2025, [2]int{10, 1}, [2]int{10, 8}, Rest, "国庆节、中秋节"},
	{2025, [2]int{10, 11}, [2]int{10, 11}, Work, "国庆节、中秋节"},

	{2026, [2]int{1, 1}, [2]int{1, 3}, Rest, "元旦"},
	{2026, [2]int{1, 4}, [2]int{1, 4}, Work, "元旦"},
	{2026, [2]int{2, 14}, [2]int{2, 14}, Work, "春节"},
	{2026, [2]int{2, 15}, [2]int{2, 23}, Rest, "春节"},
	{2026, [2]int{2, 28}, [2]int{2, 28}, Work, "春节"},
	{2026, [2]int{4, 4}, [2]int{4, 6}, Rest, "清明节"},
	{2026, [2]int{5, 1}, [2]int{5, 5}, Rest, "劳动节"},
	{2026, [2]int{5, 9}, [2]int{5, 9}, Work, "劳动节"},
	{2026, [2]int{6, 19}, [2]int{6, 21}, Rest, "端午节"},
	{2026, [2]int{9, 20}, [2]int{9, 20}, Work, "国庆节"},
	{2026, [2]int{9, 25}, [2]int{9, 27}, Rest, "中秋节"},
	{2026, [2]int{10, 1}, [2]int{10, 7}, Rest, "国庆节"},
	{2026, [2]int{10, 10}, [2]int{10, 10}, Work, "国庆节"},
}

// Lawful is the calendar of the notices that this binary knows.
func Lawful() *Calendar {
	out := &Calendar{}
	for _, l := range lawful {
		last := Date(l.year, time.Month(l.last[0]), l.last[1])
		for d := Date(l.year, time.Month(l.from[0]), l.from[1]); d <= last; d++ {
			out.days = append(out.days, Holiday{d, l.kind, l.name})
		}
	}
	return out
}
