package main

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

//go:embed caller.xml
var scenario []byte

// tally is what SIPp counted.
type tally struct{ good, failed int }

// sipp makes calls at a rate and waits until all are over.
func sipp(ctx context.Context, dir string, server netip.AddrPort, media netip.AddrPort, rate, calls int) (tally, error) {
	xml, stats := filepath.Join(dir, "caller.xml"), filepath.Join(dir, fmt.Sprintf("stats-%d.csv", rate))
	if err := os.WriteFile(xml, scenario, 0o600); err != nil {
		return tally{}, err
	}
	cmd := exec.CommandContext(ctx, "sipp", server.String(), "-sf", xml, "-i", "127.88.0.2", "-s", "12345",
		"-key", "sound_ip", media.Addr().String(), "-key", "sound_port", strconv.Itoa(int(media.Port())),
		"-r", strconv.Itoa(rate), "-m", strconv.Itoa(calls), "-l", "20000", "-recv_timeout", "20000", "-timeout", "180s",
		"-nostdin", "-trace_stat", "-stf", stats, "-fd", "5", "-buff_size", "4194304")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 { // 1: some calls failed
		return tally{}, fmt.Errorf("sipp: %w\n%s", err, out[max(0, len(out)-2000):])
	}
	return readStats(stats)
}

func readStats(file string) (tally, error) {
	f, err := os.Open(file)
	if err != nil {
		return tally{}, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.FieldsPerRecord = ';', -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		return tally{}, fmt.Errorf("sipp's statistics %s: %v", file, err)
	}
	var t tally
	last := rows[len(rows)-1]
	for i, name := range rows[0] {
		switch {
		case i >= len(last):
		case name == "SuccessfulCall(C)":
			t.good, err = strconv.Atoi(last[i])
		case name == "FailedCall(C)":
			t.failed, err = strconv.Atoi(last[i])
		}
		if err != nil {
			return t, err
		}
	}
	return t, nil
}
