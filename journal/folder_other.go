//go:build !linux

package journal

// Preallocate implements File.
func (f diskFile) Preallocate(size int64) error { return f.fillWithZeros(size) }
