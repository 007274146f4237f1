package failure

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// A destination without a trunk gets into no plan: who tries hears which field it
// is, and calls go on as before.
func TestADestinationWithoutATrunk(t *testing.T) {
	t.Parallel()
	s, desk := beginTax(t)
	for _, c := range []struct {
		says string
		args []string
	}{
		{`destinations.tax.trunk: unknown trunk "nowhere"`, []string{"destination", "set", "tax", "--trunk", "nowhere"}},
		{`destinations.tax.trunk: unknown trunk "tax"`, []string{"trunk", "remove", "tax"}},
		{`destinations.new.trunk: unknown trunk ""`, []string{"destination", "add", "new", "--number", "12366"}},
		{`numbers.12366.destination: unknown destination "tax"`, []string{"destination", "remove", "tax"}},
	} {
		if said := s.CLI(append(c.args, "--reason", "x")...); said.Code != 1 || !strings.Contains(said.Err, c.says) {
			t.Errorf("hotline %q does not say %q: %+v", c.args, c.says, said)
		}
	}
	c := s.dials(s.carrier(128), number, "12366")
	d := desk.Ring(script.Soon)
	desk.answers(d)
	c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	byes(c.Dialog, d)
	if cdr := s.CDR(t, 1); cdr.AnsweredBy != "subcenter" || cdr.Revision != 1 {
		t.Errorf("the CDR: %+v", cdr)
	}
	s.AtZero(t)
}

// A destination answers and hangs up at once, before the caller has acknowledged
// his answer, and right behind it: the call is over for all three, and its
// channel is the next caller's.
func TestADestinationAnswersAndDrops(t *testing.T) {
	t.Parallel()
	for name, early := range map[string]bool{"before the caller's ACK": true, "after it": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, desk := beginTax(t)
			for i := range exchangeSeats + 1 {
				c := s.dials(s.carrier(128+byte(i)), number, "12366")
				d := desk.Ring(script.Soon)
				desk.answers(d)
				c.Expect("200 INVITE", script.Soon)
				if !early {
					c.Ack("")
				}
				d.Request("BYE", "")
				d.Expect("200 BYE", script.Soon)
				if early {
					c.Never("BYE", 0) // RFC 3261 section 15: not before the ACK
					c.Ack("")
				}
				bye := c.Expect("BYE", script.Soon)
				if bye.Q850() != 16 {
					t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
				}
				c.Answer(bye, "200 OK", "")
				cdr := s.CDR(t, i+1)
				if told(&cdr) != "carrier "+number+" 12366  answered: subcenter tax" || cdr.EndedBy != "agent" || cdr.Q850 != 16 {
					t.Errorf("the CDR: %+v", cdr)
				}
			}
			s.AtZero(t)
		})
	}
}

// A prompt file that is no sound: a start leaves it out and says so, callers hear
// the clip that is built in; nobody can bring one in while the server runs.
func TestAPromptThatIsNoSound(t *testing.T) {
	t.Parallel()
	s := beginWith(t, rig.Options{Late: true}, flow(answer, enlist, greeting, music))
	folder := filepath.Join(s.Data, "prompts")
	writes := func(dir, text string) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "greeting.wav"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writes(folder, "您好,这里是12345。")
	s.Restart()
	if log := s.Log(); !strings.Contains(log, `msg="a recording is left out" file=greeting.wav`) {
		t.Errorf("the start does not name the file:\n%s", log)
	}
	for _, text := range []string{"", "RIFF", "RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00", strings.Repeat("ID3\x04", 1000)} {
		studio := filepath.Join(t.TempDir(), "studio")
		writes(studio, text)
		if said := s.CLI("prompt", "import", studio); said.Code != 1 || !strings.Contains(said.Err, "greeting.wav") {
			t.Errorf("%d bytes: %+v", len(text), said)
		}
	}
	if _, err := s.Client.ReloadPrompts(t.Context()); err == nil || !strings.Contains(err.Error(), "greeting.wav") {
		t.Errorf("a reload says %v", err)
	}
	phone := s.phone("8001", 2)
	c := s.waits(128)
	d := phone.Ring(script.Soon)
	d.Say("180 Ringing", "")
	c.Sound.Wait("the greeting", 4*script.Soon, func(heard []script.Packet) bool {
		return len(script.Data(heard, pcma)) >= len(clip(t, "greeting"))
	})
	phone.answers(d)
	s.joined(number)
	c.heardClip(t, "greeting")
	byes(c.Dialog, d)
	s.ends("answered", "caller")
	s.AtZero(t)
}
