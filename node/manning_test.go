package node

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/core"
)

// timeless is a log whose lines have no times.
func timeless(out *strings.Builder) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// lines are what was logged since the last time.
func lines(out *strings.Builder) string {
	got := out.String()
	out.Reset()
	return got
}

func TestAQueueThatIsShortIsToldOncePerChange(t *testing.T) {
	var out strings.Builder
	log := timeless(&out)
	told := manning{}
	view := func(queues ...core.QueueView) *core.View { return &core.View{Queues: queues} }
	queue := func(name string, due, there, short int) core.QueueView {
		return core.QueueView{QueueRecord: acd.QueueRecord{Name: name}, Manning: core.Manning{Rostered: true, Due: due, LoggedIn: there, Short: short}}
	}
	for _, c := range []struct {
		view *core.View
		want string
	}{
		{view(queue("general", 12, 12, 0), queue("market", 4, 3, 0)), ""},
		{
			view(queue("general", 12, 10, 2), queue("market", 4, 3, 1)),
			"level=WARN msg=\"fewer agents are logged in than the roster says\" queue=general due=12 logged_in=10\n" +
				"level=WARN msg=\"fewer agents are logged in than the roster says\" queue=market due=4 logged_in=3\n",
		},
		{view(queue("general", 12, 10, 2), queue("market", 4, 3, 1)), ""},
		{view(queue("general", 12, 9, 3), queue("market", 4, 3, 1)), "level=WARN msg=\"fewer agents are logged in than the roster says\" queue=general due=12 logged_in=9\n"},
		{view(queue("general", 12, 12, 0)), "level=INFO msg=\"as many agents are logged in as the roster says\" queue=general due=12 logged_in=12\n"},
		{view(queue("general", 12, 12, 0), queue("market", 4, 3, 1)), "level=WARN msg=\"fewer agents are logged in than the roster says\" queue=market due=4 logged_in=3\n"},
	} {
		told.tell(c.view, log)
		if got := lines(&out); got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}
