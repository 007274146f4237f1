package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
)

// small is a plan that has a bit of everything.
const small = `skills: [general, law]
hours: {office: {days: mon-fri, from: "08:30", to: "17:30"}}
rosters: {early: {from: "08:00", to: "16:00", agents: {general: 2}}, late: {days: daily, from: "16:00", to: "08:00", holidays: open, agents: {general: 1}}}
trunks: {telecom: {match: [10.0.0.0/24], peers: [{address: "10.0.0.5:5060"}], area: "0551", channels: 30}}
phones: {"8001": {name: 王敏}}
agents: {"8001": {name: 王敏, queues: [general], skills: {general: 5}}}
queues: {general: {strategy: longest-idle, ring: 15s, limit: 30, tiers: [{after: 0s}, {after: 20s, lower: 4}, {after: 40s, duty: "13800000000", trunk: telecom}]}}
destinations: {bureau: {trunk: telecom, number: "65000000", ring: 10s}}
flows: {hotline: [answer, queue: general, play: {clip: greeting, must_hear: true}, music]}
numbers: {"12345": {flow: hotline}, "12348": {mode: dual, seats: unified, skills: {law: 3}}}
calls: {silence: 20s, misses: 2}
`

// FuzzChange sends any bytes as a change, and as the document of one. No
// answer is a fault of ours; a plan that is taken is in force, and the
// document given back for it says the same plan again.
func FuzzChange(f *testing.F) {
	for _, seed := range []string{
		small, strings.Replace(small, "ring: 15s", "ring: 20s", 1), strings.Replace(small, "limit: 30", "limit: x", 1),
		"", "{}", "phones: {a: {}}", "queues: {q: {tiers: [{after: 1s}]}}", "a: &a [*a]", "\xff", "numbers: {\"1\": {mode: dual}}",
		`{"base":1,"author":"a","reason":"r","document":"{}"}`, `{"base":-1}`, `{"base":1e9}`, `[]`, `{"base":1,"base":2,"Document":3}`,
	} {
		f.Add([]byte(seed))
	}
	w := newWorld(f)
	w.lazy = true
	s := New(w, Options{})
	first, err := json.Marshal(Change{Base: 1, Author: "fuzz", Reason: "fuzz", Document: small})
	if err != nil {
		f.Fatal(err)
	}
	if post(f, s, first) == nil {
		f.Fatal("the small plan is refused")
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		post(t, s, data)
		before := w.Plan().Revision
		change, err := json.Marshal(Change{Base: before, Author: "fuzz", Reason: "fuzz", Document: string(data)})
		if err != nil {
			t.Fatal(err)
		}
		if answer := post(t, s, change); answer != nil {
			again, faults := config.Parse([]byte(answer.Document))
			if faults != nil || answer.Revision != before+1 || w.Plan().Revision != before+1 {
				t.Fatalf("revision %d on %d: %v", answer.Revision, before, faults)
			}
			if written, err := again.Encode(); err != nil || string(written) != answer.Document {
				t.Fatalf("the document does not say itself: %v\n%s\n%s", err, written, answer.Document)
			}
		}
	})
}

// post gives the revision if the change was taken.
func post(t testing.TB, s *Server, body []byte) *Revision {
	t.Helper()
	request, answer := httptest.NewRequest("POST", "/v1/plan", strings.NewReader(string(body))), httptest.NewRecorder()
	request.Header.Set("Content-Type", "application/json")
	s.Socket().ServeHTTP(answer, request)
	switch answer.Code {
	case http.StatusOK:
		out := &Revision{}
		if err := json.Unmarshal(answer.Body.Bytes(), out); err != nil {
			t.Fatal(err)
		}
		return out
	case http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
		p := &Problem{}
		if err := json.Unmarshal(answer.Body.Bytes(), p); err != nil || p.Status != answer.Code || p.Error() == "" {
			t.Fatalf("%d %s: %v", answer.Code, answer.Body, err)
		}
		return nil
	}
	t.Fatalf("%d %s", answer.Code, answer.Body)
	return nil
}
