// Why a node is silent: read from its connection.
#pragma once

#include <cstdint>
#include <string>

#include "broker/ingest/connection.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

// How the kernel asks a silent peer whether it is there (SocketOptions of the announce socket).
inline constexpr std::int64_t kProbeEveryMs = 10'000;
// A connection that is gone so soon after the last word was closed, not given up: giving it up
// takes four unanswered probes.
inline constexpr std::int64_t kGivenUpAfterMs = 45'000;

// `before` is what was found earlier in the same silence; kUnknown where nothing was.
Verdict judge_silence(const ConnectionFacts& facts, std::int64_t silent_for_ms, Verdict before);

// The evidence in words, for people.
std::string evidence_text(const ConnectionFacts& facts, Verdict verdict);

}  // namespace rollcall
