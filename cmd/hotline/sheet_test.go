package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/api"
)

const goodCalls = "\ufeff号码,开始,结束,接听,结果,主叫,agent\r\n" +
	"12366,2026-11-24 08:30:00,2026-11-24 08:35:00,2026/11/24 8:30:10,接通,13800001234,李四\r\n" +
	",,,,,,\r\n" +
	"12366,2026-11-24T00:31:00Z,2026-11-24 08:32:00,,放弃,,\r\n"

func TestAFileOfReportedCallsIsRead(t *testing.T) {
	calls, faults := readReported([]byte(goodCalls), zone)
	if len(faults) > 0 || len(calls) != 2 {
		t.Fatalf("%+v, %v", calls, faults)
	}
	first, second := calls[0], calls[1]
	if first.Began.Hour() != 8 || first.Answered.Second() != 10 || first.Outcome != "answered" || first.Agent != "李四" || first.Line != 2 {
		t.Errorf("%+v", first)
	}
	if second.Answered != nil || second.Began.In(zone).Minute() != 31 || second.Outcome != "abandoned" || second.Line != 4 {
		t.Errorf("%+v", second)
	}
}

// TestABadLineAmongTenThousandIsNamed, and nothing is asked of the server.
func TestABadLineAmongTenThousandIsNamed(t *testing.T) {
	var file strings.Builder
	file.WriteString("number,began,ended\n")
	for i := range 10000 {
		began := "2026-11-24 08:30:00"
		if i == 7000 {
			began = "昨天"
		}
		fmt.Fprintf(&file, "12366,%s,2026-11-24 08:35:00\n", began)
	}
	r := newRig(t).serve()
	r.stdin = file.String()
	code, _, err := r.run("cdr", "import", "--source", "tax", "-")
	if code != exitFailed || !strings.Contains(err, "line 7002: began: \"昨天\" is no time") || len(r.asked) != 0 {
		t.Errorf("%d %s %v", code, err, r.asked)
	}
}

func TestFaultsOfASheetAreNamed(t *testing.T) {
	for file, want := range map[string]string{
		"":                                   "line 1: there is no line with the names",
		"号码,开始\n":                            "column ended (结束) is missing",
		"number,began,ended,moon\n":          "unknown column \"moon\"",
		"number,number,began,ended\n":        "column \"number\" is there twice",
		"number,began,ended\n1,2\n":          "line 2: it has 2 columns, the first line 3",
		"number,began,ended\n,\"2\",3\n":     "line 2: number: it is empty",
		"number,began,ended\n1,\"2,3\n4,5,6": "line 3: extraneous",
		"\xba\xc5\xc2\xeb":                   "not UTF-8",
	} {
		if _, faults := readReported([]byte(file), zone); !strings.Contains(faults.Error(), want) {
			t.Errorf("%q: %v, not %s", file, faults, want)
		}
	}
	_, faults := readReported([]byte("number,began,ended\n"+strings.Repeat("1,x,y\n", 1000)), zone)
	if len(faults) == 0 || len(faults) > 3*1000 {
		t.Errorf("%d faults", len(faults))
	}
}

func TestReportedCallsAreToldInParts(t *testing.T) {
	r := newRig(t)
	r.answers["POST /v1/cdrs/reported"] = api.Taken{New: 3, Known: 1}
	r.serve()
	r.stdin = "number,began,ended\n" + strings.Repeat("12366,2026-11-24 08:30:00,2026-11-24 08:35:00\n", api.MostReported+1)
	code, out, err := r.run("cdr", "import", "--source", "tax", "-")
	if code != 0 || err != "" || !strings.Contains(out, "taken: 6, 已有 known before: 2") || len(r.asked) != 4 {
		t.Errorf("%d %s %s %d", code, out, err, len(r.asked))
	}
	if code, _, err := r.run("cdr", "import", "-"); code != exitUsage || !strings.Contains(err, "--source") {
		t.Errorf("no source: %d %s", code, err)
	}
}

func FuzzReported(f *testing.F) {
	f.Add([]byte(goodCalls))
	f.Add([]byte("number,began,ended\n1,\"2,3\n4,5,6"))
	f.Fuzz(func(t *testing.T, data []byte) {
		calls, faults := readReported(data, zone)
		if len(faults) > 0 {
			return
		}
		for _, c := range calls {
			if c.Number == "" || c.Began.IsZero() || c.Ended.IsZero() || c.Line < 2 {
				t.Errorf("%+v", c)
			}
		}
	})
}
