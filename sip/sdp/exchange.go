package sdp

import "slices"

// ourEvent is the payload type of telephone-event in our first offer.
const ourEvent = 101

// Offer makes our first or a later offer, with all of caps: the number of
// m-lines and the payload types agreed on stay (RFC 3264 sections 8 and 8.3.2).
// The result is Body and must not be written into.
func (s *Session) Offer(caps Caps, l Local, dir Direction) []byte {
	p := &proposal{local: l, proto: "RTP/AVP", ptime: caps.Ptime, direction: dir, mux: s.Agreed.Mux}
	if before := s.before(); before != nil {
		p.streams = before.streams
		p.audio = max(before.used(), 0)
		if proto := before.streams[p.audio].proto; plainRTP(proto) {
			p.proto = proto
		}
	}
	for _, c := range caps.Codecs {
		payload := c.Payload()
		if c == s.Agreed.Codec {
			payload = s.Agreed.Payload
		}
		if !p.has(payload) {
			p.add(payload, c)
		}
	}
	event := uint8(ourEvent)
	if s.Agreed.Event != 0 {
		event = s.Agreed.Event
	}
	for next := uint8(96); p.has(event); next++ { // a peer may number its codec so
		event = next
	}
	p.add(event, telephoneEvent)
	return s.put(p)
}

// Answer answers their offer: the first audio stream with a codec of ours gets
// exactly one codec, by our preference, and telephone-event, both under their
// payload types; every other m-line is refused with port 0. dir is what we
// would like; the answer says no more than fits theirs. A *Refusal leaves the
// state as it was. The result is Body and must not be written into.
func (s *Session) Answer(caps Caps, l Local, theirs []byte, dir Direction) ([]byte, error) {
	d, r := parse(theirs)
	if r != nil {
		return nil, r
	}
	audio, codec, payload := d.choose(caps)
	if audio < 0 {
		return nil, unacceptable("no audio stream over RTP/AVP with a codec of ours")
	}
	st := &d.streams[audio]
	m, r := st.where(l.Addr)
	if r != nil {
		return nil, r
	}
	m.Codec, m.Payload = codec, payload
	_, m.Event = st.first(telephoneEvent)
	m.Ptime = st.packetTime(caps.Ptime)
	if m.Mux = st.mux; m.Mux {
		m.RemoteRTCP = m.Remote
	}
	p := &proposal{
		local: l, streams: d.streams, audio: audio, proto: st.proto, ptime: m.Ptime, mux: m.Mux,
		direction: direction(dir.sends() && !m.Held, dir.receives() && m.Theirs.sends()),
	}
	p.add(payload, codec)
	if m.Event != 0 {
		p.add(m.Event, telephoneEvent)
	}
	s.Agreed = m
	return s.put(p), nil
}

// choose finds the stream to be used and its codec; audio is -1 for none.
func (d *description) choose(caps Caps) (audio int, codec Codec, payload uint8) {
	for i := range d.streams {
		st := &d.streams[i]
		if st.port == 0 || !st.voice() {
			continue
		}
		for _, c := range caps.Codecs {
			if codec, payload = st.first(c); codec != 0 {
				return i, codec, payload
			}
		}
	}
	return -1, 0, 0
}

// Accept takes their answer to our last SDP, an offer. The first of their
// codecs that we offered is the one that we send. It may be given again, as a
// 200 repeats what a 18x said. A *Refusal leaves the state as it was.
func (s *Session) Accept(theirs []byte) error {
	offer := s.before()
	if offer == nil {
		return unacceptable("an answer without an offer of ours")
	}
	d, r := parse(theirs)
	if r != nil {
		return r
	}
	if len(d.streams) != len(offer.streams) {
		return unacceptable("the answer's m-lines are not as many as the offer's")
	}
	audio := offer.used()
	if audio < 0 {
		return unacceptable("an answer to an offer without audio")
	}
	ours, st := &offer.streams[audio], &d.streams[audio]
	if st.port == 0 {
		return unacceptable("the answer refuses the audio stream")
	}
	if !st.voice() {
		return unacceptable("the answer's m-line is not audio over RTP/AVP")
	}
	m, r := st.where(s.Origin)
	if r != nil {
		return r
	}
	if m.Codec, m.Payload = st.first(ours.codecs()...); m.Codec == 0 {
		return unacceptable("the answer has no codec that was offered")
	}
	_, m.Event = st.first(telephoneEvent)
	m.Ptime = st.packetTime(ours.ptime)
	if m.Mux = st.mux && ours.mux; m.Mux {
		m.RemoteRTCP = m.Remote
	}
	s.Agreed = m
	return nil
}

// before reads our last SDP, or gives nil where there is none.
func (s *Session) before() *description {
	d, r := parse(s.Body)
	if r != nil || len(d.streams) == 0 {
		return nil
	}
	return d
}

// used is the index of the audio stream of our own SDP, or -1.
func (d *description) used() int {
	return slices.IndexFunc(d.streams, func(st stream) bool { return st.port != 0 && st.voice() })
}

// codecs lists the voice codecs of an offer of ours.
func (s *stream) codecs() []Codec {
	var out []Codec
	for _, c := range []Codec{PCMA, PCMU} {
		if found, _ := s.first(c); found != 0 {
			out = append(out, c)
		}
	}
	return out
}
