#include "broker/guards/verdict.hpp"

#include <fmt/format.h>

#include "shared/core/units.hpp"

namespace rollcall {
namespace {

// An answer may take so long on the slowest link.
constexpr std::int64_t kRoundTripMs = 1000;

Verdict judge_gone(std::int64_t silent_for_ms, Verdict before) {
  switch (before) {
    case Verdict::kHostOrLink: return Verdict::kHostOrLink;  // now the kernel has given it up
    case Verdict::kProcessDied:
    case Verdict::kAgentHung: return Verdict::kProcessDied;  // hung first, then ended
    default: break;
  }
  return silent_for_ms < kGivenUpAfterMs ? Verdict::kProcessDied : Verdict::kUnknown;
}

Verdict judge_open(const ConnectionFacts& facts, std::int64_t silent_for_ms) {
  if (facts.unanswered_probes > 0 && facts.acked_ago_ms >= kProbeEveryMs + kRoundTripMs) {
    return Verdict::kHostOrLink;
  }
  // Its kernel answered after the agent's last word.
  if (facts.acked_ago_ms + kRoundTripMs <= silent_for_ms) return Verdict::kAgentHung;
  return Verdict::kUnknown;
}

}  // namespace

Verdict judge_silence(const ConnectionFacts& facts, std::int64_t silent_for_ms, Verdict before) {
  switch (facts.is) {
    case ConnectionFacts::Is::kClosing: return Verdict::kProcessDied;
    case ConnectionFacts::Is::kGone: return judge_gone(silent_for_ms, before);
    case ConnectionFacts::Is::kOpen: {
      const Verdict now = judge_open(facts, silent_for_ms);
      return now == Verdict::kUnknown ? before : now;
    }
    default: return before;
  }
}

std::string evidence_text(const ConnectionFacts& facts, Verdict verdict) {
  switch (facts.is) {
    case ConnectionFacts::Is::kClosing: return "its end of the connection was closed";
    case ConnectionFacts::Is::kGone:
      return verdict == Verdict::kHostOrLink ? "nothing answered until the connection was given up"
             : verdict == Verdict::kUnknown  ? "the connection is gone: closed, or given up"
                                             : "the connection was closed";
    case ConnectionFacts::Is::kOpen:
      if (facts.unanswered_probes > 0) {
        return fmt::format("the connection is open, but {} probes went unanswered for {}",
                           facts.unanswered_probes, format_duration(facts.acked_ago_ms));
      }
      return fmt::format("the connection is open; its machine answered {} ago",
                         format_duration(facts.acked_ago_ms));
    default: return "its connection is not known";
  }
}

}  // namespace rollcall
