// The first stage: from a frame to a decoded announcement, or to the reason why it is refused.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "broker/ingest/inbox.hpp"
#include "shared/protocol/announcement.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

// An announcement decoded in place; only the member that `kind` names is meaningful.
struct Decoded {
  AnnouncementKind kind = AnnouncementKind::kStatus;
  std::string_view node;  // empty where the topic was refused
  StatusView status;
  BlocksView blocks;
  LeaveView leave;

  const Header& header() const;
};

// Whether those of blocks are decoded at all.
enum class TakeBlocks : std::uint8_t { kYes, kNo };

// Decodes and judges. Reuse `out` from call to call.
Refusal take_in(const Announcement& announcement, Decoded& out,
                TakeBlocks take_blocks = TakeBlocks::kYes);

// How many were accepted, and how many refused, by reason.
class IntakeCounts {
 public:
  void accept() { ++accepted_; }
  void refuse(Refusal why) { ++refused_[static_cast<std::size_t>(why)]; }
  std::uint64_t accepted() const { return accepted_; }
  std::uint64_t refused(Refusal why) const { return refused_[static_cast<std::size_t>(why)]; }

 private:
  std::uint64_t accepted_ = 0;
  std::array<std::uint64_t, kRefusalNames.size()> refused_{};
};

}  // namespace rollcall
