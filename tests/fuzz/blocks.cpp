// decode_blocks: whatever it accepts lies within its frame, and msgpack-cxx reads it alike.
#include "shared/protocol/announcement.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/protocol/referee.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes body = as_text(data, size);
  BlocksView view;
  const Refusal verdict = decode_blocks(body, view);
  ROLLCALL_CHECK(disagreement(body, verdict, view).empty());
  if (verdict != Refusal::kNone) return 0;
  const Refusal judgement = why_invalid(view);
  ROLLCALL_CHECK(judgement == Refusal::kNone || judgement == Refusal::kOutOfRange ||
                 judgement == Refusal::kUnsupportedVersion);
  std::uint32_t added = 0;
  for_each_added(view, [&](const Block& block) {
    ROLLCALL_CHECK(!block.id.empty() && block.id.size() <= 128 && is_within(block.id, body));
    ++added;
  });
  std::uint32_t removed = 0;
  for_each_removed(view, [&](std::string_view id) {
    ROLLCALL_CHECK(!id.empty() && id.size() <= 128 && is_within(id, body));
    ++removed;
  });
  ROLLCALL_CHECK(added == view.add_count && removed == view.remove_count);
  return 0;
}
