package journal

// Stats are a journal's figures.
type Stats struct {
	Segments int    // files with frames in them
	Bytes    int64  // in frames
	Live     int    // keys with a value
	Position uint64 // of the next fact
	Synced   uint64 // facts below outlive a power cut
	Lag      uint64 // facts that the slowest projection has not passed
	Reserve  bool   // the next segment is ready
}

// Stats returns the figures of now.
func (l *Log) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := Stats{
		Segments: len(l.segments), Live: len(l.live.place), Position: l.position,
		Synced: l.synced.position, Lag: l.position - l.needed(), Reserve: l.Room(),
	}
	for _, s := range l.segments {
		out.Bytes += s.end
	}
	return out
}

// Live returns every key's last value, in the order in which the keys first
// appeared. The values are the log's: read only.
func (l *Log) Live() []Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.live.records()
}

// Position is that of the next fact.
func (l *Log) Position() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.position
}

// Synced is the position below which facts outlive a power cut: as far as Read
// gives them.
func (l *Log) Synced() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.synced.position
}
