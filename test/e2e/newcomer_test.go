package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/rig"
)

// TestTheNewcomersHour goes through README.md's hour as it is written there,
// with real phones: the embedded plan, everything by the command line.
func TestTheNewcomersHour(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Plan: func(p *config.Plan) {
		embedded, _ := config.Parse(config.Anhui())
		*p = *embedded
	}})
	hour := &hour{t: t, s: s}
	hour.phones()
	hour.change()
	hour.call()
	hour.rollBack()
	s.AtZero(t)
}

type hour struct {
	t                     *testing.T
	s                     *rig.Server
	first, second, caller *rig.Softphone
}

// password has one made by the command line, which shows it once.
func (h *hour) password(phone string) string {
	h.t.Helper()
	line := strings.TrimSpace(h.s.MustCLI("phone", "password", phone))
	return line[strings.LastIndexByte(line, ' ')+1:]
}

// says checks that the command's output has all of these words.
func (h *hour) says(words []string, args ...string) string {
	h.t.Helper()
	out := h.s.MustCLI(args...)
	for _, w := range words {
		if !strings.Contains(out, w) {
			h.t.Errorf("hotline %s: %q is missing in:\n%s", strings.Join(args, " "), w, out)
		}
	}
	return out
}

// read is a command's output with --json.
func read[T any](h *hour, args ...string) (out T) {
	h.t.Helper()
	text := h.s.MustCLI(append(args, "--json")...)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		h.t.Fatalf("hotline %s --json: %v in:\n%s", strings.Join(args, " "), err, text)
	}
	return out
}

// phones registers two desk phones and a test caller, and logs one agent in.
func (h *hour) phones() {
	h.t.Helper()
	for _, transport := range []string{"udp", "tcp", "rtp"} {
		listens := transport + " " + h.s.IP(rig.ServerHost).String() + ":"
		h.says([]string{listens}, "status")
		if !strings.Contains(h.s.Log(), "监听 / listening: "+listens) {
			h.t.Errorf("the start does not say %q", listens)
		}
	}
	h.says([]string{"8001", "LoggedOut"}, "agent", "list")
	h.first = h.s.Softphone(h.t, "8001", 2, rig.SoftphoneOptions{Sound: voice(2), Password: h.password("8001")})
	h.second = h.s.Softphone(h.t, "8002", 3, rig.SoftphoneOptions{Sound: voice(3), Password: h.password("8002")})
	h.caller = h.s.Softphone(h.t, "caller", 4, rig.SoftphoneOptions{Sound: voice(4), Password: h.password("caller"), Display: "13800001234"})
	h.says([]string{"8001", "Idle"}, "agent", "login", "8001", "--phone", "8001")
	if list := read[[]api.Phone](h, "phone", "list"); !slices.ContainsFunc(list, func(p api.Phone) bool {
		return p.Phone == "8001" && p.Registered && p.Reachable && p.Agent == "8001"
	}) {
		h.t.Errorf("the phones: %+v", list)
	}
}

// change adds a queue, an agent and a number.
func (h *hour) change() {
	h.t.Helper()
	queue := []string{"queue", "add", "water", "--strategy", "longest-idle", "--ring", "15s", "--wrap-up", "20s", "--tiers", "[{after: 0s, agents: own}, {after: 20s, queue: general}]", "--reason", "供水热线"}
	h.says([]string{"water"}, append(queue, "--dry-run")...)
	if now := read[api.Status](h, "status"); now.Revision != 1 {
		h.t.Errorf("a dry run made revision %d", now.Revision)
	}
	h.s.MustCLI(queue...)
	h.s.MustCLI("agent", "add", "9001", "--name", "王芳", "--queues", "water", "--reason", "供水坐席")
	h.says([]string{"9001", "Idle", "8002"}, "agent", "login", "9001", "--phone", "8002")
	if said := h.s.CLI("number", "add", "96900", "--flow", "hotline"); said.Code != 2 || !strings.Contains(said.Err, "--authority") {
		h.t.Errorf("a number that nobody allowed: %+v", said)
	}
	h.s.MustCLI("number", "add", "96900", "--flow", "hotline", "--queue", "water", "--authority", "市政函〔2026〕1号", "--reason", "供水号码")
	h.says([]string{"96900", "water"}, "number", "list")
	h.says([]string{"water"}, "queue", "list")
	if said := h.s.CLI("queue", "set", "water", "--wrap-up", "5s", "--base", "1"); said.Code != 1 || !strings.Contains(said.Err, "计划已被改动") {
		h.t.Errorf("a change on a stale base: %+v", said)
	}
	if said := h.s.CLI("number", "add", "96901", "--flow", "hotline", "--queue", "wine", "--authority", "x"); said.Code != 1 || !strings.Contains(said.Err, "wine") {
		h.t.Errorf("a number for an unknown queue: %+v", said)
	}
	if said := h.s.CLI("agent", "login", "7777", "--phone", "8001"); said.Code != 1 || !strings.Contains(said.Err, "没有这个坐席 / no such agent") {
		h.t.Errorf("an unknown agent: %+v", said)
	}
	if said := h.s.CLI("status", "--data", h.t.TempDir()); said.Code != 3 {
		h.t.Errorf("no server there: %+v", said)
	}
}

