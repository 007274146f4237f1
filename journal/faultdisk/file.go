package faultdisk

import (
	"io"
	"syscall"

	"github.com/hotline12345/hotline/turn"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// content is a file's bytes: as they are read now, and as a power cut would
// leave them at worst.
type content struct {
	now, stable []byte
	dirty       []state // of each sector of now
}

type state uint8

const (
	clean     state = iota
	unsynced        // the next sync makes it stable
	forgotten       // a sync failed: it reads well, and no sync writes it any more
)

func (c *content) grow(size int64) {
	if more := size - int64(len(c.now)); more > 0 {
		c.now = append(c.now, make([]byte, more)...)
	}
	if more := (len(c.now)+sector-1)/sector - len(c.dirty); more > 0 {
		c.dirty = append(c.dirty, make([]state, more)...)
	}
}

func (c *content) write(p []byte, off int64) {
	if len(p) == 0 {
		return
	}
	c.grow(off + int64(len(p)))
	copy(c.now[off:], p)
	for i := off / sector; i <= (off+int64(len(p))-1)/sector; i++ {
		c.dirty[i] = unsynced
	}
}

// sync makes stable what is unsynced, and the length.
func (c *content) sync() {
	c.stable = append(c.stable, make([]byte, len(c.now)-len(c.stable))...)
	for i, s := range c.dirty {
		if s == unsynced {
			c.keep(i)
			c.dirty[i] = clean
		}
	}
}

func (c *content) keep(i int) {
	from := min(i*sector, len(c.stable))
	copy(c.stable[from:min(from+sector, len(c.stable))], c.now[from:])
}

// forget is a sync that failed.
func (c *content) forget() {
	for i, s := range c.dirty {
		if s == unsynced {
			c.dirty[i] = forgotten
		}
	}
}

// powerCut keeps any of the unsynced sectors and nothing else, and the new
// length or the old.
func (c *content) powerCut(rand *turn.Rand) {
	if len(c.now) > len(c.stable) && rand.Below(2) == 0 {
		c.stable = append(c.stable, make([]byte, len(c.now)-len(c.stable))...)
	}
	for i, s := range c.dirty {
		if s == unsynced && rand.Below(2) == 0 {
			c.keep(i)
		}
	}
	c.now = append(c.now[:0], c.stable...)
	c.dirty = make([]state, (len(c.now)+sector-1)/sector)
}

// file is an open file: dead when its process is.
type file struct {
	disk *Disk
	data *content
	life int
}

func (f *file) alive() error {
	if f.disk.down || f.life != f.disk.life {
		return ErrDown
	}
	return nil
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.alive(); err != nil {
		return 0, err
	}
	if off >= int64(len(f.data.now)) {
		return 0, io.EOF
	}
	n := copy(p, f.data.now[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	d := f.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := f.alive(); err != nil {
		return 0, err
	}
	d.stall()
	d.writes++
	if d.writes == d.killAt {
		d.down = true
		return f.part(p, off), ErrDown
	}
	if err := d.room(off + int64(len(p)) - int64(len(f.data.now))); err != nil {
		return 0, err
	}
	if d.one(d.faults.WriteFails) {
		return f.part(p, off), syscall.EIO
	}
	f.data.write(p, off)
	return len(p), nil
}

// part writes a beginning of p, which may be nothing or all.
func (f *file) part(p []byte, off int64) int {
	n := int(f.disk.rand.Below(int64(len(p)) + 1))
	f.data.write(p[:n], off)
	return n
}

func (f *file) Preallocate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.alive(); err != nil {
		return err
	}
	if err := f.disk.room(size - int64(len(f.data.now))); err != nil {
		return err
	}
	f.data.grow(size)
	return nil
}

func (f *file) Size() (int64, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return int64(len(f.data.now)), f.alive()
}

func (f *file) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.alive(); err != nil {
		return err
	}
	f.disk.stall()
	if f.disk.one(f.disk.faults.SyncFails) {
		f.data.forget()
		return syscall.EIO
	}
	f.data.sync()
	return nil
}

func (f *file) Close() error { return nil }
