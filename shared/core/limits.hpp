// Every limit of Rollcall in one place, each with its reason. What goes over a limit is refused or
// dropped, counted and shown; nothing is truncated silently.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rollcall::limits {

// ---- the wire -----------------------------------------------------------------------------------

// A status is a few hundred bytes; 64 KiB leaves room for 32 labels and 16 reasons many times over.
inline constexpr std::size_t kBodyBytes = 64 * 1024;
// One part of a block list: about 30 000 blocks, small enough not to delay other nodes' beats.
inline constexpr std::size_t kBlocksBodyBytes = 1024 * 1024;
// Our messages nest 4 deep; 8 leaves room for keys of the future and stops stack abuse.
inline constexpr int kNestingDepth = 8;
// No reply may hold a socket longer than it takes to move this.
inline constexpr std::size_t kReplyBytes = 1024 * 1024;
// Queries are small maps.
inline constexpr std::size_t kRequestBytes = 64 * 1024;
// A frame above this costs its sender the connection: the largest body is 1 MiB, and an oversized
// one must be refused and counted without cutting the line, so the cut comes well above.
inline constexpr std::int64_t kAnnounceFrameBytes = 16 * 1024 * 1024;
inline constexpr std::int64_t kRequestFrameBytes = 4 * 1024 * 1024;
// Upstream on the feed come only subscriptions; topics are shorter than 256 bytes.
inline constexpr std::int64_t kSubscriptionFrameBytes = 512;

// As long as a host name may sensibly be; with its kind it must fit a topic.
inline constexpr std::size_t kNodeIdBytes = 128;
// libzmq 4.3.4 mis-frames subscriptions of 246 bytes and more; our longest topic is
// "event.restarted." and a node id.
inline constexpr std::size_t kTopicBytes = 200;

// An hour at most: four of them are how long a dead node may stay listed.
inline constexpr std::int64_t kIntervalMinMs = 1;
inline constexpr std::int64_t kIntervalMaxMs = 3'600'000;
inline constexpr std::int64_t kIntervalDefaultMs = 10'000;

// Enough for a person to read; all of them together are far below kBodyBytes.
inline constexpr std::size_t kReasons = 16;
inline constexpr std::size_t kReasonBytes = 200;
inline constexpr std::size_t kLabels = 32;
inline constexpr std::size_t kLabelKeyBytes = 64;     // as long as a DNS label
inline constexpr std::size_t kLabelValueBytes = 256;  // as long as a host name
inline constexpr std::size_t kAddressBytes = 256;
inline constexpr std::size_t kSoftwareBytes = 128;
inline constexpr std::size_t kLeaveReasonBytes = 200;
inline constexpr std::size_t kPeerBytes = 255;  // an address of IPv6 has 45; the rest is for scopes
inline constexpr std::size_t kBlockIdBytes = 128;
inline constexpr std::uint64_t kBlockParts = 65'536;  // × 1 MiB: far above any node's set

// ---- the broker ---------------------------------------------------------------------------------

