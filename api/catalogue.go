package api

import "github.com/prometheus/client_golang/prometheus"

// catalogue is every metric there is. No label takes a value that a message
// can choose: queues, trunks and phones are the plan's, methods are SIP's own
// or "other".
type catalogue struct{ all []*prometheus.Desc }

// family is one metric and how it is counted.
type family struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func (c *catalogue) counter(name, help string, labels ...string) family {
	return c.add(prometheus.CounterValue, name+"_total", help, labels)
}

func (c *catalogue) gauge(name, help string, labels ...string) family {
	return c.add(prometheus.GaugeValue, name, help, labels)
}

func (c *catalogue) histogram(name, help string, labels ...string) family {
	return c.add(prometheus.UntypedValue, name, help, labels) // written by sink.histogram
}

func (c *catalogue) add(kind prometheus.ValueType, name, help string, labels []string) family {
	d := prometheus.NewDesc("hotline_"+name, help, labels, nil)
	c.all = append(c.all, d)
	return family{d, kind}
}

var known catalogue

// The node.
var (
	mBuild    = known.gauge("build_info", "1, with the version that runs.", "version")
	mCore     = known.gauge("core_answering", "1 while the core gives a view of what stands within a second; else what comes from it is missing.")
	mReady    = known.gauge("ready", "1 while new calls are taken.")
	mDraining = known.gauge("draining", "1 while the node drains.")
	mRevision = known.gauge("plan_revision", "Number of the plan's revision in force.")
	mTurn     = known.histogram("turn_duration_seconds", "Time that the core takes for one input and all that follows from it.")
	mPanics   = known.counter("panics", "Turns that panicked and were taken back.")
	mInbox    = known.gauge("inbox_inputs", "Inputs that wait for the core.")
	mChecks   = known.counter("invariants_checked", "Checks of the core's invariants; they are made where HOTLINE_CHECK_TURNS asks for them.")
	mBroken   = known.counter("invariants_broken", "Checks of the core's invariants that found one broken; the log says which.")
	mLogsLost = known.counter("logs_lost", "Log events that were dropped because nothing took them fast enough.")
)

// Calls.
var (
	mCalls     = known.gauge("calls", "Calls in progress.")
	mBegun     = known.counter("calls_begun", "Calls let in since the start of the process.")
	mEnded     = known.counter("calls_ended", "Calls ended since the start of the process, by outcome.", "outcome")
	mRefused   = known.counter("calls_refused", "Calls refused for a limit, a drain or a journal without room.")
	mStrangers = known.counter("calls_from_strangers", "INVITEs from nowhere known, answered with 403.")
	mUnknown   = known.counter("calls_to_unknown_numbers", "Calls to numbers that are not in the ledger, answered with 404.")
)

// Queues and agents. A queue's counters go on over restarts.
var (
	mWaiting   = known.gauge("queue_waiting_calls", "Calls that wait in the queue.", "queue")
	mOffered   = known.counter("queue_calls_offered", "Calls enlisted in the queue: the service level's denominator.", "queue")
	mAnswered  = known.counter("queue_calls_answered", "Calls of the queue that were picked up.", "queue")
	mAbandoned = known.counter("queue_calls_abandoned", "Calls of the queue that ended before they were picked up.", "queue")
	mAway      = known.counter("queue_calls_turned_away", "Calls that the queue did not take or keep, by reason.", "queue", "reason")
	mInTime    = known.counter("queue_calls_answered_in_time", "Calls picked up within the queue's service time, by where the clock starts: the INVITE, or the end of the prompt that must be heard.", "queue", "clock")
	mWait      = known.histogram("queue_wait_seconds", "Wait from the enlisting to the pick-up, of calls picked up.", "queue")
	mEngine    = known.gauge("queue_engine_calls", "Calls that the queue engine holds, by state: waiting, offered (to an agent or a duty number), talking.", "state")
	mRoster    = known.gauge("roster_agents", "Agents of the queues that have a roster, by state: due (ought to be logged in), logged_in, short (missing for longer than 5 min after a shift's change).", "queue", "state")
	mAgents    = known.gauge("agents", "Agents of the plan by state.", "state")
)

