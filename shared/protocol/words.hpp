// The fixed words of the wire. Enumerators are append-only: their order is part of stored data, and
// their names are part of the contract.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall {

// What the node says of its health.
enum class State : std::uint8_t { kHealthy, kIdle, kWarning, kCritical, kError };
// What the broker knows of its liveness.
enum class Presence : std::uint8_t { kPresent, kLate, kLeft, kEvicted };
// What an operator decided.
enum class Duty : std::uint8_t { kActive, kMaintenance, kDraining, kDrained };

enum class AnnouncementKind : std::uint8_t { kStatus, kBlocks, kLeave };

enum class EventKind : std::uint8_t {
  kJoined,
  kRestarted,
  kState,
  kLate,
  kRecovered,
  kLeft,
  kEvicted,
  kConflict,
  kDuty,
  kRefused,
  kGuard,
  kOverdue,    // it is not back by the time that it named when it left
  kForgotten,  // an operator had it removed from all lists
  kNote,       // an operator wrote something down
  kStore,      // something happened to the store
};

// What holds the broker back from taking what it sees at its face value.
enum class GuardKind : std::uint8_t {
  kOwnPause,       // it did not run itself: nobody is judged for a moment
  kWarmUp,         // it has just started: who is missing may only not have spoken yet
  kMassLoss,       // most of a failure domain fell silent at once: one incident, not many deaths
  kFlapping,       // a node comes and goes: it is present again only once it stays
  kFlood,          // a node announces far too often: what is beyond its share is refused
  kDescriptors,    // descriptors run out: newcomers may be turned away
  kSafeMode,       // it crashed again and again: it runs without block lists
  kNotPersisting,  // the store takes nothing: what happens is remembered in memory alone
};

// Why a node is silent, as far as its connection tells.
enum class Verdict : std::uint8_t {
  kUnknown,      // there is no evidence, or not yet
  kProcessDied,  // its connection was closed
  kHostOrLink,   // its connection is open, but nothing answers at the other end
  kAgentHung,    // its machine answers; the agent says nothing
  kGoodbye,      // it said that it leaves
  kNotYetHeard,  // since the broker's own start; the store knows it
};

// Why an announcement was refused.
enum class Refusal : std::uint8_t {
  kNone,
  kFrames,              // not exactly two frames
  kTopic,               // not <kind>.<node id>
  kTooLarge,            // body over its limit
  kMalformed,           // not msgpack, or cut short
  kTrailingBytes,       // a whole message, then more
  kTooDeep,             // nested over 8
  kDuplicateKey,        // the same key twice
  kMissingKey,          // a required key is absent
  kWrongType,           // a key holds another type than its own
  kOutOfRange,          // a number or a length beyond its bounds
  kBadText,             // text that is not UTF-8
  kUnsupportedVersion,  // `v` is not 1
  kRepeated,            // `seq` not above the last accepted one
  kReplacedSession,     // a session that a newer one replaced
  kUnknownNode,         // blocks or leave before the first status
  kRegistryFull,        // no room for another node
  kBlocksFull,          // no room for its blocks
  kForbidden,           // its key does not speak for that node
  kFlood,               // beyond its share, see GuardKind::kFlood
  kSafeMode,            // blocks, while the broker takes none in after crashes
  kOutOfMemory,         // no memory to take it in
};

// What a query may be answered instead of a result.
enum class QueryError : std::uint8_t {
  kBadRequest,
  kUnknownOp,
  kNotFound,
  kForbidden,
  kUnavailable,
  kTooLarge,
  kInternal,
};

inline constexpr std::array<std::string_view, 5> kStateNames{"healthy", "idle", "warning",
                                                             "critical", "error"};
inline constexpr std::array<std::string_view, 4> kPresenceNames{"present", "late", "left",
                                                                "evicted"};
inline constexpr std::array<std::string_view, 4> kDutyNames{"active", "maintenance", "draining",
                                                            "drained"};
inline constexpr std::array<std::string_view, 3> kAnnouncementKindNames{"status", "blocks",
                                                                        "leave"};
inline constexpr std::array<std::string_view, 15> kEventKindNames{
    "joined", "restarted", "state", "late",    "recovered", "left", "evicted", "conflict",
    "duty",   "refused",   "guard", "overdue", "forgotten", "note", "store"};
inline constexpr std::array<std::string_view, 8> kGuardKindNames{
    "own_pause", "warm_up",     "mass_loss", "flapping",
    "flood",     "descriptors", "safe_mode", "not_persisting"};
inline constexpr std::array<std::string_view, 6> kVerdictNames{
    "unknown", "process_died", "host_or_link", "agent_hung", "goodbye", "not_yet_heard"};
inline constexpr std::array<std::string_view, 22> kRefusalNames{
    "none",      "frames",        "topic",       "too_large",    "malformed",     "trailing",
    "too_deep",  "duplicate_key", "missing_key", "wrong_type",   "out_of_range",  "bad_text",
    "version",   "repeated",      "replaced",    "unknown_node", "registry_full", "blocks_full",
    "forbidden", "flood",         "safe_mode",   "out_of_memory"};
inline constexpr std::array<std::string_view, 7> kQueryErrorNames{
    "bad_request", "unknown_op", "not_found", "forbidden", "unavailable", "too_large", "internal"};

// Each enum with its names: name_of(x), and from_name<E>("…") with nothing for an unknown word.
constexpr const auto& names_of(State) { return kStateNames; }
constexpr const auto& names_of(Presence) { return kPresenceNames; }
constexpr const auto& names_of(Duty) { return kDutyNames; }
constexpr const auto& names_of(AnnouncementKind) { return kAnnouncementKindNames; }
constexpr const auto& names_of(EventKind) { return kEventKindNames; }
constexpr const auto& names_of(GuardKind) { return kGuardKindNames; }
constexpr const auto& names_of(Verdict) { return kVerdictNames; }
constexpr const auto& names_of(Refusal) { return kRefusalNames; }
constexpr const auto& names_of(QueryError) { return kQueryErrorNames; }

template <typename E>
constexpr std::string_view name_of(E value) {
  return names_of(value)[static_cast<std::size_t>(value)];
}

template <typename E>
constexpr std::optional<E> from_name(std::string_view name) {
  const auto& names = names_of(E{});
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace rollcall
