package journal

import "io"

// FS is the folder that a journal lives in. Folder is the real one; package
// faultdisk has one that tears, stalls and fills.
type FS interface {
	// Create makes an empty file, or empties the one that is there.
	Create(name string) (File, error)
	// Open opens a file that is there, to read and to write.
	Open(name string) (File, error)
	// Remove takes a file away; one that is not there is fs.ErrNotExist.
	Remove(name string) error
	// List returns the names of all files, in order.
	List() ([]string, error)
	// Sync makes what Create and Remove did outlive a power cut.
	Sync() error
}

// File is one file of an FS. It may be read, written and synced at once.
type File interface {
	io.ReaderAt
	// WriteAt writes p at off with one system call; after an error any part
	// of it may be there.
	WriteAt(p []byte, off int64) (int, error)
	// Preallocate gives the file size bytes that read as zeros and can be
	// written later even if the disk has filled.
	Preallocate(size int64) error
	// Size returns the file's length in bytes.
	Size() (int64, error)
	// Sync makes all that was written outlive a power cut.
	Sync() error
	io.Closer
}
