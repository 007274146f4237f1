package main

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/ivr/prompt"
)

const promptPlan = `
sounds: {notice: 今天系统升级，请您谅解。, recorded: 本次通话将被录音，请知悉。, unheard: 备用。}
agents: {"8001": {queues: [general]}}
queues: {general: {}}
rosters: {all: {from: "00:00", to: "24:00", agents: {general: 1}}}
flows: {hotline: [answer, {queue: general}, {play: {clips: [greeting, notice, "@dialled"]}}, {play: recorded}, music]}
numbers: {"12345": {flow: hotline}, "12331": {mode: merged, department: 省市场监管局}}
`

// prompting is a rig with that plan, whose server takes recordings.
func prompting(t *testing.T) *rig {
	r := newRig(t)
	r.revise(promptPlan, "anna", "prompts")
	r.answers["POST /v1/prompts/reload"] = api.Prompts{Clips: 100, Own: 1}
	return r.serve()
}

// spoken is a studio's file: 24 bits, two channels, 48 kHz, silence around a hum
// of the length.
func spoken(seconds float64) []byte {
	const rate = 48000
	var b bytes.Buffer
	b.WriteString("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00")
	for _, v := range []any{uint16(1), uint16(2), uint32(rate), uint32(rate * 6), uint16(6), uint16(24)} {
		_ = binary.Write(&b, binary.LittleEndian, v)
	}
	b.WriteString("data\xff\xff\xff\xff") // as a recorder leaves it that was switched off
	for i := range int((seconds + 1) * rate) {
		t := float64(i)/rate - 0.5
		s := 0.0
		if t >= 0 && t < seconds {
			s = 0.1 * math.Sin(2*math.Pi*300*t) * (1 + 0.5*math.Sin(2*math.Pi*4*t))
		}
		v := uint32(int32(s * (1<<23 - 1)))
		for range 2 {
			b.Write([]byte{byte(v), byte(v >> 8), byte(v >> 16)})
		}
	}
	return b.Bytes()
}

// delivery is a folder of files.
func delivery(t *testing.T, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func (r *rig) folder() string { return filepath.Join(r.data, "prompts") }

func (r *rig) stored() (out []string) {
	entries, err := os.ReadDir(r.folder())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	left, _ := filepath.Glob(filepath.Join(r.data, newPrompts+"*"))
	return append(out, left...)
}

func TestTheScriptHasEveryClipItsTextAndPlace(t *testing.T) {
	r := prompting(t)
	file := filepath.Join(t.TempDir(), "script.csv")
	r.ok("prompt", "script", "--out", file)
	written, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(written, []byte("\ufeff")) {
		t.Fatalf("%.20q, %v", written, err)
	}
	rows, err := csv.NewReader(bytes.NewReader(written[3:])).ReadAll()
	if err != nil || len(rows) != 1+len(prompt.Names())+2 { // recorded is built in already
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, want := range []string{
		"greeting|greeting.wav|您好，这里是一二三四五政务服务便民热线。|18|机器音 machine|12345; 12331||",
		"notice|notice.wav|今天系统升级，请您谅解。|10|缺 missing|12345; 12331||",
		"recorded|recorded.wav|本次通话将被录音，请知悉。|11|旧台词 old-text|12345; 12331||",
		"digit-yao|digit-yao.wav|幺|1|机器音 machine|12331||",
		"music|music.wav||0|内置 built-in|12345; 12331||",
		"unheard|unheard.wav|备用。|2|缺 missing|||坐席",
		"logged-in|logged-in.wav|签入成功。|4|机器音 machine|||坐席",
	} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return strings.HasPrefix(strings.Join(row, "|"), want) }) {
			t.Errorf("there is no row %s", want)
		}
	}
	var clips []clip
	if err := json.Unmarshal([]byte(r.ok("prompt", "script", "--json")), &clips); err != nil || len(clips) != len(rows)-1 {
		t.Fatalf("%d clips, %v", len(clips), err)
	}
	i := slices.IndexFunc(clips, func(c clip) bool { return c.Clip == "notice" })
	if h := clips[i].Heard; len(h) != 2 || h[0].Number != "12345" || h[0].Flow == "" || h[0].Step == "" {
		t.Errorf("%+v", h)
	}
}