// One core holds a million nodes; beyond it, new nodes are refused ("registry_full"), known ones
// live on.
inline constexpr std::size_t kNodes = 1'000'000;
// Blocks held over all nodes: about 100 bytes each, so 2 GB at most. A node's blocks beyond it are
// refused; its count, bytes and digest are still known from its status.
inline constexpr std::size_t kBlocksHeld = 20'000'000;
// What the kernel allows one process anyhow; --max-connections says less.
inline constexpr std::uint64_t kConnections = 1'000'000;
// Descriptors that are no connections: three sockets that listen, what libzmq wakes its threads
// with, the log, signals, watches on keys, those kept in reserve; and some to spare.
inline constexpr std::uint64_t kOwnDescriptors = 64;
// Per cycle: bounds how long queries and deadlines wait behind a flood of announcements.
inline constexpr std::size_t kAnnouncementsPerCycle = 1024;
// And per cycle, of any size: they are held until its end. The last one may go beyond.
inline constexpr std::size_t kAnnounceBytesPerCycle = 8 * 1024 * 1024;
inline constexpr std::size_t kRequestsPerCycle = 64;
// Of subscriptions, and of what else subscribers send. Where four send as fast as they can, beside
// 100,000 announcements a second, it is enough for libzmq's queue, which has no bound, to stay
// within ten megabytes.
inline constexpr std::size_t kSubscriptionsPerCycle = 256;
// Topics that subscribers may hold together, besides two for each node that may be known: libzmq
// keeps about 32 bytes for each byte of each topic, without a bound of its own. Each agent has one,
// for its commands, and few monitors want more than some.
inline constexpr std::uint64_t kSpareTopics = 100'000;
// On average; an agent's is as long as its name and some.
inline constexpr std::uint64_t kUsualTopicBytes = 64;
// Records that queries may visit in a cycle: about a millisecond's worth.
inline constexpr std::size_t kRecordsPerCycle = 8192;
// Deadlines judged per millisecond: of a million nodes that fall silent at once, subscribers are
// told no faster than they can hear it, and queries wait for no more than two milliseconds of it.
inline constexpr std::size_t kDeadlinesPerMs = 500;
// Queries accepted and not yet answered; beyond it the answer is "unavailable".
inline constexpr std::size_t kPendingQueries = 256;
inline constexpr std::size_t kPageMax = 1000;
// Events kept for the query `events`: a bad hour of a large cluster, about 3 MB.
inline constexpr std::size_t kEventsKept = 10'000;
// Sessions that a node had before; more alternate only when several machines share one id.
inline constexpr std::size_t kReplacedSessions = 4;
// Senders that never joined and whose refusals are announced as events, per minute: a stranger
// with random names cannot flood the event log.
inline constexpr std::size_t kRefusedStrangers = 256;
// Whole block sets asked for per second, and the blocks in them: a restarted broker must not be
// buried under inventories. A single set may be larger.
inline constexpr std::int64_t kInventoriesPerSecond = 2000;
inline constexpr std::uint64_t kInventoryBlocksPerSecond = 500'000;

// Zones and racks told apart; nodes of further ones count for the cluster alone. Far above what any
// site has; a node that makes up labels can take one at a time.
inline constexpr std::size_t kFailureDomains = 16'384;
// Guards listed by name. Nodes beyond it flap or flood all the same, told of by events alone.
inline constexpr std::size_t kGuards = 10'000;
// Nodes whose flood is held back at once, and those watched for one: the busiest are found.
inline constexpr std::size_t kFloods = 64;

// Answers about the past. Events looked at for one: two or three microseconds each, and while the
// store's thread answers, it writes nothing.
inline constexpr std::size_t kPastEvents = 500'000;
// Nodes told of by one answer; each costs some look-ups.
inline constexpr std::size_t kPastNodes = 100'000;
// Nodes that a page looks at to find those that it shows: it may be short, and go on.
inline constexpr std::size_t kPastNodesPerPage = 10'000;
// Groups that one answer tells apart: as many as there are zones and racks.
inline constexpr std::size_t kPastGroups = kFailureDomains;
// Spans of a timeline: far more than anybody reads.
inline constexpr std::size_t kTimelineSpans = 4000;
// Moments at which nodes were heard, read for one answer: about a tenth of a second.
inline constexpr std::size_t kPastHeard = 2'000'000;
// Events before a range that are read to know how it begins; the last few decide.
inline constexpr std::size_t kPastLookBack = 64;
// Silences shown that would have been judged otherwise.
inline constexpr std::size_t kBacktestChanges = 100;
// Notes shown of a node.
inline constexpr std::size_t kNotesShown = 100;
// Names whose numbers in the store are remembered while events are written: about ten megabytes.
inline constexpr std::size_t kNamesCached = 100'000;

// ---- history ------------------------------------------------------------------------------------

