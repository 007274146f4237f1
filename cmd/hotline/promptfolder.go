package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/hotline12345/hotline/ivr/prompt"
)

// tenth rounds to one digit behind the point.
func tenth(x float64) float64 { return math.Round(10*x) / 10 }

// recordings are the data folder's, by clip: nil, or why one is no sound.
func (p *program) recordings() (map[string]error, error) {
	folder, out := filepath.Join(p.data, "prompts"), map[string]error{}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), ".wav")
		if !ok || entry.IsDir() {
			continue
		}
		wav, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err == nil {
			_, err = prompt.Decode(wav)
		}
		out[name] = err
	}
	return out, nil
}

// newPrompts begins the names of folders that shall take the place of prompts.
const newPrompts = "prompts.new-"

// storePrompts adds files to the data folder's prompts, in place of those of
// the same names. A new folder is made beside the old one and changes places
// with it in one step, so that whoever looks, and whenever this process or the
// machine dies, there is all of it or nothing.
func storePrompts(data string, wavs map[string][]byte) (err error) {
	if err := os.MkdirAll(data, 0o750); err != nil {
		return err
	}
	lock, err := os.Open(data)
	if err != nil {
		return err
	}
	defer lock.Close() // with which the lock ends
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return refuse("另一次导入正在进行", "another import is at work on %s", data)
	}
	left, _ := filepath.Glob(filepath.Join(data, newPrompts+"*")) // of imports that were killed; the pattern is sound
	for _, folder := range left {
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	folder := filepath.Join(data, "prompts")
	next, err := os.MkdirTemp(data, newPrompts)
	if err != nil {
		return err
	}
	defer func() {
		if removed := os.RemoveAll(next); err == nil {
			err = removed
		}
	}()
	if err := fill(next, folder, wavs); err != nil {
		return err
	}
	if err := swap(next, folder, exchange); err != nil {
		return err
	}
	return lock.Sync()
}

// fill makes the new folder: the files, and the old folder's others.
func fill(next, old string, wavs map[string][]byte) error {
	if err := os.Chmod(next, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if _, replaced := wavs[entry.Name()]; replaced {
			continue
		}
		if err := carry(filepath.Join(old, entry.Name()), filepath.Join(next, entry.Name()), entry.Type()); err != nil {
			return err
		}
	}
	for name, wav := range wavs {
		if err := writeSynced(filepath.Join(next, name), wav); err != nil {
			return err
		}
	}
	return syncFolder(next)
}

// carry takes a file over that stays as it is.
func carry(from, to string, kind fs.FileMode) error {
	switch {
	case kind.IsRegular():
		if os.Link(from, to) == nil {
			return nil
		}
		content, err := os.ReadFile(from) // the file system has no links
		if err != nil {
			return err
		}
		return writeSynced(to, content)
	case kind&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	}
	return fmt.Errorf("%s is no file: move it elsewhere", from)
}

func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// swap lets next stand where folder stood, and the other way round if there
// was one.
func swap(next, folder string, exchange func(a, b string) error) error {
	err := exchange(next, folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.Rename(next, folder)
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		// A file system that cannot exchange: there is none for a moment.
		aside := next + ".old"
		if err := os.Rename(folder, aside); err != nil {
			return err
		}
		if err := os.Rename(next, folder); err != nil {
			return errors.Join(err, os.Rename(aside, folder))
		}
		return os.RemoveAll(aside)
	}
	return err
}

func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}