// call rings the new number, sees the call listed and pulls its CDR.
func (h *hour) call() {
	h.t.Helper()
	h.caller.Do(h.t, "dial", "sip:96900@"+rig.Domain)
	h.second.Until(h.t, "CALL_INCOMING", 1)
	h.second.Do(h.t, "accept", "")
	rig.Hears(h.t, "the agent", h.second.Heard, said(4))
	rig.Hears(h.t, "the caller", h.caller.Heard, said(3))
	calls := read[[]api.Call](h, "call", "list")
	if len(calls) != 1 || calls[0].Number != "96900" || calls[0].Queue != "water" || calls[0].Agent != "9001" || calls[0].Phone != "8002" || calls[0].Bridged == nil {
		h.t.Fatalf("the list of calls: %+v", calls)
	}
	h.says([]string{"96900", "water", "9001@8002"}, "call", "list")
	h.says([]string{calls[0].ID, "96900"}, "call", "show", calls[0].ID)
	h.second.Do(h.t, "hangup", "")
	h.caller.Until(h.t, "CALL_CLOSED", 1)
	cdrs := read[[]api.CDR](h, "cdr", "list", "--number", "96900")
	if len(cdrs) != 1 || cdrs[0].Outcome != "answered" || cdrs[0].Agent != "9001" || cdrs[0].Phone != "8002" || cdrs[0].EndedBy != "agent" || cdrs[0].Caller != "13800001234" || cdrs[0].Revision != 4 {
		h.t.Errorf("the CDRs: %+v", cdrs)
	}
	h.says([]string{"96900", "water", "9001@8002", "answered"}, "cdr", "list", "--number", "96900")
	rig.Until(h.t, "the call is shown as answered", func() bool { // the list of the living is up to 250 ms old
		return strings.Contains(h.s.MustCLI("call", "show", calls[0].ID), "answered")
	})
	if h.first.Count("CALL_INCOMING") != 0 {
		h.t.Error("the agent of another queue was rung")
	}
}

// rollBack takes all of it back.
func (h *hour) rollBack() {
	h.t.Helper()
	h.says([]string{"供水热线", "供水坐席", "供水号码"}, "config", "history")
	h.says([]string{"96900"}, "config", "rollback", "1", "--reason", "演练结束")
	if list := h.says([]string{"12345"}, "number", "list"); strings.Contains(list, "96900") {
		h.t.Errorf("the number is still there after the rollback:\n%s", list)
	}
	if list := h.says([]string{"8001"}, "agent", "list"); strings.Contains(list, "9001") {
		h.t.Errorf("the agent is still there after the rollback:\n%s", list)
	}
	if now := read[api.Status](h, "status"); now.Revision != 5 {
		h.t.Errorf("the rollback made revision %d, must be 5", now.Revision)
	}
	h.caller.Do(h.t, "dial", "sip:96900@"+rig.Domain)
	h.caller.Until(h.t, "CALL_CLOSED", 2)
	h.caller.Do(h.t, "dial", "sip:12345@"+rig.Domain)
	h.first.Until(h.t, "CALL_INCOMING", 1)
	h.first.Do(h.t, "accept", "")
	rig.Hears(h.t, "agent 8001", h.first.Heard, said(4))
	call := read[[]api.Call](h, "call", "list")[0]
	h.s.MustCLI("call", "hangup", call.ID)
	h.first.Until(h.t, "CALL_CLOSED", 1)
	if cdrs := read[[]api.CDR](h, "cdr", "list"); len(cdrs) != 2 || cdrs[0].EndedBy != "operator" || cdrs[0].Number != "12345" {
		h.t.Errorf("the CDRs: %+v", cdrs)
	}
}
