package journal

import (
	"errors"
	"os"
	"syscall"
)

// Preallocate implements File.
func (f diskFile) Preallocate(size int64) error {
	err := f.control(func(fd int) error { return syscall.Fallocate(fd, 0, 0, size) })
	if errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.ENOSYS) {
		return f.fillWithZeros(size)
	}
	return os.NewSyscallError("fallocate", err)
}

// Sync implements File. The file's times need not be on the disk, its length
// does and is.
func (f diskFile) Sync() error {
	return os.NewSyscallError("fdatasync", f.control(syscall.Fdatasync))
}

func (f diskFile) control(call func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(fd uintptr) {
		for {
			if result = call(int(fd)); !errors.Is(result, syscall.EINTR) {
				return
			}
		}
	})
	return errors.Join(err, result)
}
