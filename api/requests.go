package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hotline12345/hotline/config"
)

// Status asks how the node is.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return ask[Status](ctx, c, at("status"))
}

// Calls asks for the calls in progress.
func (c *Client) Calls(ctx context.Context) ([]Call, error) { return ask[[]Call](ctx, c, at("calls")) }

// Hangup ends a call.
func (c *Client) Hangup(ctx context.Context, call string) error {
	return c.do(ctx, http.MethodDelete, at("calls", call), nil, nil)
}

// Transfer sends a caller on to a destination, a queue or a number. A
// destination still rings when it returns.
func (c *Client) Transfer(ctx context.Context, call, to string) error {
	return c.do(ctx, http.MethodPost, at("calls", call, "transfer"), Transfer{To: to}, nil)
}

// Agents asks for the plan's agents and their states.
func (c *Client) Agents(ctx context.Context) ([]Agent, error) {
	return ask[[]Agent](ctx, c, at("agents"))
}

// Login puts an agent on a phone.
func (c *Client) Login(ctx context.Context, agent, phone string) (Agent, error) {
	return c.agent(ctx, agent, "login", Login{Phone: phone})
}

// Logout ends an agent's work, after the call that he has.
func (c *Client) Logout(ctx context.Context, agent string) (Agent, error) {
	return c.agent(ctx, agent, "logout", nil)
}

// Pause keeps an agent from offers, after the call that he has.
func (c *Client) Pause(ctx context.Context, agent string) (Agent, error) {
	return c.agent(ctx, agent, "pause", nil)
}

// Resume ends a pause or the wrap-up.
func (c *Client) Resume(ctx context.Context, agent string) (Agent, error) {
	return c.agent(ctx, agent, "resume", nil)
}

func (c *Client) agent(ctx context.Context, agent, wish string, in any) (out Agent, err error) {
	err = c.do(ctx, http.MethodPost, at("agents", agent, wish), in, &out)
	return out, err
}

// SetPIN gives an agent a PIN; empty: the server makes one. It is returned.
func (c *Client) SetPIN(ctx context.Context, agent, pin string) (string, error) {
	return c.secret(ctx, at("agents", agent, "pin"), pin)
}

// SetPassword gives a phone a password; empty: the server makes one. It is
// returned.
func (c *Client) SetPassword(ctx context.Context, phone, password string) (string, error) {
	return c.secret(ctx, at("phones", phone, "password"), password)
}

func (c *Client) secret(ctx context.Context, path, secret string) (string, error) {
	var out Secret
	err := c.do(ctx, http.MethodPut, path, Secret{Secret: secret}, &out)
	return out.Secret, err
}

// Queues asks for the plan's queues and their figures.
func (c *Client) Queues(ctx context.Context) ([]Queue, error) {
	return ask[[]Queue](ctx, c, at("queues"))
}

// Phones asks for the plan's phones and where they are.
func (c *Client) Phones(ctx context.Context) ([]Phone, error) {
	return ask[[]Phone](ctx, c, at("phones"))
}

// Trunks asks for the plan's trunks.
func (c *Client) Trunks(ctx context.Context) ([]Trunk, error) {
	return ask[[]Trunk](ctx, c, at("trunks"))
}

// CDRs asks for finished calls, the newest first.
func (c *Client) CDRs(ctx context.Context, f CDRFilter) ([]CDR, error) {
	path := at("cdrs")
	if query := f.values().Encode(); query != "" {
		path += "?" + query
	}
	return ask[[]CDR](ctx, c, path)
}

func (f *CDRFilter) values() url.Values {
	v := url.Values{}
	for _, x := range []struct{ name, value string }{
		{"number", f.Number},
		{"caller", f.Caller},
		{"agent", f.Agent},
		{"outcome", f.Outcome},
		{"call", f.Call},
		{"city", f.City},
		{"department", f.Department},
		{"answered_by", f.AnsweredBy},
		{"destination", f.Destination},
	} {
		if x.value != "" {
			v.Set(x.name, x.value)
		}
	}
	if f.Limit != 0 {
		v.Set("limit", strconv.Itoa(f.Limit))
	}
	if f.Before != 0 {
		v.Set("before", strconv.FormatUint(f.Before, 10))
	}
	if !f.Since.IsZero() {
		v.Set("since", f.Since.Format(time.RFC3339Nano))
	}
	if !f.Until.IsZero() {
		v.Set("until", f.Until.Format(time.RFC3339Nano))
	}
	return v
}

// History asks what happened to a call, in progress or finished, in order; none
// if it is not known.
func (c *Client) History(ctx context.Context, call string) ([]Step, error) {
	return ask[[]Step](ctx, c, at("calls", call, "history"))
}

// Plan asks for the revision in force, with its document.
func (c *Client) Plan(ctx context.Context) (Revision, error) {
	return ask[Revision](ctx, c, at("plan"))
}

// Apply puts a plan in force, or only has it checked.
func (c *Client) Apply(ctx context.Context, change Change) (out Revision, err error) {
	err = c.do(ctx, http.MethodPost, at("plan"), change, &out)
	return out, err
}

// Revisions asks for the plan's history, the newest first, without documents.
func (c *Client) Revisions(ctx context.Context) ([]Revision, error) {
	return ask[[]Revision](ctx, c, at("plan", "revisions"))
}

// Revision asks for one revision, with its document.
func (c *Client) Revision(ctx context.Context, n uint64) (Revision, error) {
	return ask[Revision](ctx, c, at("plan", "revisions", strconv.FormatUint(n, 10)))
}

// Surroundings asks what the server checks plans against.
func (c *Client) Surroundings(ctx context.Context) (Surroundings, error) {
	return ask[Surroundings](ctx, c, at("plan", "surroundings"))
}

// Drain has the node take no new calls and stop when none is left, or after
// the grace: 0 to 24 h.
func (c *Client) Drain(ctx context.Context, grace time.Duration) error {
	return c.do(ctx, http.MethodPut, at("drain"), Drain{Grace: config.Duration(grace).String()}, nil)
}

// Undrain takes a drain back.
func (c *Client) Undrain(ctx context.Context) error {
	return c.do(ctx, http.MethodDelete, at("drain"), nil, nil)
}
