package failure

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/test/e2e/script"
	"github.com/hotline12345/hotline/test/sound"
)

// stragglers are the packets that may still come after a change: a broken one
// would let come a hundred.
const stragglers = 25

// reoffers sends a re-INVITE and takes its end.
func reoffers(d *script.Dialog, body string) *script.Message {
	d.Request("INVITE", body)
	ok := d.Expect("200 INVITE", script.Soon)
	d.Ack("")
	return ok
}

// The agent holds: the caller hears music; he resumes: they hear each other.
func TestTheAgentHoldsAndResumes(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.voices()
	k.caller.hears(t, "the caller", agentsVoice, pcma)
	before := k.agent.Invite.SDP()
	held := reoffers(k.agent, k.phone.offer("sendonly")).SDP()
	if !held.Has("recvonly") {
		t.Errorf("the answer to a hold: %v", held.Attributes)
	}
	if held.At != before.At {
		t.Errorf("our port moved from %v to %v", before.At, held.At)
	}
	identity, version, _ := strings.Cut(held.Origin, " ")
	if was, old, _ := strings.Cut(before.Origin, " "); identity != was || version <= old {
		t.Errorf("o= went from %q to %q", before.Origin, held.Origin)
	}
	k.caller.hearsMusic(t, pcma)
	k.phone.Sound.Forget()
	if ok := reoffers(k.agent, k.phone.offer()).SDP(); !ok.Has("sendrecv") {
		t.Errorf("the answer to a resume: %v", ok.Attributes)
	}
	k.caller.Sound.Forget()
	k.caller.hears(t, "the caller after the hold", agentsVoice, pcma)
	k.phone.hears(t, "the agent after the hold", callersVoice, pcma)
	s.over(k)
}

// Hold in the other ways that phones know: inactive, and c=0.0.0.0 of RFC 2543.
func TestHoldInOtherWays(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.voices()
	old := strings.Replace(k.phone.offer(), "c=IN IP4 "+k.phone.Sound.Addr.Addr().String(), "c=IN IP4 0.0.0.0", 1)
	for name, body := range map[string]string{"inactive": k.phone.offer("inactive"), "c=0.0.0.0": old} {
		reoffers(k.agent, body)
		k.phone.Sound.Forget()
		k.caller.hearsMusic(t, pcma)
		if n := len(k.phone.Sound.Heard()); n > stragglers {
			t.Errorf("%s: %d packets came while held", name, n)
		}
		reoffers(k.agent, k.phone.offer())
		k.phone.hears(t, "the agent after "+name, callersVoice, pcma)
	}
	s.over(k)
}

// The caller holds, by UPDATE: the agent hears music, and then the caller.
func TestTheCallerHoldsByUpdate(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.voices()
	k.caller.Request("UPDATE", k.caller.offer("sendonly"))
	ok := k.caller.Expect("200 UPDATE", script.Soon).SDP()
	if !ok.Has("recvonly") {
		t.Errorf("the answer to a hold: %v", ok.Attributes)
	}
	k.phone.hearsMusic(t, pcma)
	k.caller.Request("UPDATE", k.caller.offer())
	k.caller.Expect("200 UPDATE", script.Soon)
	k.phone.Sound.Forget()
	k.phone.hears(t, "the agent after the hold", callersVoice, pcma)
	s.over(k)
}

// A caller who waits may hold and resume too: the call goes on.
func TestAWaitingCallerHolds(t *testing.T) {
	s := begin(t)
	c := s.waits(128)
	c.hearsMusic(t, pcma)
	reoffers(c.Dialog, c.offer("inactive"))
	c.Sound.Forget()
	phone := s.phone("8001", 2)
	agent := phone.Ring(script.Soon)
	phone.answers(agent)
	s.bridged()
	phone.hearsMusic(t, pcma)
	if n := len(c.Sound.Heard()); n > stragglers {
		t.Errorf("%d packets came while held", n)
	}
	reoffers(c.Dialog, c.offer())
	phone.Sound.Play(portOf(agent.Invite), pcma, sound.Encode(agentsVoice), 20)
	c.hears(t, "the caller after the hold", agentsVoice, pcma)
	byes(c.Dialog, agent)
	s.ends("answered", "caller")
	s.AtZero(t)
}

