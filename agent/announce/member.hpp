// One node that this agent speaks for: usually the machine it runs on, or one of many simulated.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "agent/probe/source.hpp"
#include "shared/core/ids.hpp"
#include "shared/protocol/announcement.hpp"
#include "shared/protocol/topics.hpp"

namespace rollcall {

struct Member {
  Member(std::string node, std::unique_ptr<Source> its_source, Labels its_labels)
      : id(std::move(node)),
        source(std::move(its_source)),
        labels(std::move(its_labels)),
        status_topic(announcement_topic(AnnouncementKind::kStatus, id)),
        blocks_topic(announcement_topic(AnnouncementKind::kBlocks, id)),
        leave_topic(announcement_topic(AnnouncementKind::kLeave, id)) {}

  std::string id;
  std::unique_ptr<Source> source;
  Labels labels;
  std::string status_topic;
  std::string blocks_topic;
  std::string leave_topic;

  std::uint64_t session = 0;
  std::uint64_t seq = 0;
  std::int64_t due_ms = 0;  // the next announcement, steady clock
  // The next status is the first that some broker hears of this session: it goes before blocks,
  // which count only from a node that has joined.
  bool introduce = true;
  bool was_down = false;
  bool whole_set_wanted = false;
  std::int64_t whole_set_sent_ms = INT64_MIN / 2;
};

}  // namespace rollcall
