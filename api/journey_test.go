package api

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// TestACallIsSeenFromTheFirstRingToItsCDR over the real socket.
func TestACallIsSeenFromTheFirstRingToItsCDR(t *testing.T) {
	s := serve(t, newWorld(t))
	ctx := t.Context()
	password, err := s.SetPassword(ctx, "8001", "")
	if err != nil {
		t.Fatal(err)
	}
	s.plug(password)
	phones, err := s.Phones(ctx)
	if err != nil || len(phones) != 21 {
		t.Fatalf("%d phones, %v", len(phones), err)
	}
	if p := phones[0]; p.Phone != "8001" || p.Name != "王敏" || !p.Registered || !p.Reachable || p.Contact == "" || p.Expires == nil {
		t.Fatalf("the phone registered with the password that was made: %+v", p)
	}
	if p := phones[1]; p.Phone != "8002" || p.Registered || p.Expires != nil {
		t.Fatalf("a phone that is not there: %+v", p)
	}
	agent, err := s.Login(ctx, "8001", "8001")
	if err != nil || agent.State != "Idle" || agent.Phone != "8001" || agent.Name != "王敏" || len(agent.Queues) != 3 {
		t.Fatalf("%+v, %v", agent, err)
	}

	s.dial("12345", "13800000000")
	s.advance(time.Second)
	calls, err := s.Calls(ctx)
	if err != nil || len(calls) != 1 {
		t.Fatalf("%+v, %v", calls, err)
	}
	c := calls[0]
	if c.State != "walking" || c.From != "telecom" || c.Caller != "13800000000" || c.Number != "12345" || c.Queue != "general" || c.Bridged != nil {
		t.Fatalf("the call that rings: %+v", c)
	}
	if c.Began.Before(epoch) || c.Began.After(epoch.Add(time.Minute)) {
		t.Fatalf("it began at %v", c.Began)
	}
	s.advance(4 * time.Second)
	if calls, err = s.Calls(ctx); err != nil || len(calls) != 1 || calls[0].State != "talking" || calls[0].Agent != "8001" || calls[0].Bridged == nil {
		t.Fatalf("the call that talks: %+v, %v", calls, err)
	}
	atWork(t, s)

	if err := s.Hangup(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	s.advance(time.Second)
	cdrs, err := s.CDRs(ctx, CDRFilter{})
	if err != nil || len(cdrs) != 1 {
		t.Fatalf("%+v, %v", cdrs, err)
	}
	d := cdrs[0]
	if d.Call != c.ID || d.Outcome != "answered" || d.EndedBy != "operator" || d.Agent != "8001" || d.Phone != "8001" || d.Queue != "general" || d.Offers != 1 || d.Revision != 1 {
		t.Fatalf("the CDR: %+v", d)
	}
	if !d.Began.Equal(c.Began) || !d.Bridged.Equal(*calls[0].Bridged) || d.Answered == nil || d.Enlisted == nil || d.Offered == nil || d.Accepted == nil || d.Ended.Before(*d.Bridged) {
		t.Fatalf("the CDR's times: %+v", d)
	}
	history, err := s.History(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, step := range history {
		if kinds = append(kinds, step.Kind); step.Kind == "offered" && (step.Agent != "8001" || step.Eligible != 1 || step.Strategy == "" || step.Next != "") {
			t.Errorf("the offer: %+v", step)
		}
	}
	for _, kind := range []string{"began", "enlisted", "offered", "prompt-heard", "bridged"} {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no %q in the history: %q", kind, kinds)
		}
	}
}

// atWork looks at everything else while 8001 talks.
func atWork(t *testing.T, s *served) {
	t.Helper()
	ctx := t.Context()
	status, err := s.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if status.Version != "1.2.3" || !status.Ready || status.Draining || status.Revision != 1 || status.Calls != 1 || status.Waiting != 0 || len(status.Listening) != 1 {
		t.Errorf("%+v", status)
	}
	if status.Journal.Position == 0 || status.Journal.Synced != status.Journal.Position || !status.Journal.Room || status.Store.Error != "" {
		t.Errorf("%+v %+v", status.Journal, status.Store)
	}
	if want := []Short{{"general", 8, 1, 7}, {"market", 2, 1, 1}}; !slices.Equal(status.Short, want) {
		t.Errorf("short of agents: %v, want %v", status.Short, want)
	}
	states := map[string]int{}
	for _, c := range status.Agents {
		states[c.State] = c.N
	}
	if len(states) != 7 || states["Talking"] != 1 || states["LoggedOut"] != 19 {
		t.Errorf("agents by state: %v", states)
	}
	agents, err := s.Agents(ctx)
	if err != nil || len(agents) != 20 || agents[0].State != "Talking" || agents[0].Calls != 1 || agents[1].State != "LoggedOut" || !agents[1].Since.IsZero() {
		t.Errorf("%+v, %v", agents, err)
	}
	queues, err := s.Queues(ctx)
	if err != nil || len(queues) != 13 || queues[0] != (Queue{Queue: "general", Offered: 1, Answered: 1, InInvite: 1, InHeard: 1}) {
		t.Errorf("%+v, %v", queues, err)
	}
	trunks, err := s.Trunks(ctx)
	if err != nil || len(trunks) != 13 || trunks[0] != (Trunk{Trunk: "telecom", Busy: 1, Channels: 300}) {
		t.Errorf("%+v, %v", trunks, err)
	}
	if phones, err := s.Phones(ctx); err != nil || phones[0].Agent != "8001" {
		t.Errorf("%+v, %v", phones, err)
	}
}

// TestAnAgentsWishesAreCarriedOut: each tells how he is then.
func TestAnAgentsWishesAreCarriedOut(t *testing.T) {
	s := serve(t, newWorld(t))
	ctx := t.Context()
	if a, err := s.Login(ctx, "8003", "8007"); err != nil || a.State != "Idle" || a.Phone != "8007" || a.Since.IsZero() {
		t.Fatalf("%+v, %v", a, err)
	}
	if a, err := s.Pause(ctx, "8003"); err != nil || a.State != "Paused" {
		t.Fatalf("%+v, %v", a, err)
	}
	if a, err := s.Resume(ctx, "8003"); err != nil || a.State != "Idle" {
		t.Fatalf("%+v, %v", a, err)
	}
	if a, err := s.Logout(ctx, "8003"); err != nil || a.State != "LoggedOut" || a.Phone != "" {
		t.Fatalf("%+v, %v", a, err)
	}
}

// TestRecordingsAreTakenOrEachThatIsNoneIsNamed.
func TestRecordingsAreTakenOrEachThatIsNoneIsNamed(t *testing.T) {
	s := serve(t, newWorld(t))
	if got, err := s.Client.ReloadPrompts(t.Context()); err != nil || got.Clips != 99 || got.Own != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	s.prompts.Add("greeting.wav", 0, "not a WAV file")
	_, err := s.Client.ReloadPrompts(t.Context())
	problem, ok := errors.AsType[*Problem](err)
	if !ok || problem.Status != 422 || len(problem.Errors) != 1 || problem.Errors[0].Location != "greeting.wav" {
		t.Fatalf("%v", err)
	}
}

// TestADrainIsPassedOn with its grace, and taken back.
func TestADrainIsPassedOn(t *testing.T) {
	s := serve(t, newWorld(t))
	ctx := t.Context()
	if err := s.Client.Drain(ctx, 10*time.Minute); err != nil || s.draining != 10*time.Minute {
		t.Fatalf("%v, %v", s.draining, err)
	}
	if status, err := s.Status(ctx); err != nil || !status.Draining {
		t.Fatalf("%+v, %v", status, err)
	}
	if err := s.Client.Undrain(ctx); err != nil {
		t.Fatal(err)
	}
	if status, err := s.Status(ctx); err != nil || status.Draining {
		t.Fatalf("%+v, %v", status, err)
	}
}
