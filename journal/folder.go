package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// Folder is a folder of the system's file system as an FS, held by one process
// at a time.
type Folder struct {
	path string
	dir  *os.File
	lock *os.File
}

// lockName is the file whose lock says that a server has the folder. A lock
// ends with its process, however that ends.
const lockName = "lock"

// OpenFolder makes the folder if need be and takes it for this process.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return nil, fmt.Errorf("journal folder %s: %w", path, err)
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, fmt.Errorf("journal folder %s: %w", path, err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fmt.Errorf("journal folder %s is in use by another server; stop it or choose another data folder", path)
		} else {
			err = fmt.Errorf("lock journal folder %s: %w", path, err)
		}
		return nil, errors.Join(err, lock.Close())
	}
	dir, err := os.Open(path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal folder %s: %w", path, err), lock.Close())
	}
	return &Folder{path: path, dir: dir, lock: lock}, nil
}

// Close lets another server have the folder.
func (f *Folder) Close() error { return errors.Join(f.dir.Close(), f.lock.Close()) }

// Create implements FS.
func (f *Folder) Create(name string) (File, error) {
	return f.open(name, os.O_CREATE|os.O_TRUNC|os.O_RDWR)
}

// Open implements FS.
func (f *Folder) Open(name string) (File, error) { return f.open(name, os.O_RDWR) }

func (f *Folder) open(name string, flags int) (File, error) {
	file, err := os.OpenFile(filepath.Join(f.path, name), flags, 0o640)
	if err != nil {
		return nil, err
	}
	return diskFile{file}, nil
}

// Remove implements FS.
func (f *Folder) Remove(name string) error { return os.Remove(filepath.Join(f.path, name)) }

// List implements FS.
func (f *Folder) List() ([]string, error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if e.Type().IsRegular() && e.Name() != lockName {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// Sync implements FS.
func (f *Folder) Sync() error { return f.dir.Sync() }

// diskFile is an open file of a Folder.
type diskFile struct{ *os.File }

// Size implements File.
func (f diskFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// fillWithZeros gives a file its room where the system cannot do it at once.
func (f diskFile) fillWithZeros(size int64) error {
	zeros := make([]byte, 1<<20)
	for off := int64(0); off < size; off += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(size-off, int64(len(zeros)))], off); err != nil {
			return err
		}
	}
	return nil
}
