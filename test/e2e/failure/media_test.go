package failure

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// silence lets calls end after 1 s without a packet.
func silence(p *config.Plan) { p.Calls.Silence = config.Duration(time.Second) }

// A caller of whom nothing is heard while he waits.
func TestNothingIsHeardOfAWaitingCaller(t *testing.T) {
	s := begin(t, silence)
	c := s.waits(128)
	bye := c.Expect("BYE", script.Soon)
	if bye.Q850() != 41 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	c.Answer(bye, "200 OK", "")
	s.cause(s.ends("media-lost", "system"), 480, 41)
	s.AtZero(t)
}

// In a talk, whoever falls silent ends it; while he holds he may.
func TestMediaStop(t *testing.T) {
	s := begin(t, silence)
	phone := s.phone("8001", 2)
	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	c.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	hush := phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	s.bridged()

	reoffers(agent, phone.offer("sendonly"))
	hush()
	agent.Never("BYE", 2*time.Second)
	hush = phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	reoffers(agent, phone.offer())
	agent.Never("BYE", 1500*time.Millisecond)

	hush()
	byes := []*script.Message{agent.Expect("BYE", script.Soon), c.Expect("BYE", script.Soon)}
	if after := byes[0].At.Sub(phone.Sound.Last()); after < 900*time.Millisecond {
		t.Errorf("the BYE came %v after the last packet", after)
	}
	for i, d := range []*script.Dialog{agent, c.Dialog} {
		if byes[i].Q850() != 41 {
			t.Errorf("the BYE's Reason: %q", byes[i].All("Reason"))
		}
		d.Answer(byes[i], "200 OK", "")
	}
	s.cause(s.ends("answered", "system"), 480, 41)
	s.AtZero(t)
}

// RTCP counts as life, where no RTP comes.
func TestControlCountsAsLife(t *testing.T) {
	s := begin(t, silence)
	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	stop := c.Sound.Report(portOf(ok), 200*time.Millisecond)
	c.Never("BYE", 2500*time.Millisecond)
	stop()
	c.Answer(c.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("media-lost", "system")
	s.AtZero(t)
}

// Where rtcp-mux was agreed on, RTCP comes and goes on the port of RTP.
func TestControlOnThePortOfRTP(t *testing.T) {
	s := begin(t, silence)
	p := s.carrier(128)
	c := &citizen{p.Dial(number, "12345"), p}
	c.Request("INVITE", p.offer("rtcp-mux"))
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	if media := ok.SDP(); !media.Has("rtcp-mux") {
		t.Fatalf("rtcp-mux was not taken:\n%s", ok.Raw)
	}
	stop := p.Sound.ReportOn(portOf(ok), 200*time.Millisecond)
	within(t, "reports on the port of RTP", func() bool { return p.Sound.Control() > 0 })
	c.Never("BYE", 2500*time.Millisecond)
	stop()
	c.Answer(c.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("media-lost", "system")
	s.AtZero(t)
}

// A caller who falls silent in a talk ends it, as an agent does.
func TestTheCallerFallsSilent(t *testing.T) {
	s := begin(t, silence)
	phone := s.phone("8001", 2)
	c := s.rings(s.carrier(128))
	ok := c.Expect("200 INVITE", script.Soon)
	c.Ack("")
	hush := c.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), 20)
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	s.bridged()
	phone.hears(t, "the agent", callersVoice, pcma)
	hush()
	for _, d := range []*script.Dialog{c.Dialog, agent} {
		bye := d.Expect("BYE", script.Soon)
		if bye.Q850() != 41 {
			t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
		}
		d.Answer(bye, "200 OK", "")
	}
	s.cause(s.ends("answered", "system"), 480, 41)
	s.AtZero(t)
}