func TestAStudiosFilesAreTakenAndUsed(t *testing.T) {
	r := prompting(t)
	if err := os.Mkdir(r.folder(), 0o755); err != nil {
		t.Fatal(err)
	}
	stays := prompt.Encode([]byte("stays"))
	for name, content := range map[string][]byte{"greeting.wav": prompt.Encode([]byte("old")), "other.wav": stays} {
		if err := os.WriteFile(filepath.Join(r.folder(), name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("other.wav", filepath.Join(r.folder(), "link.wav")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(r.data, newPrompts+"killed"), 0o755); err != nil { // another import's
		t.Fatal(err)
	}
	folder := delivery(t, map[string][]byte{
		"greeting.wav": spoken(4), "notice.WAV": spoken(1.2), "digit-yao.wav": spoken(3), "music.wav": spoken(9), ".DS_Store": {1}, "说明.txt": {1},
	})
	dry := r.ok("prompt", "import", folder, "--dry-run")
	if !strings.Contains(dry, "a dry run: 4") || slices.Contains(r.stored(), "notice.wav") || len(r.asked) == 0 || strings.Contains(strings.Join(r.asked, ""), "reload") {
		t.Fatalf("%s%v", dry, r.stored())
	}
	same(t, "import", r.ok("prompt", "import", folder), `
名称 clip  文件 file      时长 length s  原响度 level dB  增益 gain dB  请复听 listen again
digit-yao  digit-yao.wav           3.11            -22.6          +0.6  长短与台词不符 its length does not fit the text
greeting   greeting.wav            4.11            -22.6          +0.6
music      music.wav              10.00            -23.0          -5.0
notice     notice.WAV              1.31            -22.7          +0.7
略过 / passed over: 说明.txt
已导入并使用 / imported and in use: 4`)
	if !strings.Contains(r.asked[len(r.asked)-1], "POST /v1/prompts/reload") {
		t.Errorf("asked %q", r.asked)
	}
	if got := r.stored(); !slices.Equal(got, []string{"digit-yao.wav", "greeting.wav", "link.wav", "music.wav", "notice.wav", "other.wav"}) {
		t.Errorf("stored are %q", got)
	}
	for name, least := range map[string]int{"greeting.wav": 31000, "notice.wav": 9000, "other.wav": 5, "link.wav": 5} {
		wav, err := os.ReadFile(filepath.Join(r.folder(), name))
		if err != nil {
			t.Fatal(err)
		}
		if samples, err := prompt.Decode(wav); err != nil || len(samples) < least || len(samples) > least+2000 {
			t.Errorf("%s has %d samples, %v", name, len(samples), err)
		}
	}
	var taken []imported
	if err := json.Unmarshal([]byte(r.ok("prompt", "import", folder, "--json")), &taken); err != nil || len(taken) != 4 || math.Abs(taken[0].Length-3.1) > 0.02 {
		t.Errorf("%+v, %v", taken, err)
	}
}

// TestOneBadFileLeavesAllAsItWas, and each is named.
func TestOneBadFileLeavesAllAsItWas(t *testing.T) {
	r := prompting(t)
	code, _, text := r.run("prompt", "import", delivery(t, map[string][]byte{
		"greeting.wav": spoken(4), "recorded.wav": []byte("ID3 an MP3 by another name"), "notice.mp3": {1}, "notcie.wav": spoken(2), "calling.wav": spoken(0),
		"digit-1.wav": spoken(0.3), "digit-1.WAV": spoken(0.3),
	}))
	same(t, "faults", text, `
hotline: 录音有误,一个也未导入 / nothing was imported, files with faults: 5
  calling.wav: nothing can be heard in it
  digit-1.wav: the clip digit-1 is there twice
  notcie.wav: no clip has this name: see `+"`hotline prompt script`"+`, or add it to the plan's sounds
  notice.mp3: is no WAV file: deliver notice.wav
  recorded.wav: not a WAV file`)
	if code != 1 || len(r.stored()) != 0 || strings.Contains(strings.Join(r.asked, ""), "reload") {
		t.Errorf("exit %d, stored %q, asked %q", code, r.stored(), r.asked)
	}
	if code, _, text = r.run("prompt", "import", t.TempDir()); code != 1 || !strings.Contains(text, "no recordings") {
		t.Errorf("an empty folder: %d %s", code, text)
	}
	if code, _, text = r.run("prompt", "import", filepath.Join(t.TempDir(), "none")); code != 1 || !strings.Contains(text, "no such file") {
		t.Errorf("no folder: %d %s", code, text)
	}

	// What lies in the data folder would keep the server from taking the rest.
	good := delivery(t, map[string][]byte{"greeting.wav": spoken(4)})
	if err := os.Mkdir(r.folder(), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.folder(), "notice.wav"), []byte("no sound"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, text = r.run("prompt", "import", good); code != 1 || !strings.Contains(text, "notice.wav: not a WAV file: replace or remove it") {
		t.Errorf("a bad file of the server's: %d %s", code, text)
	}
	if err := os.Remove(filepath.Join(r.folder(), "notice.wav")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(r.folder(), "old"), 0o755); err != nil {
		t.Fatal(err)
	}
	if code, _, text = r.run("prompt", "import", good); code != 1 || !strings.Contains(text, "old is no file") || !slices.Equal(r.stored(), []string{"old"}) {
		t.Errorf("a folder within: %d %s %q", code, text, r.stored())
	}
}

func TestImportWithoutAServerWantsAPlan(t *testing.T) {
	r := newRig(t) // which does not serve
	folder := delivery(t, map[string][]byte{"notice.wav": spoken(2)})
	if code, _, text := r.run("prompt", "import", folder); code != exitUnreachable || !strings.Contains(text, "--plan FILE") {
		t.Errorf("%d %s", code, text)
	}
	r.stdin = promptPlan
	if out := r.ok("prompt", "import", folder, "--plan", "-"); !strings.Contains(out, "for the server's next start: 1") {
		t.Error(out)
	}
	if got := r.stored(); !slices.Equal(got, []string{"notice.wav"}) {
		t.Errorf("stored are %q", got)
	}
}

func TestAServerThatDoesNotTakeThemIsAFault(t *testing.T) {
	r := prompting(t)
	r.answers["POST /v1/prompts/reload"] = refused(422, "the recordings cannot be used")
	code, _, text := r.run("prompt", "import", delivery(t, map[string][]byte{"greeting.wav": spoken(4)}))
	if code != 1 || !strings.Contains(text, "the recordings cannot be used") {
		t.Errorf("%d %s", code, text)
	}
}

func TestTwoImportsAtOnceAreOne(t *testing.T) {
	data := t.TempDir()
	lock, err := os.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if err := storePrompts(data, map[string][]byte{"a.wav": {1}}); err == nil || !strings.Contains(err.Error(), "another import") {
		t.Error(err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if err := storePrompts(data, map[string][]byte{"a.wav": {1}}); err != nil {
		t.Error(err)
	}
}

// TestAFileSystemThatCannotExchange gets two renames.
func TestAFileSystemThatCannotExchange(t *testing.T) {
	for _, there := range []bool{true, false} {
		data := t.TempDir()
		next, folder := filepath.Join(data, "next"), filepath.Join(data, "prompts")
		if err := os.Mkdir(next, 0o755); err != nil {
			t.Fatal(err)
		}
		why := error(unix.ENOENT)
		if there {
			why = unix.EINVAL
			if err := os.MkdirAll(filepath.Join(folder, "old"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := swap(next, folder, func(string, string) error { return why }); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(data)
		inside, _ := os.ReadDir(folder)
		if err != nil || len(entries) != 1 || entries[0].Name() != "prompts" || len(inside) != 0 {
			t.Errorf("%v %v, %v", entries, inside, err)
		}
	}
}

func TestCheckSaysWhatIsMissingAndWhere(t *testing.T) {
	r := prompting(t)
	code, out, text := r.run("prompt", "check")
	if code != 1 || !strings.Contains(text, "有提示音缺录") || !strings.Contains(text, "missing: 2") {
		t.Errorf("%d %s", code, text)
	}
	for _, want := range []string{
		"号码 number  城市 city  名称 name     机器音 machine  缺 missing",
		"12345                                              2  recorded notice",
		"12331                   省市场监管局               4  recorded notice",
		"notice                        缺 missing       今天系统升级，请您谅解。",
		"recorded                      旧台词 old-text  本次通话将被录音，请知悉。",
		"来电人听到的:机器音 5,缺 2 / heard by callers: machine's voice 5, missing 2",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("not there: %s\n%s", want, out)
		}
	}
	r.ok("prompt", "import", delivery(t, map[string][]byte{"notice.wav": spoken(2.5), "recorded.wav": spoken(2.5), "greeting.wav": spoken(4)}))
	var found promptState
	if err := json.Unmarshal([]byte(r.ok("prompt", "check", "--json")), &found); err != nil || found.Missing != 0 || found.Machine != 4 {
		t.Fatalf("%d missing, %d of the machine, %v", found.Missing, found.Machine, err)
	}
	if n := found.Numbers; len(n) != 2 || n[1].Number != "12331" || !slices.Equal(n[1].Machine, []string{"digit-yao", "digit-2", "digit-3"}) {
		t.Errorf("%+v", n)
	}
	if err := os.WriteFile(filepath.Join(r.folder(), "greeting.wav"), []byte("no sound"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, out, _ = r.run("prompt", "check", "--json"); code != 1 || !strings.Contains(out, `"state": "broken"`) {
		t.Errorf("%d %s", code, out)
	}
}
