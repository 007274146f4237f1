package config

import "testing"

// FuzzSettings: no settings file panics; what a listener, a range of ports or a
// span is read from is written so that it is read again alike.
func FuzzSettings(f *testing.F) {
	for _, file := range []string{
		"data: /var/lib/hotline\nsip: [\"127.0.0.1:5060\", \"udp:[::1]:0\", \":5060\"]\nrtp: 127.0.0.1:20000-29999\nadvertise: 192.0.2.7\n",
		"interfaces: {office: {sip: [\"tcp:127.0.0.2:5060\"], rtp: \"127.0.0.2:0\"}, main: {advertise: 192.0.2.7}}\nadvertise: 192.0.2.8\n",
		"http: 127.0.0.1:9090\nplan: p.yaml\ndomain: a.example\nlog: json\nt1: 1m30s\nrate: 5\ndemo: true\n",
		"t1: 24h1s", "rate: 1e9", "sip: 127.0.0.1:5060", "interfaces: [a]", "interfaces: {main: }",
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2048 {
			return
		}
		s, _ := ParseSettings(data) // also what can be read of a bad one is used
		if again, err := ParseDuration(s.T1.String()); s.T1 != 0 && (err != nil || again != s.T1) {
			t.Errorf("%v is written %q: %v, %v", int64(s.T1), s.T1, again, err)
		}
		sides := []Interface{{SIP: s.SIP, RTP: s.RTP}}
		for _, row := range s.Interfaces {
			sides = append(sides, row.Value)
		}
		for _, side := range sides {
			for _, text := range side.SIP {
				all, err := ParseListen(text)
				if (len(all) == 0) != (err != nil) {
					t.Errorf("%q: %+v, %v", text, all, err)
				}
				for _, l := range all {
					if again, err := ParseListen(l.Transport + ":" + l.Addr.String()); err != nil || len(again) != 1 || again[0] != l {
						t.Errorf("%q gave %+v, which is read as %+v, %v", text, l, again, err)
					}
				}
			}
			p, err := ParsePorts(side.RTP)
			if err != nil {
				continue
			}
			if again, err := ParsePorts(p.String()); err != nil || again != p {
				t.Errorf("%q is written %q: %+v, %v", side.RTP, p, again, err)
			}
		}
	})
}