// Nodes with a history: about a kilobyte each while they are heard, beside what is open.
inline constexpr std::size_t kHistorySeries = 200'000;
// Points of a chunk: 20 minutes at the usual interval. More would save a tenth of a byte each, and
// cost memory and time to read; after a restart a chunk may have as many again.
inline constexpr std::size_t kChunkPoints = 240;
inline constexpr std::uint64_t kUsualChunkPoints = 120;
// A journal takes no more points above it: small enough to be written within a millisecond.
inline constexpr std::size_t kJournalBytes = 64 * 1024;
// Of a level, while the store takes nothing: an hour of 10 000 nodes. Journals above it are not
// written, chunks above it are lost.
inline constexpr std::uint64_t kHistoryWaitingBytes = 64 * 1024 * 1024;
// Series looked at in one call: a millisecond's worth.
inline constexpr std::size_t kSeriesPerCall = 4096;
// Of an answer [P74].
inline constexpr std::size_t kHistoryNodes = 100;
inline constexpr std::uint64_t kHistoryPoints = 2000;
inline constexpr std::uint64_t kHistoryPointsInAll = 20'000;
// Readings that a forecast is made from; a read of the history brings half of it.
inline constexpr std::size_t kForecastPoints = 512;
// Forecasts in one answer; making one takes up to a quarter of a millisecond, and three reads of
// its history.
inline constexpr std::size_t kForecasts = 100;
// Of the nodes, those that are fullest are looked at for how fast they fill, and of these the
// soonest are forecast: so many looks into the store at most.
inline constexpr std::size_t kForecastCandidates = 2000;
// Known nodes gone through for a question; of more, those beyond it are left out, which is said.
inline constexpr std::size_t kForecastNodes = 100'000;
// Where no step is asked for: as many as a chart in a terminal is wide.
inline constexpr std::uint64_t kUsualHistoryPoints = 240;

// ---- configuration ------------------------------------------------------------------------------

// A file of options: hundreds of times what all of them take. A device or a pipe in its place ends.
inline constexpr std::size_t kConfigBytes = 1024 * 1024;

// ---- keys ---------------------------------------------------------------------------------------

// Two keys of 40 characters and some comments.
inline constexpr std::size_t kCertificateBytes = 4096;
// Of a role: one for each node, twice over.
inline constexpr std::size_t kKeys = 2 * kNodes;
// Connections let in or turned away in a turn: each costs libzmq's thread a third of a millisecond
// anyhow, so that more would not come.
inline constexpr std::size_t kHandshakesPerCycle = 64;

// ---- the store ----------------------------------------------------------------------------------

// Messages of the feed that wait behind an event until it is stored: of 200,000 a second, the
// hundred milliseconds that they may wait, three times over; and what they may hold on to.
inline constexpr std::size_t kHeldMessages = 65'536;
inline constexpr std::size_t kHeldBytes = 64 * 1024 * 1024;
// Nodes that were seen once and are not listed, of which it is remembered that they may be ordered
// about. The store has all of them.
inline constexpr std::size_t kAbsentNodes = 200'000;
// Facts, and samples, that go to the store in a turn: about a millisecond to collect.
inline constexpr std::size_t kFactsPerBatch = 4096;
inline constexpr std::size_t kSamplesPerBatch = 8192;
// Batches that wait for the store, beside the one that it writes: more would only be older.
inline constexpr std::size_t kBatchesWaiting = 16;
// Events that wait for a store that takes nothing; what comes beyond is told, yet not kept.
inline constexpr std::size_t kEventsWaiting = 200'000;
// Damaged stores that are kept beside the new one, to be looked into.
inline constexpr std::size_t kDamagedFiles = 5;
// Room that is kept for the last events before a disk is full.
inline constexpr std::uint64_t kBallastBytes = 4 * 1024 * 1024;
// Orders that wait until they are stored, and questions that the store works on. Beyond it the
// answer is "unavailable".
inline constexpr std::size_t kOrdersWaiting = 256;
inline constexpr std::size_t kAsksWaiting = 64;
// Nodes that one order may change.
inline constexpr std::size_t kNodesPerOrder = 10'000;
// Nobody decides for longer than ten years.
inline constexpr std::int64_t kLongestOrderMs = std::int64_t{10} * 365 * 86'400'000;
// Nodes and metrics that one question may name.
inline constexpr std::size_t kAskedNodes = 100;
inline constexpr std::size_t kAskedMetrics = 16;
// As long as a status's reason, and as a note on a wall.
inline constexpr std::size_t kOrderReasonBytes = 200;
inline constexpr std::size_t kNoteBytes = 1000;

