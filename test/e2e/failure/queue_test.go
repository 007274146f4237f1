package failure

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// outside is a place that a trunk of its own leads to: a mobile, a neighbour's
// hotline.
type outside struct {
	*party
	t   *testing.T
	net rig.Net
}

// neighbour is bound before the server starts, since the plan names its
// address.
func neighbour(t *testing.T) *outside {
	t.Helper()
	n := rig.NewNet(t)
	ip := n.IP(200).String()
	return &outside{&party{Endpoint: script.UDP(t, ip, n.Addr(0)), Sound: script.NewSound(t, ip)}, t, n}
}

// second is another address of the same place.
func (o *outside) second() *party {
	ip := o.net.IP(201).String()
	return &party{Endpoint: script.UDP(o.t, ip, o.net.Addr(0)), Sound: script.NewSound(o.t, ip)}
}

// duty is the last tier of the queue: after 300 ms the number is rung there.
func (o *outside) duty(p *config.Plan) {
	p.Trunks.Set("mobile", config.Trunk{
		Match: []string{o.Addr.Addr().String()}, Peers: []config.Peer{{Address: o.Addr.String()}}, Channels: 1,
	})
	p.Queues.Get("general").Tiers = []config.Tier{
		{}, {After: config.Duration(300 * time.Millisecond), Duty: "13900000000", Trunk: "mobile"},
	}
}

// beginNear starts a server that knows the neighbour.
func beginNear(t *testing.T, edits ...func(*config.Plan)) (*scene, *outside) {
	t.Helper()
	t.Parallel()
	o := neighbour(t)
	s := beginWith(t, rig.Options{Net: &o.net}, append([]func(*config.Plan){o.duty}, edits...)...)
	o.Server = s.Addr
	return s, o
}

func TestNobodyIsLoggedIn(t *testing.T) {
	s, mobile := beginNear(t)
	caller := s.waits(128)
	d := mobile.Ring(script.Soon)
	if uri := d.Invite.URI(); !strings.HasPrefix(uri, "sip:13900000000@") {
		t.Errorf("rung: %s", uri)
	}
	if from := d.Invite.Get("From"); !strings.Contains(from, "sip:"+number+"@") {
		t.Errorf("the duty is shown %s", from)
	}
	// One hop more than the caller's: calls that run in a circle come to an end.
	if hops := d.Invite.Get("Max-Forwards"); hops != "69" {
		t.Errorf("Max-Forwards: %s", hops)
	}
	d.Say("180 Ringing", "")
	mobile.answers(d)
	byes(caller.Dialog, d)
	c := s.ends("answered", "caller")
	if c.Phone != "mobile" || c.Agent != "" || c.Queue != "general" || c.Bridged == nil {
		t.Errorf("the CDR: %+v", c)
	}
	s.AtZero(t)
}

// The duty is busy: the caller waits on, until the limit of the queue.
func TestTheDutyRefusesToo(t *testing.T) {
	s, mobile := beginNear(t, queue(func(q *config.Queue) { q.MaxWait = config.Duration(1500 * time.Millisecond) }))
	caller := s.waits(128)
	d := mobile.Ring(script.Soon)
	d.Say("486 Busy Here", "")
	d.Expect("ACK", script.Soon)
	bye := caller.Expect("BYE", script.Soon)
	caller.Answer(bye, "200 OK", "")
	if c := s.ends("wait-limit", "system"); c.Offers != 1 {
		t.Errorf("%d offers", c.Offers)
	}
	mobile.Never("INVITE", 0)
	s.AtZero(t)
}

// The trunk to the duty has one channel: a second caller's duty is not rung,
// and the trunk's channel is free again afterwards.
func TestTheTrunkToTheDutyIsFull(t *testing.T) {
	s, mobile := beginNear(t)
	one := s.waits(128)
	d := mobile.Ring(script.Soon)
	mobile.answers(d)
	s.bridged()
	two := s.waits(129)
	mobile.Never("INVITE", 10*t1)
	byes(one.Dialog, d)
	s.ends("answered", "caller")
	two.Request("BYE", "")
	two.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
	if busy := s.Metrics(t)[`hotline_trunk_busy_channels{trunk="mobile"}`]; busy != 0 {
		t.Errorf("%v channels are busy", busy)
	}
}

