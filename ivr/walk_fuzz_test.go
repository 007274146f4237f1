package ivr

import (
	"reflect"
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// shelf is a few flows.
type shelf []*Flow

func (s shelf) Flow(name string) *Flow {
	for _, f := range s {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// names are the flows that steps may lead to; the last is nowhere.
var names = []string{"a", "b", "c", "gone"}

// flowsOf makes flows of bytes, two a step; a step of kind 0 ends a flow.
func flowsOf(data []byte) shelf {
	out := shelf{{Name: "a"}}
	for ; len(data) >= 2 && len(out) <= 3; data = data[2:] {
		f, arg := out[len(out)-1], data[1]
		kind := Kind(data[0] % (uint8(Command) + 1))
		if kind == 0 {
			out = append(out, &Flow{Name: names[len(out)]})
			continue
		}
		s := Step{Name: string(rune('A' + len(f.Steps))), Kind: kind, MustHear: arg&1 != 0, Wait: time.Duration(arg>>4) * time.Second, Tries: int(arg & 3)}
		if arg&2 != 0 || kind == Music {
			s.Clips = []string{"x"}
		}
		switch kind {
		case Menu, Command:
			s.Choices = []Choice{{Digit: '1', Flow: names[arg>>2&3]}}
		case Collect:
			s.Digits, s.Terminator = int(arg>>2&3), "#\x00"[arg>>1&1]
		}
		f.Steps = append(f.Steps, s)
	}
	return out
}

// watched is a walk of which every step is looked at: a walk restored from its
// place must do the same.
type watched struct {
	t *testing.T
	*Walk
	flows   shelf
	now     turn.Instant
	hangups int
	bridged int
}

func (w *watched) event(ev Event) []Action {
	w.t.Helper()
	twin, over := Restore(w.flows, w.Place), w.Over
	var did, same []Action
	w.Step(w.now, ev, &did)
	twin.Step(w.now, ev, &same)
	if !reflect.DeepEqual(did, same) || twin.Place != w.Place {
		w.t.Fatalf("at %+v after a restart the event %+v brings\n%+v, %+v, without\n%+v, %+v", w.Place, ev, same, twin.Place, did, w.Place)
	}
	if over && len(did) > 0 {
		w.t.Fatalf("after the end: %+v", did)
	}
	for _, a := range did {
		switch a.Kind {
		case DoHangup:
			w.hangups++
		case MayBridge:
			w.bridged++
		case DoPlay, DoMusic, DoEnlist, DoForward, DoCommand, DoAnswer, DoProgress:
			if a.Step == nil {
				w.t.Fatalf("%+v of no step", a)
			}
		}
	}
	if w.hangups > 1 || (w.hangups == 1) != w.Over {
		w.t.Fatalf("%d hangups, over: %v", w.hangups, w.Over)
	}
	if w.bridged > 1 {
		w.t.Fatalf("told %d times that it may be bridged", w.bridged)
	}
	if d := w.Deadline(); d != 0 && (w.Over || w.Parked || w.Farewell != "") {
		w.t.Fatalf("at rest with a deadline: %+v", w.Place)
	}
	return did
}

// end lets go by what ends every flow but one whose caller waits in music that
// no queue will end.
func (w *watched) end() {
	w.t.Helper()
	for range 400 {
		step := w.Current()
		switch {
		case w.Over, step == nil:
			return
		case w.Farewell != "":
			w.event(Event{Kind: ClipsFinished})
		case w.Parked && step.Kind == Forward:
			w.event(Event{Kind: ForwardFailed})
		case w.Parked:
			return // he talks
		case w.Due != 0:
			w.now = max(w.now, w.Due)
			w.event(Event{Kind: Deadline})
		case w.Enlisted && (step.Kind == Music || w.at == len(w.flow.Steps)-1):
			w.event(Event{Kind: QueueRefused})
		case step.Kind == Command:
			w.event(Event{Kind: CommandDone, OK: true})
		case step.Kind == Queue && w.at < len(w.flow.Steps)-1:
			w.event(Event{Kind: QueueTaken})
		case step.Kind == Music && !w.Enlisted:
			return
		default:
			w.event(Event{Kind: ClipsFinished})
		}
	}
	w.t.Fatalf("the walk has no end: %+v", w.Place)
}

// FuzzWalk lets a caller walk through flows of any steps, with events in any
// order: nothing panics, what is restored goes on alike, he is hung up once,
// and left alone the flow comes to its end.
func FuzzWalk(f *testing.F) {
	f.Add([]byte("\x01\x00\x07\x00\x03\x03\x04\x02"), []byte("\x02\x01\x06"))                                             // answer, queue, greeting, music
	f.Add([]byte("\x01\x00\x06\x5e\x06\x5e\x0a\x08\x03\x02\x00\x00\x03\x02"), []byte("\x02\x12\x22\x82\x03\x32\x07\x17")) // *11
	f.Add([]byte("\x02\x00\x05\x17\x09\x00\x00\x00\x08\x00\x09\x10"), []byte("\x02\x12\x02\x05\x04"))                     // menu, forward
	f.Add([]byte("\x07\x00\x08\x00\x07\x00\x04\x00"), []byte("\x06\x05\x06"))
	f.Fuzz(func(t *testing.T, steps, events []byte) {
		if len(steps) > 64 || len(events) > 200 {
			return
		}
		w := &watched{t: t, flows: flowsOf(steps), now: 1e9}
		w.Walk = New(w.flows, names[0])
		w.event(Event{Kind: Begin})
		for _, b := range events {
			ev := Event{Kind: EventKind(b % 9), OK: b&0x40 != 0, Digit: "1#25"[b>>4&3], Clip: []string{"", "x"}[b>>5&1]}
			switch {
			case ev.Kind == Begin: // once
				continue
			case ev.Kind == Deadline:
				w.now = w.now.Add(time.Duration(b>>4) * time.Second)
			case b == 0xf8 && !w.Over:
				w.Park()
			}
			w.event(ev)
		}
		w.end()
	})
}
