package core

import (
	"errors"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/turn"
)

// CommandKind is what the CLI or API wants done.
type CommandKind uint8

// The commands.
const (
	AgentLogin   CommandKind = 1 + iota // Agent, Phone
	AgentLogout                         // Agent
	AgentPause                          // Agent
	AgentResume                         // Agent
	CallHangup                          // Call
	CallTransfer                        // Call, To: a destination, a queue or a number
	SetPassword                         // Phone, Secret
	SetPIN                              // Agent, Secret
	Drain                               // no new calls
	Undrain                             //
	EndAll                              // every call is ended
	Look                                // a View of what stands now
	Apply                               // Plan, Revision: another plan in force
	ReportCDRs                          // Reported
)

// Command is one command; ID comes back in its Reply.
type Command struct {
	ID     uint64
	Kind   CommandKind
	Agent  string
	Phone  string
	Call   turn.ID
	Secret string
	To     string

	Plan     *plan.Compiled
	Revision journal.RevisionApplied
	Reported journal.CDRsReported
}

// Reply answers a Command, in the turn that carried it out.
type Reply struct {
	ID       uint64
	Err      error
	View     *View  // Look
	Revision uint64 // in force
}

// The refusals of commands.
var (
	ErrNoCall  = errors.New("no such call")
	ErrNoPhone = errors.New("no such phone in the plan")
	ErrNoAgent = errors.New("no such agent in the plan")
	ErrSecret  = errors.New("a password has 4 to 128 characters")
)

func (c *Core) command(cmd *Command) {
	reply := Reply{ID: cmd.ID}
	switch cmd.Kind {
	case AgentLogin:
		if _, ok := c.plan.Phone(cmd.Phone); !ok {
			reply.Err = ErrNoPhone
			break
		}
		reply.Err = c.acd.Login(c.now, cmd.Agent, cmd.Phone, &c.fifo.queue)
	case AgentLogout:
		reply.Err = c.acd.Logout(c.now, cmd.Agent, &c.fifo.queue)
	case AgentPause:
		reply.Err = c.acd.Pause(c.now, cmd.Agent, &c.fifo.queue)
	case AgentResume:
		reply.Err = c.acd.Resume(c.now, cmd.Agent, &c.fifo.queue)
	case CallHangup:
		reply.Err = c.hangup(cmd.Call)
	case CallTransfer:
		reply.Err = c.transfer(cmd.Call, cmd.To)
	case SetPassword, SetPIN:
		reply.Err = c.newSecret(cmd)
	case Drain, Undrain:
		c.draining = cmd.Kind == Drain
	case EndAll:
		c.endAll()
	case Apply:
		reply.Err = c.apply(cmd)
	case ReportCDRs:
		c.fact(journal.FactCDRsReported, cmd.Reported)
	case Look:
		reply.View = c.view()
	}
	reply.Revision = c.plan.Revision
	c.out.Replies = append(c.out.Replies, reply)
}

func (c *Core) hangup(id turn.ID) error {
	e := c.calls.get(id)
	if e == nil {
		return ErrNoCall
	}
	e.Hangup(c.env())
	c.touchCall(id)
	return nil
}

func (c *Core) newSecret(cmd *Command) error {
	if len(cmd.Secret) < 4 || len(cmd.Secret) > 128 {
		return ErrSecret
	}
	if cmd.Kind == SetPassword {
		if _, ok := c.plan.Phone(cmd.Phone); !ok {
			return ErrNoPhone
		}
		c.setSecret("phone", cmd.Phone, cmd.Secret)
		return nil
	}
	if c.plan.Agent(cmd.Agent) == nil {
		return ErrNoAgent
	}
	c.setSecret("agent", cmd.Agent, cmd.Secret)
	return nil
}

// endAll ends every call: the node goes down for good.
func (c *Core) endAll() {
	c.draining = true
	for _, e := range append([]*entry(nil), c.calls.rows...) {
		e.Stop(c.env(), journal.Shutdown, dialog.Cause{Status: 503, Q850: 41, Text: "shutdown"})
		c.touchCall(e.ID)
	}
}
