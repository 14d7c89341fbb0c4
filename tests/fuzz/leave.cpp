// decode_leave: whatever it accepts lies within its frame, and msgpack-cxx reads it alike.
#include "shared/protocol/announcement.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/protocol/referee.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes body = as_text(data, size);
  LeaveView view;
  const Refusal verdict = decode_leave(body, view);
  ROLLCALL_CHECK(disagreement(body, verdict, view).empty());
  if (verdict != Refusal::kNone) return 0;
  const Refusal judgement = why_invalid(view);
  ROLLCALL_CHECK(judgement == Refusal::kNone || judgement == Refusal::kOutOfRange ||
                 judgement == Refusal::kUnsupportedVersion);
  ROLLCALL_CHECK(is_within(view.reason, body));
  return 0;
}
