#include "broker/ingest/intake.hpp"

#include "shared/core/limits.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {
namespace {

template <typename View>
Refusal judged(Refusal decoded, const View& view) {
  return decoded != Refusal::kNone ? decoded : why_invalid(view);
}

}  // namespace

const Header& Decoded::header() const {
  switch (kind) {
    case AnnouncementKind::kBlocks: return blocks.header;
    case AnnouncementKind::kLeave: return leave.header;
    default: return status.header;
  }
}

Refusal take_in(const Announcement& announcement, Decoded& out, TakeBlocks take_blocks) {
  out.node = {};
  const auto topic = parse_announcement_topic(announcement.topic);
  if (topic) {
    out.kind = topic->kind;
    out.node = topic->node;
  }
  if (announcement.frames != 2) return Refusal::kFrames;
  if (!topic) return Refusal::kTopic;
  const bool is_blocks = topic->kind == AnnouncementKind::kBlocks;
  if (is_blocks && take_blocks == TakeBlocks::kNo) return Refusal::kSafeMode;
  const std::size_t most = is_blocks ? limits::kBlocksBodyBytes : limits::kBodyBytes;
  if (announcement.body.size() > most) return Refusal::kTooLarge;
  switch (topic->kind) {
    case AnnouncementKind::kStatus:
      return judged(decode_status(announcement.body, out.status), out.status);
    case AnnouncementKind::kBlocks:
      return judged(decode_blocks(announcement.body, out.blocks), out.blocks);
    default: return judged(decode_leave(announcement.body, out.leave), out.leave);
  }
}

}  // namespace rollcall