// Backups. What one answer brings of a copy: half a reply [P82].
inline constexpr std::size_t kBackupAnswerBytes = 512 * 1024;
// Copies beside the store; and stores that a restore put aside.
inline constexpr std::size_t kBackupsKept = 5;
inline constexpr std::size_t kReplacedKept = 3;
// What a copy, or a backup that comes in, must leave free on the disk: events go on meanwhile.
inline constexpr std::uint64_t kTransferSpareBytes = 64 * 1024 * 1024;
// A restore of which nothing came for so long was given up by whoever began it.
inline constexpr std::int64_t kRestoreAbandonedMs = 600'000;
// Numbers of a restored store above it are no numbers that a broker came to; JSON cannot tell them
// apart, either.
inline constexpr std::uint64_t kHighestEvent = std::uint64_t{1} << 53;

// ---- the agent ----------------------------------------------------------------------------------

// One process plays them at the default interval on one core.
inline constexpr std::size_t kSimulatedNodes = 100'000;
// Each costs two connections, and beats of its own.
inline constexpr std::size_t kBrokersPerAgent = 8;
// Announcements that wait for a connected broker that is slow to read, per broker: the whole set of
// the largest inventory below, at about 60 bytes a block. Above it announcements are dropped and
// counted.
inline constexpr std::size_t kAgentOutboxBytes = 256 * 1024 * 1024;
// Of these, statuses of one node: an older one tells nothing that a broker still wants to know. Yet
// several brokers that come at once have a node introduced several times within milliseconds.
inline constexpr std::size_t kWaitingStatusesPerNode = kBrokersPerAgent;
// Files under the data directory that are announced as blocks.
inline constexpr std::size_t kAgentBlocks = 4'000'000;
// Directories watched, and those found and not yet read by a scan: a hundred bytes each.
inline constexpr std::size_t kAgentDirectories = 1'000'000;
// Changes that wait for the agent's loop; above it the disk thread pauses. Applying as many takes
// the loop about a millisecond.
inline constexpr std::size_t kFileChanges = 2048;
// Files that may still be written, to be looked at again; above it they are taken as they are.
inline constexpr std::size_t kFreshFiles = 1024;
// Lines for the console between two looks at them; above it they are counted.
inline constexpr std::size_t kSourceLines = 32;
// A file of /proc or /sys: /proc/net/dev of 8000 interfaces.
inline constexpr std::size_t kProcTextBytes = 1024 * 1024;
inline constexpr std::size_t kCommandsPerCycle = 256;

// ---- the monitor --------------------------------------------------------------------------------

// Between two redraws: a screenful of events is shown, the rest counts.
inline constexpr std::size_t kFeedPerCycle = 4096;
// Messages of the feed that wait for a monitor that is busy: several seconds of 10 000 nodes.
// Beyond it they are lost, noticed by their numbers and asked for again.
inline constexpr int kFeedQueueMessages = 50'000;
inline constexpr std::int64_t kFeedFrameBytes = 16 * 1024 * 1024;
// Replies are 1 MiB at most; twice that, so that a broken broker is told from a dead one.
inline constexpr std::int64_t kReplyFrameBytes = 2 * 1024 * 1024;
inline constexpr std::size_t kRepliesPerCycle = 64;
// Events shown or scrolled through.
inline constexpr std::size_t kEventsShown = 1000;
// Events that came ahead of a gap and wait for it to be filled; as many as a broker keeps.
inline constexpr std::size_t kEventsAhead = kEventsKept;
// Nodes that one order by labels may change: a whole hall, and not by a slip all of a million.
inline constexpr std::size_t kOrderedNodes = 10'000;
// Above so many, an order by labels is asked back.
inline constexpr std::size_t kOrderedUnasked = 10;
// A part of a backup: half a reply.
inline constexpr std::size_t kBackupPartBytes = 512 * 1024;
// On the way back it must fit a request (kRequestBytes).
inline constexpr std::size_t kRestorePartBytes = 56 * 1024;

// Of an answer about the past: points of a series, as the broker's own limit is, and spans of one
// track of a timeline, each of which takes an event.
inline constexpr std::size_t kPastPoints = 2000;
inline constexpr std::size_t kPastSpans = kEventsKept;
// Nodes whose trends `nodes -o wide` asks for: a hundred requests. Of more, nobody reads them.
inline constexpr std::size_t kTrendNodes = 10'000;

}  // namespace rollcall::limits
