package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
)

// maxDocument is how many bytes a plan's document may have.
const maxDocument = 4 << 20

// postPlan answers POST /v1/plan. All of the work is done here, off the core's
// goroutine: the core only switches.
func (s *Server) postPlan(ctx context.Context, in *body[Change]) (*body[Revision], error) {
	change := &in.Body
	if err := signed(change); err != nil {
		return nil, err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	now := s.b.Plan()
	if change.Base != now.Revision {
		return nil, problem(http.StatusConflict, "%v: revision %d is in force, the change is to %d", core.ErrStale, now.Revision, change.Base)
	}
	next, document, err := s.compile([]byte(change.Document), now)
	if err != nil {
		return nil, err
	}
	applied := journal.RevisionApplied{
		Revision: next.Revision, Base: change.Base, Author: change.Author, Reason: change.Reason, Document: document,
	}
	out := &body[Revision]{Revision{
		Revision: applied.Revision, Base: applied.Base, Author: applied.Author, Reason: applied.Reason,
		At: time.Now().UTC(), Document: string(document),
	}}
	if change.DryRun {
		return out, nil
	}
	reply, err := s.command(ctx, core.Command{Kind: core.Apply, Plan: next, Revision: applied}, "")
	if err != nil {
		return nil, err
	}
	out.Body.Revision = reply.Revision
	s.log.Info("a plan is in force", "revision", reply.Revision, "author", change.Author, "reason", change.Reason)
	if year := next.NoHolidays(time.Now().Unix()); year > 0 {
		s.log.Warn(NoHolidays, "year", year, "revision", reply.Revision)
	}
	return out, nil
}

// NoHolidays is how the log says that the holidays of a year are not known.
const NoHolidays = "there is no table of this year's holidays: its weeks are plain until holidays.csv in the data folder has it"

// signed checks that somebody says why, and cuts the spaces off.
func signed(c *Change) error {
	c.Author, c.Reason = strings.TrimSpace(c.Author), strings.TrimSpace(c.Reason)
	p := problem(http.StatusUnprocessableEntity, "the request is not valid")
	for _, x := range []struct {
		name, value string
		most        int
	}{{"author", c.Author, 100}, {"reason", c.Reason, 1000}} {
		switch {
		case x.value == "":
			p.Errors = append(p.Errors, Fault{Location: "body." + x.name, Message: "is missing: a revision says who made it and why"})
		case len(x.value) > x.most:
			p.Errors = append(p.Errors, Fault{Location: "body." + x.name, Message: fmt.Sprintf("is longer than %d bytes", x.most)})
		}
	}
	if len(c.Document) > maxDocument {
		p.Errors = append(p.Errors, Fault{Location: "body.document", Message: fmt.Sprintf("is longer than %d bytes", maxDocument)})
	}
	if len(p.Errors) > 0 {
		return p
	}
	return nil
}

// compile reads a document and makes it ready to run, as the revision after
// the one in force. The document that comes back is the plan as the server
// writes it: what a later start reads.
func (s *Server) compile(document []byte, now *plan.Compiled) (*plan.Compiled, []byte, error) {
	next, faults := plan.Read(document, s.b.Surroundings(), now.Revision+1)
	if len(faults) > 0 {
		return nil, nil, faulty(faults)
	}
	p := next.Source
	for i := range p.Phones {
		p.Phones[i].Value.Password = "" // what an export may show of one says nothing
	}
	written, err := p.Encode()
	if err != nil {
		return nil, nil, s.refused(err, "")
	}
	before, err := now.Source.Encode()
	if err != nil {
		return nil, nil, s.refused(err, "")
	}
	if bytes.Equal(before, written) {
		return nil, nil, problem(http.StatusConflict, "nothing changed: the document says what revision %d says", now.Revision)
	}
	if err := readsAgain(written); err != nil {
		return nil, nil, s.refused(err, "")
	}
	return next, written, nil
}

// readsAgain makes sure that a later start reads what this one runs.
func readsAgain(written []byte) error {
	p, faults := config.Parse(written)
	if len(faults) > 0 {
		return fmt.Errorf("the plan as we write it cannot be read again: %w", faults)
	}
	again, err := p.Encode()
	if err != nil {
		return err
	}
	if !bytes.Equal(again, written) {
		return fmt.Errorf("the plan as we write it reads as another")
	}
	return nil
}

// faulty names every fault of a document with its place.
func faulty(faults config.Faults) *Problem {
	p := problem(http.StatusUnprocessableEntity, "the plan has %d faults", len(faults))
	if len(faults) == 1 {
		p.Detail = "the plan has a fault"
	}
	for _, f := range faults {
		p.Errors = append(p.Errors, Fault{Location: f.Path, Line: f.Line, Message: f.Text})
	}
	return p
}
