package api

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/core"
)

// metrics answers /metrics from a registry of its own.
func (s *Server) metrics() http.Handler {
	return promhttp.HandlerFor(s.registry(), promhttp.HandlerOpts{
		ErrorLog:            slog.NewLogLogger(s.log.Handler(), slog.LevelError),
		ErrorHandling:       promhttp.HTTPErrorOnError,
		MaxRequestsInFlight: 4,
		Timeout:             10 * time.Second,
	})
}

func (s *Server) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collector{s}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// collector reads the node once a scrape: one view, one set of figures.
type collector struct{ s *Server }

// Describe names every metric of the catalogue.
func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range known.all {
		ch <- d
	}
}

// Collect takes the figures of now. Where the core does not answer, what it
// alone knows is missing and the rest is there: that is when it is needed.
func (c collector) Collect(ch chan<- prometheus.Metric) {
	out := sink(ch)
	f := c.s.b.Figures()
	out.put(mBuild, 1, c.s.o.Version)
	out.put(mReady, yes(c.s.b.Ready() == nil))
	out.put(mRevision, float64(c.s.b.Plan().Revision))
	out.put(mPhones, float64(len(c.s.b.Plan().Source.Phones)))
	out.turns(&f)
	out.wire(&f.Wire)
	out.media(&f.Media)
	c.journal(out, &f)

	ctx, cancel := context.WithTimeout(context.Background(), healthTime)
	defer cancel()
	v, err := c.s.b.View(ctx)
	out.put(mCore, yes(err == nil))
	if err != nil {
		return
	}
	out.put(mDraining, yes(v.Draining))
	out.calls(v)
	out.queues(v)
	out.sip(v)
	for _, state := range c.s.states(v) {
		out.put(mAgents, float64(state.N), state.State)
	}
}

// sink takes one scrape's values.
type sink chan<- prometheus.Metric

func (m sink) put(f family, value float64, labels ...string) {
	m <- prometheus.MustNewConstMetric(f.desc, f.kind, value, labels...)
}

func (m sink) count(f family, n uint64, labels ...string) { m.put(f, float64(n), labels...) }

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// histogram takes durations counted by bounds, each in one bucket only; what
// stands behind the last bound was longer than all of them.
func (m sink) histogram(f family, bounds []time.Duration, counts []uint64, sum time.Duration, labels ...string) {
	buckets, n := make(map[float64]uint64, len(bounds)), uint64(0)
	for i, count := range counts {
		n += count
		if i < len(bounds) {
			buckets[bounds[i].Seconds()] = n
		}
	}
	m <- prometheus.MustNewConstHistogram(f.desc, n, sum.Seconds(), buckets, labels...)
}

func (m sink) turns(f *Figures) {
	m.histogram(mTurn, TurnBounds, f.TurnBuckets, f.Stepping)
	m.put(mInbox, float64(f.Inbox))
	m.count(mLogsLost, f.LogsLost)
	m.count(mChecks, f.Checks)
	m.count(mBroken, f.Broken)
}

func (m sink) calls(v *core.View) {
	m.put(mCalls, float64(len(v.Calls)))
	m.count(mBegun, v.Stats.Began)
	m.count(mRefused, v.Stats.Refused)
	m.count(mStrangers, v.Stats.Strangers)
	m.count(mUnknown, v.Stats.Unknown)
	m.count(mPanics, v.Stats.Panics)
	for _, o := range v.Stats.Outcomes {
		m.count(mEnded, o.N, o.Name)
	}
}

func (m sink) queues(v *core.View) {
	m.put(mEngine, float64(v.Engine.Waiting), "waiting")
	m.put(mEngine, float64(v.Engine.Offered), "offered")
	m.put(mEngine, float64(v.Engine.Talking), "talking")
	for i := range v.Queues {
		q, c := v.Queues[i].Name, &v.Queues[i].Counts
		m.put(mWaiting, float64(v.Queues[i].Waiting), q)
		m.count(mOffered, c.Entered, q)
		m.count(mAnswered, c.Answered, q)
		m.count(mAbandoned, c.Abandoned, q)
		m.count(mAway, c.Full, q, "full")
		m.count(mAway, c.TooLong, q, "too_long")
		m.count(mInTime, c.InInvite, q, "invite")
		m.count(mInTime, c.InHeard, q, "prompt")
		if man := &v.Queues[i].Manning; man.Rostered {
			m.put(mRoster, float64(man.Due), q, "due")
			m.put(mRoster, float64(man.LoggedIn), q, "logged_in")
			m.put(mRoster, float64(man.Short), q, "short")
		}
		m.histogram(mWait, acd.WaitBounds[:], c.Waits[:], time.Duration(c.WaitNs), q)
	}
}

func (m sink) sip(v *core.View) {
	for _, r := range v.Stats.Requests {
		m.count(mRequests, r.N, r.Name)
	}
	for _, r := range v.Stats.Responses {
		m.count(mResponses, r.N, r.Name, strconv.Itoa(r.Status))
	}
	m.count(mMalformed, v.Stats.Malformed)
	m.count(mStrays, v.Stats.Strays)
	m.put(mLegs, float64(v.Legs))
	m.put(mTx, float64(v.Transactions))
	reachable := 0
	for i := range v.Phones {
		if v.Phones[i].Reachable {
			reachable++
		}
	}
	m.put(mRegistered, float64(len(v.Phones)))
	m.put(mReachable, float64(reachable))
	for _, t := range v.Trunks {
		m.put(mBusy, float64(t.Busy), t.Trunk)
		m.put(mChannels, float64(t.Channels), t.Trunk)
	}
}

func (m sink) wire(w *WireFigures) {
	m.count(mDatagrams, w.Datagrams)
	m.count(mMessages, w.Messages)
	m.count(mDropped, w.NotSIP, "not_sip")
	m.count(mDropped, w.TooFast, "too_fast")
	m.count(mDropped, w.Dropped, "inbox_full")
	m.count(mSent, w.Sent)
	m.count(mUnsent, w.Unsent)
	m.count(mUnreachable, w.Refused)
	m.count(mConns, w.Conns)
	m.count(mClosed, w.Slow, "slow")
	m.count(mClosed, w.Broken, "broken")
	m.count(mClosed, w.OverLimit, "over_limit")
}

func (m sink) media(f *MediaFigures) {
	m.count(mRTPReceived, f.Received)
	m.count(mRTPSent, f.Sent)
	m.count(mRTPUnsent, f.Unsent)
	m.count(mRTPLost, f.Lost)
	m.count(mRTPLate, f.Late)
	m.count(mRTPRefused, f.Refused)
	m.count(mNoClip, f.MissingClips)
	m.put(mMediaLegs, float64(f.Legs))
	m.put(mPlayers, float64(f.Players))
	m.put(mPairs, float64(f.InUse), "in_use")
	m.put(mPairs, float64(f.Free), "free")
}

func (c collector) journal(m sink, f *Figures) {
	j := c.s.b.Journal()
	m.count(mPosition, j.Position)
	m.count(mSynced, j.Synced)
	m.put(mSegments, float64(j.Segments))
	m.put(mBytes, float64(j.Bytes))
	m.put(mRoom, yes(j.Reserve))
	m.count(mCommits, f.Commits)
	m.count(mLate, f.Late)
	store := c.s.standing(j.Position)
	m.count(mProjected, store.Position)
	m.count(mLag, store.Lag)
	m.put(mProjecting, yes(store.Error == ""))
}
