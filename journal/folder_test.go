package journal_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/hotline12345/hotline/journal"
)

// The environment by which the test binary becomes another server.
const childFolder = "JOURNAL_TEST_FOLDER"

func TestMain(m *testing.M) {
	if path := os.Getenv(childFolder); path != "" {
		if err := child(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// childTurn is the nth turn that a child appends: the key's value and the
// fact's tell its number.
func childTurn(n uint64) journal.Turn {
	value := []byte(strings.Repeat(strconv.FormatUint(n, 10)+" ", 1+int(n%97)))
	return journal.Turn{At: 1, Records: []journal.Record{{Key: key(int(n % 50)), Value: value}}, Facts: []journal.Fact{{Type: 1, Value: value}}}
}

// child appends for ever, says each turn that is appended, and is killed.
func child(path string) error {
	folder, err := journal.OpenFolder(path)
	if err != nil {
		return err
	}
	log, state, err := journal.Open(folder, journal.Options{SegmentSize: 64 << 10, Projections: []string{"parent"}})
	if err != nil {
		return err
	}
	log.Cursor("parent", 0)
	for n := state.Position; ; n++ {
		if err := log.Append([]journal.Turn{childTurn(n)}); err != nil {
			return err
		}
		fmt.Println(n)
		if n%50 == 0 {
			if err := errors.Join(log.Sync(), log.Retire(10)); err != nil {
				return err
			}
		}
	}
}

// startChild runs the test binary as another server on the folder.
func startChild(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

// TestKillOfARealProcess kills servers with SIGKILL while they write to the
// real file system: every turn that one said was appended is there.
func TestKillOfARealProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	said := uint64(0)
	for life := range 4 {
		cmd, lines := startChild(t, path)
		for range 150 + 100*life {
			if !lines.Scan() {
				t.Fatal("the server ended by itself")
			}
			n, err := strconv.ParseUint(lines.Text(), 10, 64)
			if err != nil || (said > 0 && n <= said) {
				t.Fatalf("it said %q after %d", lines.Text(), said)
			}
			said = n
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said until it died
			n, err := strconv.ParseUint(lines.Text(), 10, 64)
			if err == nil {
				said = max(said, n)
			}
		}
		_ = cmd.Wait() // killed, as asked
		compareChild(t, path, said)
	}
}

// compareChild opens a killed server's journal.
func compareChild(t *testing.T, path string, said uint64) {
	t.Helper()
	folder, err := journal.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	log, state, err := journal.Open(folder, journal.Options{SegmentSize: 64 << 10, Projections: []string{"parent"}})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	// Of a line cut short by the kill only a smaller number can be read.
	if state.Position < said+1 {
		t.Fatalf("turn %d was said to be appended, %d are there", said, state.Position)
	}
	want := map[journal.Key][]byte{}
	for n := range state.Position {
		want[key(int(n%50))] = childTurn(n).Records[0].Value
	}
	if err := sameRecords(want, state.Records); err != nil {
		t.Fatal(err)
	}
	facts, err := log.Read(0, 1<<20)
	if err != nil || uint64(len(facts)) != state.Position {
		t.Fatalf("read %d facts of %d: %v", len(facts), state.Position, err)
	}
	for n, f := range facts {
		if !reflect.DeepEqual(f.Value, childTurn(uint64(n)).Facts[0].Value) {
			t.Fatalf("fact %d is %q", n, f.Value)
		}
	}
}

// TestFolderIsForOneServer: a second one is refused with clear words, in
// another process and in this one, and may have it when the first has ended,
// however.
func TestFolderIsForOneServer(t *testing.T) {
	path := t.TempDir()
	refused := func(by string) {
		t.Helper()
		folder, err := journal.OpenFolder(path)
		if err == nil || folder != nil || !strings.Contains(err.Error(), path+" is in use by another server; stop it or choose another") {
			t.Fatalf("while %s has the folder: %v", by, err)
		}
	}
	cmd, lines := startChild(t, path)
	if !lines.Scan() {
		t.Fatal("the server did not start")
	}
	refused("another process")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as asked
	for range 2 {
		folder, err := journal.OpenFolder(path)
		if err != nil {
			t.Fatal(err)
		}
		refused("this process")
		second := exec.Command(os.Args[0])
		second.Env = append(os.Environ(), childFolder+"="+path)
		if out, err := second.CombinedOutput(); err == nil || !strings.Contains(string(out), "is in use by another server") {
			t.Fatalf("a second process: %v, %s", err, out)
		}
		if err := folder.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFolderThatCannotBeHad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below")} {
		if _, err := journal.OpenFolder(path); err == nil || !strings.Contains(err.Error(), "journal folder") || !errors.Is(err, syscall.ENOTDIR) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFolderFiles(t *testing.T) {
	path := t.TempDir()
	folder, err := journal.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if err := os.Mkdir(filepath.Join(path, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := folder.Create("one")
	if err != nil {
		t.Fatal(err)
	}
	const size = 3<<20 + 5
	if err := file.Preallocate(size); err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt([]byte("middle"), size/2)
	if err := errors.Join(err, file.Sync(), folder.Sync()); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, size)
	if n, err := file.ReadAt(buf, 0); n != size || err != nil || string(buf[size/2:size/2+6]) != "middle" || buf[0] != 0 || buf[size-1] != 0 {
		t.Errorf("read %d bytes, %v", n, err)
	}
	if got, err := file.Size(); got != size || err != nil {
		t.Errorf("size %d, %v", got, err)
	}
	info, err := os.Stat(filepath.Join(path, "one"))
	if err != nil {
		t.Fatal(err)
	}
	if room := info.Sys().(*syscall.Stat_t).Blocks * 512; room < size {
		t.Errorf("of %d bytes the disk has set aside %d", size, room)
	}
	if names, err := folder.List(); err != nil || !reflect.DeepEqual(names, []string{"one"}) {
		t.Errorf("the folder has %q, %v", names, err)
	}
	if err := errors.Join(file.Close(), folder.Remove("one")); err != nil {
		t.Fatal(err)
	}
	if err := folder.Remove("one"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := folder.Open("one"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opened what was removed: %v", err)
	}
}
