// A verdict on a silence, for people: the broker's console and the monitor say it alike.
#pragma once

#include <string_view>

#include "shared/protocol/words.hpp"

namespace rollcall {

// Empty where nothing is known.
constexpr std::string_view cause_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::kProcessDied: return "its agent ended without a goodbye";
    case Verdict::kHostOrLink: return "its machine or the way to it is gone";
    case Verdict::kAgentHung: return "its machine lives, its agent hangs";
    case Verdict::kGoodbye: return "it said goodbye";
    case Verdict::kNotYetHeard: return "not yet heard since the broker's start";
    default: return {};
  }
}

}  // namespace rollcall