// The trunk answers nothing for 2 s: the offer moves on, and the caller waits
// on.
func TestTheTrunkToTheDutyIsSilent(t *testing.T) {
	s, mobile := beginNear(t)
	caller := s.waits(128)
	d := mobile.Ring(script.Soon)
	began := d.Invite.At
	within(t, "the trunk's channel is free", func() bool {
		return s.Metrics(t)[`hotline_trunk_busy_channels{trunk="mobile"}`] == 0
	})
	if gap := time.Since(began); gap < 1500*time.Millisecond {
		t.Errorf("passed over after %v", gap)
	}
	caller.Request("BYE", "")
	caller.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// A caller who waits already and one more than the queue may hold.
func full(p *config.Plan) { p.Queues.Get("general").Limit = 1 }

func TestTheQueueIsFull(t *testing.T) {
	s := begin(t, full)
	one, two := s.waits(128), s.waits(129)
	bye := two.Expect("BYE", script.Soon)
	if bye.Q850() != 17 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	two.Answer(bye, "200 OK", "")
	c := s.ends("queue-full", "system")
	s.cause(c, 486, 17)
	if c.Queue != "general" {
		t.Errorf("the CDR: %+v", c)
	}
	one.Request("BYE", "")
	one.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

func TestTheQueueIsFullBeforeTheAnswer(t *testing.T) {
	s := begin(t, full, flow(enlist, answer, music))
	one := s.waits(128)
	two := s.rings(s.carrier(129))
	refusal := two.Expect("486 INVITE", script.Soon)
	if refusal.Q850() != 17 {
		t.Errorf("the Reason: %q", refusal.All("Reason"))
	}
	two.AckRefusal(refusal)
	s.cause(s.ends("queue-full", "system"), 486, 17)
	one.Request("BYE", "")
	one.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// The refusal's ACK is lost: it is said again until the ACK comes (timer G).
func TestARefusalIsRepeatedUntilItsAck(t *testing.T) {
	s := begin(t, flow(gone))
	c := s.rings(s.carrier(128))
	refusal := c.Expect("410 INVITE", script.Soon)
	if refusal.Q850() != 22 {
		t.Errorf("the Reason: %q", refusal.All("Reason"))
	}
	c.E.Again(refusal, script.Soon)
	c.E.Again(refusal, script.Soon)
	c.AckRefusal(refusal)
	said := c.E.Copies(refusal)
	c.Never("410 INVITE", 40*t1)
	if more := c.E.Copies(refusal) - said; more > 2 { // one may have crossed the ACK
		t.Errorf("said %d times more after the ACK", more)
	}
	s.cause(s.ends("flow-ended", "system"), 410, 22)
	s.AtZero(t)
}

func waitLimit(p *config.Plan) {
	p.Queues.Get("general").MaxWait = config.Duration(500 * time.Millisecond)
}

func TestTheWaitIsTooLong(t *testing.T) {
	s := begin(t, waitLimit)
	c := s.waits(128)
	bye := c.Expect("BYE", script.Soon)
	if bye.Q850() != 19 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	c.Answer(bye, "200 OK", "")
	s.cause(s.ends("wait-limit", "system"), 480, 19)
	s.AtZero(t)
}

func TestTheWaitIsTooLongBeforeTheAnswer(t *testing.T) {
	s := begin(t, waitLimit, flow(progress, enlist, music))
	c := s.rings(s.carrier(128))
	c.Expect("183 INVITE", script.Soon)
	refusal := c.Expect("480 INVITE", script.Soon)
	if refusal.Q850() != 19 {
		t.Errorf("the Reason: %q", refusal.All("Reason"))
	}
	c.AckRefusal(refusal)
	s.cause(s.ends("wait-limit", "system"), 480, 19)
	s.AtZero(t)
}

// The wait ends while a phone rings: the offer goes on, and when it fails the
// call is over.
func TestTheWaitIsTooLongWhileThePhoneRings(t *testing.T) {
	s := begin(t, waitLimit, queue(func(q *config.Queue) { q.Ring = config.Duration(time.Second) }))
	phone := s.phone("8001", 2)
	c := s.waits(128)
	agent := phone.Ring(script.Soon)
	agent.Say("180 Ringing", "")
	cancelled(t, agent, 19)
	c.Answer(c.Expect("BYE", script.Soon), "200 OK", "")
	s.ends("wait-limit", "system")
	s.AtZero(t)
}

// A trunk's own limit is 486, the node's is another thing (DESIGN.md,
// "Answers").
func TestTheTrunkIsFull(t *testing.T) {
	s := begin(t, func(p *config.Plan) { p.Trunks.Get("carrier").Channels = 1 })
	one := s.waits(128)
	two := s.rings(s.carrier(129))
	refusal := two.Expect("486 INVITE", script.Soon)
	if refusal.Q850() != 17 {
		t.Errorf("the Reason: %q", refusal.All("Reason"))
	}
	two.AckRefusal(refusal)
	one.Request("BYE", "")
	one.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.counts("hotline_calls_refused_total", 1)
	s.AtZero(t)
}

// While the node drains, new calls get 503 with a short Retry-After.
func TestTheNodeDrains(t *testing.T) {
	s := begin(t)
	one := s.waits(128)
	s.MustCLI("drain", "--grace", "1m")
	two := s.rings(s.carrier(129))
	refusal := two.Expect("503 INVITE", script.Soon)
	if refusal.Get("Retry-After") == "" {
		t.Errorf("no Retry-After:\n%s", refusal.Raw)
	}
	two.AckRefusal(refusal)
	s.MustCLI("drain", "--undo")
	three := s.waits(130)
	for _, c := range []*citizen{one, three} {
		c.Request("BYE", "")
		c.Expect("200 BYE", script.Soon)
		s.ends("abandoned-queue", "caller")
	}
	s.AtZero(t)
}

// An operator ends a call.
func TestTheOperatorHangsUp(t *testing.T) {
	s := begin(t)
	c := s.waits(128)
	var calls []api.Call
	within(t, "the call is listed", func() bool {
		calls = s.Calls(t)
		return len(calls) == 1
	})
	s.MustCLI("call", "hangup", calls[0].ID)
	bye := c.Expect("BYE", script.Soon)
	if bye.Q850() != 16 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	c.Answer(bye, "200 OK", "")
	s.ends("operator", "operator")
	s.AtZero(t)
}

// A queue that is full says so, if it has a clip for it: the caller hears the
// whole of it, then comes the BYE.
func TestTheFullQueueSaysSo(t *testing.T) {
	s := begin(t, full, queue(func(q *config.Queue) { q.Full = "queue-full" }))
	one, two := s.waits(128), s.waits(129)
	bye := two.Expect("BYE", played(t, "queue-full")+script.Soon)
	two.heardClip(t, "queue-full")
	if bye.Q850() != 17 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	two.Answer(bye, "200 OK", "")
	c := s.ends("queue-full", "system")
	s.cause(c, 486, 17)
	if heard := c.Ended.Sub(*c.Answered); heard < played(t, "queue-full") || heard > played(t, "queue-full")+2*time.Second {
		t.Errorf("the BYE came %v after the answer; the clip lasts %v", heard, played(t, "queue-full"))
	}
	one.Request("BYE", "")
	one.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// Who has waited too long hears that nobody has come, in place of the music; the
// flow's own hang-up says with what cause.
func TestTheWaitsEndIsSaid(t *testing.T) {
	s := begin(t, waitLimit, queue(func(q *config.Queue) { q.Late = "wait-limit" }),
		flow(answer, enlist, music, config.Step{Kind: "hangup", Cause: 31}))
	caller := s.waits(128)
	bye := caller.Expect("BYE", played(t, "wait-limit")+script.Soon)
	caller.heardClip(t, "wait-limit")
	if bye.Q850() != 31 {
		t.Errorf("the BYE's Reason: %q", bye.All("Reason"))
	}
	caller.Answer(bye, "200 OK", "")
	s.cause(s.ends("wait-limit", "system"), 480, 31)
	s.AtZero(t)
}

// A carrier that takes 486 for its subscriber's line can be told otherwise: by a
// full queue, and by a trunk whose channels are all in use.
func TestATrunkHasItsOwnBusy(t *testing.T) {
	s := begin(t, full, flow(enlist, answer, music), func(p *config.Plan) {
		trunk := p.Trunks.Get("carrier")
		trunk.Busy, trunk.Channels = 603, 1
	})
	one := s.waits(128)
	two := s.rings(s.carrier(129))
	refusal := two.Expect("603 INVITE", script.Soon)
	if refusal.Q850() != 17 {
		t.Errorf("the Reason of the full trunk: %q", refusal.All("Reason"))
	}
	two.AckRefusal(refusal)
	s.MustCLI("trunk", "set", "carrier", "--channels", "2", "--author", "test", "--reason", "a test")
	three := s.rings(s.carrier(130))
	refusal = three.Expect("603 INVITE", script.Soon)
	if refusal.Q850() != 17 {
		t.Errorf("the Reason of the full queue: %q", refusal.All("Reason"))
	}
	three.AckRefusal(refusal)
	s.cause(s.ends("queue-full", "system"), 603, 17)
	one.Request("BYE", "")
	one.Expect("200 BYE", script.Soon)
	s.ends("abandoned-queue", "caller")
	s.AtZero(t)
}

// The range of RTP ports is too small for all: who is in keeps his place and is
// served when ports are free again, who is not gets 503. One pair is always left for
// an agent.
func TestThePortsRunOut(t *testing.T) {
	t.Parallel()
	net := rig.NewNet(t)
	s := beginWith(t, rig.Options{Net: &net, Args: []string{"--rtp", net.IP(rig.ServerHost).String() + ":20000-20007"}}) // four pairs
	var callers []*citizen
	for i := range 3 {
		callers = append(callers, s.waits(byte(128+i)))
	}
	late := s.rings(s.carrier(131))
	late.AckRefusal(late.Expect("503 INVITE", script.Soon))
	s.counts("hotline_calls_refused_total", 1)

	first, second := s.phone("8001", 2), s.phone("8002", 3)
	agent := first.Ring(script.Soon)
	first.answers(agent)
	second.Never("INVITE", 20*t1) // he is idle, and there are no ports to ring him with
	within(t, "two wait", func() bool { return s.Metrics(t)[`hotline_queue_waiting_calls{queue="general"}`] == 2 })
	byes(callers[0].Dialog, agent)
	s.ends("answered", "caller")

	other := second.Ring(script.Soon)
	second.answers(other)
	byes(callers[1].Dialog, other)
	s.ends("answered", "caller")
	last := first.Ring(script.Soon)
	first.answers(last)
	byes(callers[2].Dialog, last)
	s.ends("answered", "caller")
	s.AtZero(t)
}
