// decode_status: whatever it accepts lies within its frame, and msgpack-cxx reads it alike.
#include "shared/protocol/announcement.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/protocol/referee.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes body = as_text(data, size);
  StatusView view;
  const Refusal verdict = decode_status(body, view);
  ROLLCALL_CHECK(disagreement(body, verdict, view).empty());
  if (verdict != Refusal::kNone) return 0;
  const Refusal judgement = why_invalid(view);
  ROLLCALL_CHECK(judgement == Refusal::kNone || judgement == Refusal::kOutOfRange ||
                 judgement == Refusal::kUnsupportedVersion);
  for (const Bytes part :
       {view.address, view.software, view.reasons, view.labels, view.body_pairs}) {
    ROLLCALL_CHECK(is_within(part, body));
  }
  if (view.is_plain) {
    ROLLCALL_CHECK(view.pairs >= StatusView::kPlainPairs + (view.has_network ? 1u : 0u));
    for (const Bytes part : view.rest) ROLLCALL_CHECK(is_within(part, body));
  }
  if (judgement != Refusal::kNone) return 0;
  ROLLCALL_CHECK(view.storage.used <= view.storage.total && view.memory.used <= view.memory.total);
  ROLLCALL_CHECK(view.cpu_percent >= 0 && view.cpu_percent <= 100);
  ROLLCALL_CHECK(view.interval_ms >= 1 && view.interval_ms <= 3'600'000);
  return 0;
}
