// Judges our decoders by what msgpack-cxx, a parser written by others, makes of the same bytes.
#pragma once

#include <string>

#include "shared/protocol/announcement.hpp"

namespace rollcall {

// Where the two disagree about a body on which our decoder gave `verdict`, in words; empty where
// they agree:
//   - what we accept, the library parses, to the last byte, to the same values;
//   - what we call cut short or trailing, the library does not take as one whole message.
std::string disagreement(Bytes body, Refusal verdict, const StatusView& status);
std::string disagreement(Bytes body, Refusal verdict, const BlocksView& blocks);
std::string disagreement(Bytes body, Refusal verdict, const LeaveView& leave);

// The library reads `bytes` as exactly one value.
bool is_one_value(Bytes bytes);

}  // namespace rollcall