// The agent's phone goes over to PCMU in the middle of a talk: what is passed
// on is converted from then on.
func TestACodecChanges(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"INVITE", "UPDATE"} {
		t.Run(method, func(t *testing.T) {
			s := begin(t)
			k := s.talks()
			k.voices()
			k.phone.hears(t, "the agent in A-law", callersVoice, pcma)
			k.agent.Request(method, script.SDP(k.phone.Sound.Addr, "0"))
			ok := k.agent.Expect("200 "+method, script.Soon)
			if method == "INVITE" {
				k.agent.Ack("")
			}
			if media := ok.SDP(); len(media.Formats) != 1 || media.Formats[0] != "0" {
				t.Errorf("the answer has %v", media.Formats)
			}
			k.phone.Sound.Forget()
			k.phone.hears(t, "the agent in µ-law", callersVoice, pcmu)
			s.over(k)
		})
	}
}

// A side moves to another address in the middle of a talk.
func TestAnAddressChanges(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"INVITE", "UPDATE"} {
		t.Run(method, func(t *testing.T) {
			s := begin(t)
			k := s.talks()
			k.voices()
			k.caller.hears(t, "the caller", agentsVoice, pcma)
			moved := &party{Endpoint: k.caller.Endpoint, Sound: script.NewSound(t, s.IP(141).String())}
			k.caller.Request(method, moved.offer())
			k.caller.Expect("200 "+method, script.Soon)
			if method == "INVITE" {
				k.caller.Ack("")
			}
			moved.hears(t, "the caller elsewhere", agentsVoice, pcma)
			k.caller.Sound.Forget()
			// He is heard from there, and from where he was no more.
			voice := sound.Chirp(3, 4*time.Second)
			moved.Sound.Play(k.callerPort, pcma, sound.Encode(voice), 20)
			k.phone.Sound.Forget()
			k.phone.hears(t, "the agent", voice, pcma)
			k.phone.hearsNothingOf(t, callersVoice, pcma)
			if n := len(k.caller.Sound.Heard()); n > stragglers {
				t.Errorf("%d packets still go to the old address", n)
			}
			s.over(k)
		})
	}
}

// A re-INVITE that we cannot use gets 488 and leaves all as it was.
func TestAReofferThatCannotBeUsed(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.voices()
	k.agent.Request("INVITE", script.SDP(k.phone.Sound.Addr, "18", "rtpmap:18 G729/8000"))
	k.agent.AckRefusal(k.agent.Expect("488 INVITE", script.Soon))
	k.agent.Request("UPDATE", "nonsense\r\n")
	k.agent.Expect("400 UPDATE", script.Soon)
	k.caller.Sound.Forget()
	k.phone.Sound.Forget()
	k.caller.hears(t, "the caller", agentsVoice, pcma)
	k.phone.hears(t, "the agent", callersVoice, pcma)
	s.over(k)
}

// A re-INVITE without an offer gets our full one; its ACK has the answer.
func TestAReinviteWithoutAnOffer(t *testing.T) {
	s := begin(t)
	k := s.talks()
	hush := k.voices()
	k.agent.Request("INVITE", "")
	media := k.agent.Expect("200 INVITE", script.Soon).SDP()
	if strings.Join(media.Formats, " ") != "8 0 101" || !media.Has("sendrecv") {
		t.Errorf("our offer is %+v", media)
	}
	moved := &party{Endpoint: k.phone.Endpoint, Sound: script.NewSound(t, s.IP(3).String())}
	hush()
	k.agent.Ack(moved.offer())
	moved.hears(t, "the agent elsewhere", callersVoice, pcma)
	s.over(k)
}

// The ACK of a re-INVITE never comes: the call is ended, by nobody's wish.
func TestAReinvitesAckIsLost(t *testing.T) {
	s := begin(t)
	k := s.talks()
	k.agent.Request("INVITE", k.phone.offer())
	k.agent.Expect("200 INVITE", script.Soon)
	bye := k.agent.Expect("BYE", 2*script.Soon)
	k.agent.Answer(bye, "200 OK", "")
	if bye.SIPCause() != 408 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	k.caller.Answer(k.caller.Expect("BYE", script.Soon), "200 OK", "")
	s.cause(s.ends("answered", "system"), 408, 0)
	s.AtZero(t)
}
