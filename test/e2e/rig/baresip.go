package rig

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hotline12345/hotline/test/sound"
)

// SoftphoneOptions describe a baresip.
type SoftphoneOptions struct {
	Transport string  // udp or tcp; empty: udp
	Sound     []int16 // what it says, over and over; empty: silence
	Auto      bool    // answers by itself
	Password  string  // that the phone has at the server; empty: one is made and set
	Display   string  // its display name
}

// Softphone is a running baresip: a real phone, registered at the server, with
// a file for a microphone and a file that takes what it plays.
type Softphone struct {
	folder string
	cmd    *exec.Cmd
	done   chan struct{}
	ctrl   net.Conn

	mu     sync.Mutex
	events []string // types, in the order they came
	lines  []string // what it answered to commands
}

// Ports of a softphone on its address.
const (
	phonePort   = 5060
	controlPort = 4444
)

// Softphone starts a baresip at the network's address with that last octet and
// waits until it is registered.
func (s *Server) Softphone(t testing.TB, name string, host byte, o SoftphoneOptions) *Softphone {
	t.Helper()
	binary := Tool(t, "baresip")
	password := o.Password
	if password == "" {
		var err error
		if password, err = s.Client.SetPassword(t.Context(), name, ""); err != nil {
			t.Fatal(err)
		}
	}
	if o.Transport == "" {
		o.Transport = "udp"
	}
	p := &Softphone{folder: t.TempDir(), done: make(chan struct{})}
	mode := "manual"
	if o.Auto {
		mode = "auto"
	}
	display := ""
	if o.Display != "" {
		display = strconv.Quote(o.Display)
	}
	files := map[string]string{
		"config": p.config(t, s.IP(host)),
		"accounts": fmt.Sprintf("%s <sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=%s;outbound=\"sip:%s;transport=%s\";regint=60;answermode=%s;audio_codecs=PCMA\n",
			display, name, Domain, o.Transport, name, password, s.Addr, o.Transport, mode),
		"contacts":  "",
		"voice.wav": string(sound.WAV(lasting(o.Sound))),
	}
	for file, text := range files {
		if err := os.WriteFile(filepath.Join(p.folder, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.start(t, binary, netip.AddrPortFrom(s.IP(host), controlPort))
	s.Registered(t, name)
	return p
}

// lasting is a sound for the longest call of the tests: baresip ends a call
// when its microphone's file does.
func lasting(s []int16) []int16 {
	out := make([]int16, 0, 6*60*sound.Rate)
	for len(s) > 0 && len(out)+len(s) <= cap(out) {
		out = append(out, s...)
	}
	return out[:cap(out)]
}

// ticker is what baresip prints all the time.
var ticker = regexp.MustCompile(`\[[0-9:]+\] audio=\S+ \(bit/s\) *`)

func (p *Softphone) config(t testing.TB, ip netip.Addr) string {
	t.Helper()
	const modules = "/usr/lib/baresip/modules"
	if _, err := os.Stat(modules); err != nil {
		t.Fatalf("baresip's modules are missing: run `make tools`: %v", err)
	}
	return fmt.Sprintf(`poll_method epoll
sip_listen %[1]s:%[2]d
net_interface %[1]s
ctrl_tcp_listen %[1]s:%[3]d
audio_source aufile,%[4]s/voice.wav
audio_player aubridge,%[4]s
audio_alert aubridge,%[4]s
snd_path %[4]s
rtp_ports 10000-19999
module_path %[5]s
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
`, ip, phonePort, controlPort, p.folder, modules)
}

func (p *Softphone) start(t testing.TB, binary string, control netip.AddrPort) {
	t.Helper()
	log, err := os.Create(filepath.Join(p.folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(binary, "-4", "-v", "-s", "-f", p.folder)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // killed at the end
		close(p.done)
	}()
	t.Cleanup(func() {
		if p.ctrl != nil {
			p.ctrl.Close()
		}
		_ = p.cmd.Process.Kill()
		<-p.done
		log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("the end of baresip's log:\n%s", tail(ticker.ReplaceAllString(string(text), ""), 150))
		}
	})
	Until(t, "baresip's control connection", func() bool {
		p.ctrl, err = net.DialTimeout("tcp", control.String(), time.Second)
		return err == nil
	})
	go p.listen(p.ctrl)
}

// listen reads the netstrings that baresip's ctrl_tcp sends: events and
// answers.
func (p *Softphone) listen(conn io.Reader) {
	in := bufio.NewReader(conn)
	for {
		head, err := in.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(head, ":"))
		if err != nil {
			return
		}
		text := make([]byte, n+1) // with the comma
		if _, err := io.ReadFull(in, text); err != nil {
			return
		}
		var m struct {
			Event    bool
			Type     string
			Response bool
			Data     string
		}
		if json.Unmarshal(text[:n], &m) != nil {
			continue
		}
		p.mu.Lock()
		if m.Event {
			p.events = append(p.events, m.Type)
		} else if m.Response {
			p.lines = append(p.lines, m.Data)
		}
		p.mu.Unlock()
	}
}

// Do carries out one of baresip's commands (dial, accept, hangup, hold,
// resume …) and waits for its answer.
func (p *Softphone) Do(t testing.TB, command, params string) string {
	t.Helper()
	p.mu.Lock()
	before := len(p.lines)
	p.mu.Unlock()
	text, err := json.Marshal(map[string]string{"command": command, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(p.ctrl, "%d:%s,", len(text), text); err != nil {
		t.Fatalf("baresip: %v", err)
	}
	answer := ""
	Until(t, "baresip's answer to "+command, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.lines) > before {
			answer = p.lines[before]
		}
		return len(p.lines) > before
	})
	return answer
}

// typing is how fast digits are pressed: baresip knows one at a time and says
// nothing when it has sent it.
const typing = 250 * time.Millisecond

// Press presses digits during a call, as people do; they go as telephone-events.
func (p *Softphone) Press(t testing.TB, digits string) {
	t.Helper()
	tick := time.NewTicker(typing)
	defer tick.Stop()
	for _, digit := range digits {
		p.Do(t, "sndcode", string(digit))
		<-tick.C
	}
}

// Events are the types of baresip's events so far: CALL_INCOMING,
// CALL_ESTABLISHED, CALL_CLOSED …
func (p *Softphone) Events() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.events)
}

// Count is how often an event has come.
func (p *Softphone) Count(event string) (n int) {
	for _, e := range p.Events() {
		if e == event {
			n++
		}
	}
	return n
}

// Until waits until the event has come n times.
func (p *Softphone) Until(t testing.TB, event string, n int) {
	t.Helper()
	Until(t, fmt.Sprintf("baresip's event %s, %d times", event, n), func() bool { return p.Count(event) >= n })
}

// Heard is what baresip has received and decoded in all its calls, as A-law:
// its module sndfile writes it, but of a call no more once it was on hold.
func (p *Softphone) Heard() []byte {
	files, _ := filepath.Glob(filepath.Join(p.folder, "dump-*-dec.wav")) // a good pattern
	slices.Sort(files)
	var all []byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if samples, err := sound.ReadWAV(data); err == nil {
			all = append(all, sound.Encode(samples)...)
		}
	}
	return all
}
