package dialog

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

func TestDigitsComeByINFOInBothFormats(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"application/dtmf-relay", "Signal=5\r\nDuration=250\r\n", "0 digit 5 250ms"},
		{"application/dtmf-relay", "signal = *\nduration = 99999999\n", "0 digit * 160ms"},
		{"Application/DTMF-Relay; x=y", "Signal=11", "0 digit # 160ms"},
		{"application/dtmf-relay", "Signal=10\r\nDuration=-1", "0 digit * 160ms"},
		{"application/dtmf", " 7 \r\n", "0 digit 7 160ms"},
		{"application/dtmf", "d", "0 digit D 160ms"},
		{"application/dtmf", "", ""},
		{"application/dtmf", "12", "415"},
		{"application/dtmf-relay", "Duration=100", "415"},
		{"application/dtmf-relay", "Signal=E", "415"},
		{"text/plain", "5", "415"},
	} {
		b := established(t, true)
		b.request(message.INFO, 2, c.body, "Content-Type", c.kind)
		switch c.want {
		case "415":
			b.want("0 415 to 2 INFO")
		case "":
			b.want("0 200 to 2 INFO")
		default:
			b.want("0 200 to 2 INFO", c.want)
		}
	}
}

func TestADigitAfterTheEndIsAnsweredAndNotHeard(t *testing.T) {
	b := established(t, true)
	b.end(Cause{})
	b.log = nil
	b.request(message.INFO, 2, "5", "Content-Type", "application/dtmf")
	b.want("0 200 to 2 INFO")
}

func TestRequestsOutOfOrderAreRefused(t *testing.T) { // RFC 3261 section 12.2.2
	b := established(t, true)
	b.request(message.OPTIONS, 7, "")
	b.request(message.INFO, 6, "5", "Content-Type", "application/dtmf")
	b.request(message.BYE, 7, "")
	b.request(message.BYE, 8, "")
	b.want("0 200 to 7 OPTIONS", "0 500 to 6 INFO", "0 500 to 7 BYE", "0 200 to 8 BYE", "0 ended by peer 0/16")
}

func TestASecondBYEEndsNothing(t *testing.T) {
	b := established(t, true)
	b.request(message.BYE, 2, "")
	b.request(message.BYE, 2, "")
	b.request(message.BYE, 3, "")
	b.want("0 200 to 2 BYE", "0 ended by peer 0/16", "0 200 to 2 BYE", "0 481 to 3 BYE")
}

func TestARequestWithAnotherTagBelongsToNoDialog(t *testing.T) {
	b := established(t, true)
	b.request(message.BYE, 2, "", "From", "<sip:alice@10.0.0.2>;tag=mallory")
	b.request(message.BYE, 2, "")
	b.want("0 481 to 2 BYE", "0 200 to 2 BYE", "0 ended by peer 0/16")
}

func TestMethodsThatALegDoesNotTake(t *testing.T) {
	b := established(t, true)
	for i, method := range []message.Method{"REGISTER", "SUBSCRIBE", "MESSAGE", "PRACK", "NOTIFY", "FLY", "invite"} {
		b.request(method, uint32(2+i), "")
	}
	b.want("0 405 to 2 REGISTER", "0 405 to 3 SUBSCRIBE", "0 405 to 4 MESSAGE", "0 481 to 5 PRACK", "0 481 to 6 NOTIFY",
		"0 501 to 7 FLY", "0 501 to 8 invite")
	if !strings.Contains(b.raws[len(b.raws)-7], "Allow: "+Allow+"\r\n") {
		t.Error("405 without Allow")
	}
}

func TestARequiredExtensionIsRefusedByNameButNoBYE(t *testing.T) {
	b := established(t, true)
	b.request(message.INVITE, 2, "offer", "Require", "100rel, timer")
	b.request(message.BYE, 3, "", "Require", "x")
	b.want("0 420 to 2 INVITE 100rel, timer", "0 200 to 3 BYE", "0 ended by peer 0/16")
}

func TestRequestsAreAnsweredAsLongAsTheLegLives(t *testing.T) {
	b := established(t, false)
	b.request(message.BYE, 1, "")
	b.log = nil
	b.run(20 * time.Second)
	b.request(message.OPTIONS, 2, "")
	b.request(message.BYE, 3, "")
	b.request(message.INVITE, 4, "offer")
	b.want("20 200 to 2 OPTIONS", "20 200 to 3 BYE", "20 481 to 4 INVITE")
	b.run(time.Minute)
	b.want("32 released")
}
