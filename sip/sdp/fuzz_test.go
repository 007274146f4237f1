package sdp

import (
	"errors"
	"reflect"
	"testing"
)

func seeds(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(offer("m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000", "a=sendonly"))
	f.Add(offer("m=video 5000 RTP/AVP 96", "m=audio 4000/2 RTP/AVPF 97", "a=rtpmap:97 PCMA/8000", "a=rtcp:9 IN IP4 1.2.3.4", "a=rtcp-mux", "m=image 0 udptl"))
	f.Add(offer("m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0", "a=ptime:30", "a=maxptime:20.0"))
	f.Add([]byte("v=0\no=-\nm=audio 65535 RTP/AVP 0\nc=IN IP4 1.2.3.4/9\na=inactive"))
}

// FuzzAnswer lets anyone be the offerer: what Answer returns, a Session that
// had made that offer accepts, with the same codec.
func FuzzAnswer(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, theirs []byte) {
		s := NewSession(7)
		body, err := s.Answer(both, local, theirs, SendRecv)
		if err != nil {
			refused(t, err, s, Session{ID: 7})
			return
		}
		if len(theirs) > maxBody-512 {
			return // a body of ours may be a little longer than theirs
		}
		if d, _ := parse(theirs); d.used() != 0 && d.streams[0].port != 0 && d.streams[0].voice() {
			t.Fatal("used does not find the first stream")
		} else if audio, _, _ := d.choose(both); audio != d.used() {
			return // several audio streams: no offer of ours has them
		}
		peer := Session{ID: 9, Version: 1, Origin: local.Addr, Body: theirs}
		if err := peer.Accept(body); err != nil {
			t.Fatalf("%v\noffer:\n%s\nanswer:\n%s", err, theirs, body)
		}
		if peer.Agreed.Codec != s.Agreed.Codec || peer.Agreed.Payload != s.Agreed.Payload {
			t.Fatalf("we took %+v, the peer %+v", s.Agreed, peer.Agreed)
		}
		if p := s.Agreed.Ptime; p < 10 || p > 60 || p%10 != 0 {
			t.Fatalf("ptime %d", p)
		}
		// The m-lines stay in the offer that follows, which anyone can answer.
		next := s.Offer(both, local, SendRecv)
		if _, err := NewSession(8).Answer(both, local, next, SendRecv); err != nil {
			t.Fatalf("%v to\n%s", err, next)
		}
	})
}

// FuzzAccept lets anyone be the answerer.
func FuzzAccept(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, theirs []byte) {
		s := NewSession(7)
		s.Offer(both, local, SendRecv)
		before := *s
		if err := s.Accept(theirs); err != nil {
			refused(t, err, s, before)
			return
		}
		if s.Agreed.Codec != PCMA && s.Agreed.Codec != PCMU {
			t.Fatalf("agreed %+v", s.Agreed)
		}
	})
}

func refused(t *testing.T, err error, s *Session, before Session) {
	var r *Refusal
	if !errors.As(err, &r) || (r.Status != 400 && r.Status != 488) || r.Reason == "" {
		t.Fatalf("refused with %v", err)
	}
	if !reflect.DeepEqual(*s, before) {
		t.Fatalf("refused, yet the state changed to %+v", *s)
	}
}

func BenchmarkAnswer(b *testing.B) {
	theirs := offer("m=audio 4000 RTP/AVP 0 8 18 9 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:18 G729/8000", "a=fmtp:18 annexb=no",
		"a=rtpmap:9 G722/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv")
	b.ReportAllocs()
	for b.Loop() {
		s := NewSession(7)
		if _, err := s.Answer(both, local, theirs, SendRecv); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOfferAccept(b *testing.B) {
	theirs := offer("m=audio 4000 RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv")
	b.ReportAllocs()
	for b.Loop() {
		s := NewSession(7)
		s.Offer(both, local, SendRecv)
		if err := s.Accept(theirs); err != nil {
			b.Fatal(err)
		}
	}
}
