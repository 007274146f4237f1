package core

import (
	"bytes"
	"slices"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/message"
)

// Stats count since the start of the process.
type Stats struct {
	Began     uint64 // calls let in
	Refused   uint64 // calls that were not: limits, drain
	Strangers uint64 // INVITEs from nowhere known
	Unknown   uint64 // calls for no number of the ledger
	Malformed uint64 // messages that could not be accepted
	Strays    uint64 // responses to nothing
	Panics    uint64 // turns that were taken back
	Media     order.Counters
	Requests  []Count // by method
	Responses []Count // that left, repeats too, by the request's method and our status
	Outcomes  []Count
}

// Count is one row of a counter with names.
type Count struct {
	Name   string
	Status int
	N      uint64
}

func count(rows *[]Count, name string, status int) {
	for i := range *rows {
		if r := &(*rows)[i]; r.Name == name && r.Status == status {
			r.N++
			return
		}
	}
	*rows = append(*rows, Count{Name: name, Status: status, N: 1})
}

// method keeps a message from choosing a metric's label.
func method(m message.Method) string {
	if m.Known() {
		return string(m)
	}
	return "other"
}

func (s *Stats) received(m *message.Message) {
	if m.IsRequest() {
		count(&s.Requests, method(m.Method), 0)
	}
}

// sent counts a response that leaves, a repeat like the first: whichever machine
// wrote it, all come by here.
func (s *Stats) sent(raw []byte) {
	rest, ok := bytes.CutPrefix(raw, []byte("SIP/2.0 "))
	if !ok || len(rest) < 3 {
		return
	}
	status := int(rest[0]-'0')*100 + int(rest[1]-'0')*10 + int(rest[2]-'0')
	_, cseq, _ := bytes.Cut(rest, []byte("\r\nCSeq: ")) // as message.Writer writes it; no value can hold a line's end
	cseq, _, _ = bytes.Cut(cseq, []byte("\r\n"))
	count(&s.Responses, method(message.Method(cseq[bytes.LastIndexByte(cseq, ' ')+1:])), status)
}

func (s *Stats) ended(cdr *journal.CDR) { count(&s.Outcomes, string(cdr.Outcome), 0) }

func (s *Stats) counted(e *order.Event) {
	if !e.Final {
		return
	}
	s.Media.Received += e.Counters.Received
	s.Media.Sent += e.Counters.Sent
	s.Media.Lost += e.Counters.Lost
	s.Media.Late += e.Counters.Late
	s.Media.Refused += e.Counters.Refused
}

func (s *Stats) copy() Stats {
	out := *s
	out.Requests, out.Responses, out.Outcomes = slices.Clone(s.Requests), slices.Clone(s.Responses), slices.Clone(s.Outcomes)
	return out
}