// SIP.
var (
	mRequests   = known.counter("sip_requests_received", "SIP requests by method; methods that are not SIP's are \"other\".", "method")
	mResponses  = known.counter("sip_responses_sent", "Our SIP responses by the request's method and status.", "method", "status")
	mMalformed  = known.counter("sip_malformed", "SIP messages that could not be accepted.")
	mStrays     = known.counter("sip_stray_responses", "SIP responses to no request of ours.")
	mLegs       = known.gauge("sip_legs", "SIP dialogs, with those that end.")
	mTx         = known.gauge("sip_transactions", "SIP transactions.")
	mPhones     = known.gauge("phones", "Phones of the plan.")
	mRegistered = known.gauge("phones_registered", "Phones that are registered.")
	mReachable  = known.gauge("phones_reachable", "Phones that are registered and answer.")
	mBusy       = known.gauge("trunk_busy_channels", "Channels of the trunk in use.", "trunk")
	mChannels   = known.gauge("trunk_channels", "Channels that the trunk has; 0: no limit.", "trunk")
)

// The wire.
var (
	mDatagrams   = known.counter("wire_datagrams_received", "Datagrams that were passed up.")
	mMessages    = known.counter("wire_stream_messages_received", "SIP messages from connections that were passed up.")
	mDropped     = known.counter("wire_datagrams_dropped", "Datagrams that were not passed up, by reason.", "reason")
	mSent        = known.counter("wire_datagrams_sent", "Datagrams sent.")
	mUnsent      = known.counter("wire_messages_unsent", "SIP messages that could not be sent.")
	mUnreachable = known.counter("wire_flows_refused", "ICMP errors, and connections that could not be had.")
	mConns       = known.gauge("wire_connections", "Connections now, with those being made.")
	mClosed      = known.counter("wire_connections_closed", "Connections that we closed, by reason.", "reason")
)

// Media.
var (
	mRTPReceived = known.counter("rtp_packets_received", "RTP packets taken.")
	mRTPSent     = known.counter("rtp_packets_sent", "RTP packets sent.")
	mRTPUnsent   = known.counter("rtp_packets_unsent", "RTP packets that the system refused to send.")
	mRTPLost     = known.counter("rtp_packets_lost", "Gaps in the sequences of RTP packets received.")
	mRTPLate     = known.counter("rtp_packets_late", "RTP packets that came after a later one, or twice.")
	mRTPRefused  = known.counter("rtp_packets_refused", "Packets from a source that is not taken, for no leg, or no RTP.")
	mNoClip      = known.counter("prompts_missing", "Clips that were to be played and had no recording: they were passed over.")
	mMediaLegs   = known.gauge("media_legs", "Legs that the media plane carries.")
	mPlayers     = known.gauge("media_players", "Clips that the media plane plays.")
	mPairs       = known.gauge("rtp_port_pairs", "Pairs of RTP ports by state: in_use, free.", "state")
)

// The journal and its projection.
var (
	mPosition   = known.gauge("journal_position", "Position of the journal's next fact.")
	mSynced     = known.gauge("journal_synced_position", "Facts below this position outlive a power cut.")
	mSegments   = known.gauge("journal_segments", "Files of the journal.")
	mBytes      = known.gauge("journal_size_bytes", "Bytes in the journal.")
	mRoom       = known.gauge("journal_room", "1 while the journal has room for new calls.")
	mCommits    = known.counter("journal_writes", "Writes to the journal.")
	mLate       = known.counter("turns_unjournaled", "Turns let go without the journal: it failed or was slow.")
	mProjected  = known.gauge("projection_position", "Position of the next fact that the store takes.")
	mLag        = known.gauge("projection_lag_facts", "Facts that the store has not yet taken.")
	mProjecting = known.gauge("projection_working", "1 while the store takes facts.")
)
