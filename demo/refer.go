package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// refer asks the server to connect the call to another in our place (RFC 3515,
// RFC 5589). While one transfer is not decided there is no second.
func (c *Call) refer(p *Peer, to string) {
	if c.transferring {
		return
	}
	if !strings.Contains(to, ":") {
		to = fmt.Sprintf("sip:%s@%s", to, p.Server)
	}
	c.transferring, c.Referred, c.Transfer = true, 0, 0
	p.exchangeWith(c, "REFER", "Refer-To: <"+to+">\r\nReferred-By: "+c.local+"\r\n", "", func(_ *Peer, _ *exchange, m text) {
		if c.Referred = m.status; m.status == 0 {
			c.Referred = 408
		}
		if c.Referred >= 300 { // he stays in the call
			c.transferring = false
		}
	})
}

// notified takes word of how our transfer goes. He hangs up when it is done
// and stays when it has failed.
func (p *Peer) notified(c *Call, m text, key string) {
	event, _, _ := strings.Cut(m.get("Event"), ";")
	version, rest, _ := strings.Cut(m.body, " ")
	status, err := strconv.Atoi(rest[:min(3, len(rest))])
	switch {
	case c == nil || c.Over() || !c.transferring:
		p.answerRequest(m, key, 481, "", "", "")
		return
	case event != "refer":
		p.answerRequest(m, key, 489, c.localTag, "", "")
		return
	case version != "SIP/2.0" || err != nil:
		p.answerRequest(m, key, 400, c.localTag, "", "")
		return
	}
	p.answerRequest(m, key, 200, c.localTag, "", "")
	c.Transfer = status
	if status >= 200 || strings.HasPrefix(m.get("Subscription-State"), "terminated") {
		c.transferring = false
	}
	if status/100 == 2 {
		c.hangUp(p, "us")
	}
}