// A caller who has µ-law alone and an agent who has A-law alone hear each
// other.
func TestTheCodecsDiffer(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	d.Request("INVITE", script.SDP(p.Sound.Addr, "0"))
	ok := d.Expect("200 INVITE", script.Soon)
	d.Ack("")
	if got := ok.SDP().Formats; strings.Join(got, " ") != "0" {
		t.Errorf("answered with %v", got)
	}
	agent := phone.Ring(script.Soon)
	if got := agent.Invite.SDP().Formats; strings.Join(got, " ") != "0 8 101" {
		t.Errorf("the agent is offered %v: not the caller's codec first", got)
	}
	agent.Say("200 OK", script.SDP(phone.Sound.Addr, "8"))
	agent.Expect("ACK", script.Soon)
	s.bridged()
	p.Sound.Play(portOf(ok), pcmu, script.EncodeMuLaw(callersVoice), 20)
	phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	phone.hears(t, "the agent", callersVoice, pcma)
	p.hears(t, "the caller", agentsVoice, pcmu)
	byes(d, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// Each side numbers its codec and its digits as it likes.
func TestPayloadTypesDiffer(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	d.Request("INVITE", script.SDP(p.Sound.Addr, "110 97", "rtpmap:110 PCMA/8000", "rtpmap:97 telephone-event/8000"))
	ok := d.Expect("200 INVITE", script.Soon)
	d.Ack("")
	if media := ok.SDP(); strings.Join(media.Formats, " ") != "110 97" || media.Payload("PCMA/8000") != 110 || media.Payload("telephone-event/8000") != 97 {
		t.Errorf("answered with %v, %v", media.Formats, media.Attributes)
	}
	agent := phone.Ring(script.Soon)
	agent.Say("200 OK", script.SDP(phone.Sound.Addr, "8 101", "rtpmap:101 telephone-event/8000"))
	agent.Expect("ACK", script.Soon)
	s.bridged()
	p.Sound.Play(portOf(ok), 110, sound.Encode(callersVoice), 20)
	phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	phone.hears(t, "the agent", callersVoice, pcma)
	p.hears(t, "the caller", agentsVoice, 110)

	p.Sound.Digit(portOf(ok), 97, 7)
	digit(t, phone, 101, 7)
	phone.Sound.Digit(portOf(agent.Invite), 101, 11)
	digit(t, p, 97, 11)
	byes(d, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// digit waits for the end of a telephone-event.
func digit(t *testing.T, p *party, payload, event uint8) {
	t.Helper()
	heard := p.Sound.Wait(fmt.Sprintf("the digit %d", event), script.Soon, func(heard []script.Packet) bool {
		for _, q := range heard {
			if q.Payload == payload && len(q.Data) == 4 && q.Data[0] == event && q.Data[1]&0x80 != 0 {
				return true
			}
		}
		return false
	})
	stamps := map[uint32]bool{}
	for _, q := range heard {
		if q.Payload == payload {
			stamps[q.Timestamp] = true
		}
	}
	if len(stamps) != 1 {
		t.Errorf("one digit has %d timestamps", len(stamps))
	}
}

// Packets of 10 to 60 ms are sent to whoever wants them so, and taken from him.
func TestPacketTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ wanted, got int }{{10, 10}, {30, 30}, {40, 40}, {60, 60}, {200, 60}, {5, 10}} {
		t.Run(strconv.Itoa(c.wanted), func(t *testing.T) {
			s := begin(t)
			phone := s.phone("8001", 2)
			p := s.carrier(128)
			d := p.Dial(number, "12345")
			d.Request("INVITE", script.SDP(p.Sound.Addr, "8", fmt.Sprintf("ptime:%d", c.wanted)))
			ok := d.Expect("200 INVITE", script.Soon)
			d.Ack("")
			if media := ok.SDP(); !media.Has(fmt.Sprintf("ptime:%d", c.got)) {
				t.Errorf("answered with %v", media.Attributes)
			}
			agent := phone.Ring(script.Soon)
			heard := p.Sound.Wait("music", script.Soon, func(heard []script.Packet) bool { return len(heard) >= 20 })
			for i, q := range heard {
				if len(q.Data) != 8*c.got {
					t.Fatalf("packet %d has %d samples", i, len(q.Data))
				}
				if i == 0 {
					continue
				}
				last := heard[i-1]
				gap := q.Timestamp-last.Timestamp != uint32(8*c.got) && !q.Marker // a busy machine may fall behind, and says so
				if gap || q.Sequence != last.Sequence+1 {
					t.Fatalf("packet %d: time %d after %d, sequence %d after %d", i, q.Timestamp, last.Timestamp, q.Sequence, last.Sequence)
				}
			}
			phone.answers(agent)
			s.bridged()
			p.Sound.Play(portOf(ok), pcma, sound.Encode(callersVoice), c.got)
			phone.hears(t, "the agent", callersVoice, pcma)
			byes(d, agent)
			s.ends("answered", "caller")
			s.AtZero(t)
		})
	}
}

// What we do not take is refused with port 0, in its place; the rest goes on.
func TestOtherLinesAreRefused(t *testing.T) {
	s := begin(t)
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	body := script.Session(p.Sound.Addr,
		"m=video 4000 RTP/AVP 96", "a=rtpmap:96 H264/90000",
		fmt.Sprintf("m=audio %d RTP/AVP 8 101", p.Sound.Addr.Port()), "a=rtpmap:101 telephone-event/8000", "a=rtcp-mux",
		"m=image 4002 udptl t38", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
	d.Request("INVITE", body)
	media := d.Expect("200 INVITE", script.Soon).SDP()
	d.Ack("")
	if len(media.Lines) != 4 || media.Lines[0] != "video 0 RTP/AVP 96" || media.Lines[2] != "image 0 udptl t38" ||
		media.Lines[3] != "application 0 UDP/DTLS/SCTP webrtc-datachannel" {
		t.Errorf("the answer's lines: %q", media.Lines)
	}
	if !media.Has("rtcp-mux") {
		t.Errorf("rtcp-mux was not taken: %v", media.Attributes)
	}
	p.Sound.Wait("music", script.Soon, func(heard []script.Packet) bool { return len(heard) >= 10 })

	// Later offers keep the lines; without rtcp-mux there is none.
	d.Request("INVITE", strings.Replace(body, "a=rtcp-mux\r\n", "", 1))
	media = d.Expect("200 INVITE", script.Soon).SDP()
	d.Ack("")
	if len(media.Lines) != 4 || media.Has("rtcp-mux") {
		t.Errorf("the second answer: %q, %v", media.Lines, media.Attributes)
	}
	d.Request("BYE", "")
	d.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// An INVITE without an offer: ours is in the 200, the answer in the ACK, and
// they hear each other.
func TestAnInviteWithoutAnOffer(t *testing.T) {
	s := begin(t)
	phone := s.phone("8001", 2)
	p := s.carrier(128)
	d := p.Dial(number, "12345")
	d.Request("INVITE", "")
	ok := d.Expect("200 INVITE", script.Soon)
	if got := ok.SDP().Formats; strings.Join(got, " ") != "8 0 101" {
		t.Errorf("our offer has %v", got)
	}
	d.Ack(script.SDP(p.Sound.Addr, "0"))
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	p.Sound.Play(portOf(ok), pcmu, script.EncodeMuLaw(callersVoice), 20)
	phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	phone.hears(t, "the agent", callersVoice, pcma)
	p.hears(t, "the caller", agentsVoice, pcmu)
	byes(d, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// The answer in the ACK cannot be used, or is not there: the call is ended.
func TestTheAnswerInTheAckCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]func(*party) string{
		"no body": func(*party) string { return "" },
		"G.729":   func(p *party) string { return script.SDP(p.Sound.Addr, "18", "rtpmap:18 G729/8000") },
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			p := s.carrier(128)
			d := p.Dial(number, "12345")
			d.Request("INVITE", "")
			d.Expect("200 INVITE", script.Soon)
			d.Ack(body(p))
			bye := d.Expect("BYE", script.Soon)
			if bye.Q850() != 88 {
				t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
			}
			d.Answer(bye, "200 OK", "")
			if c := s.ends("unusable-sdp", "system"); c.Q850 != 88 {
				t.Errorf("the CDR: %+v", c)
			}
			s.AtZero(t)
		})
	}
}
