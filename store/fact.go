package store

import (
	"encoding/json"
	"fmt"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// add turns a fact into rows at the position. An error says that this version
// cannot read the fact; nothing was added then.
func (r *rows) add(f journal.Fact, position uint64) error {
	switch f.Type {
	case journal.FactCallEnded:
		v, err := decode[journal.CDR](f)
		if err != nil {
			return err
		}
		r.addCDR(position, v)
		r.twins.call(v)
	case journal.FactCDRsReported:
		v, err := decode[journal.CDRsReported](f)
		if err != nil {
			return err
		}
		r.addReported(position, v)
	case journal.FactRevision:
		v, err := decode[journal.RevisionApplied](f)
		if err != nil {
			return err
		}
		r.revisions.add(int64(position), f.Civil, int64(v.Revision), int64(v.Base), v.Author, v.Reason, string(v.Document))
	case journal.FactAgentState:
		v, err := decode[journal.AgentChanged](f)
		if err != nil {
			return err
		}
		r.agents.add(v.Agent, f.Civil, int64(position), v.State, v.Phone, v.Why)
	default:
		call, detail, err := step(f)
		if err != nil {
			return err
		}
		text, err := json.Marshal(detail)
		if err != nil {
			return err
		}
		r.steps.add(call.String(), int64(position), f.Civil, int64(f.Type), string(text))
	}
	return nil
}

// skip keeps a fact that add could not read.
func (r *rows) skip(f journal.Fact, position uint64) {
	r.skipped.add(int64(position), f.Civil, int64(f.At), int64(f.Type), f.Value)
}

func decode[T any](f journal.Fact) (v T, err error) {
	err = journal.Unmarshal(f.Value, &v)
	return v, err
}

// step takes a fact of a call's history apart.
func step(f journal.Fact) (call turn.ID, d Detail, err error) {
	switch f.Type {
	case journal.FactCallBegan:
		v, err := decode[journal.CallBegan](f)
		return v.Call, Detail{From: v.From, Caller: v.Caller, Dialled: v.Dialled, Number: v.Number}, err
	case journal.FactEnlisted:
		v, err := decode[journal.Enlisted](f)
		return v.Call, Detail{Queue: v.Queue}, err
	case journal.FactOffered:
		v, err := decode[journal.Offered](f)
		return v.Call, Detail{
			Queue: v.Queue, Agent: v.Agent, Phone: v.Phone,
			Tier: v.Tier, Strategy: v.Strategy, SortKey: v.SortKey, Eligible: v.Eligible, Next: v.Next,
		}, err
	case journal.FactOfferEnded:
		v, err := decode[journal.OfferEnded](f)
		return v.Call, Detail{Agent: v.Agent, Why: v.Why, Status: v.Status}, err
	case journal.FactBridged:
		v, err := decode[journal.Bridged](f)
		return v.Call, Detail{Agent: v.Agent}, err
	case journal.FactPromptHeard:
		v, err := decode[journal.PromptHeard](f)
		return v.Call, Detail{Clips: v.Step}, err
	case journal.FactForwarded:
		v, err := decode[journal.Forwarded](f)
		return v.Call, Detail{Destination: v.Destination, Trunk: v.Trunk, Number: v.Number}, err
	case journal.FactForwardEnded:
		v, err := decode[journal.ForwardEnded](f)
		return v.Call, Detail{Destination: v.Destination, Why: v.Why, Status: v.Status, Q850: v.Q850}, err
	case journal.FactTransferred:
		v, err := decode[journal.Transferred](f)
		return v.Call, Detail{By: v.By, From: v.From, To: v.To, ToKind: v.Kind}, err
	case journal.FactTransferDone:
		v, err := decode[journal.TransferDone](f)
		return v.Call, Detail{To: v.To, Why: v.Why}, err
	case journal.FactMediaCounted:
		v, err := decode[journal.MediaCounted](f)
		d := Detail{Leg: v.Leg.String(), Side: "answering", Received: v.Received, Sent: v.Sent, Lost: v.Lost, Late: v.Late}
		if v.Caller {
			d.Side = "caller"
		}
		return v.Call, d, err
	}
	return 0, d, fmt.Errorf("a fact of type %d: a newer version of hotline wrote it", f.Type)
}
