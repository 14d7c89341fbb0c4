#include "broker/registry/foresight.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "shared/core/ids.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

// Turns of all lengths around the pipeline's, over nodes of which every third is known.
TEST(Foresight, GivesEachAnnouncementItsOwnHash) {
  std::vector<std::string> topics;
  NodeTable nodes;
  for (int i = 0; i < 100; ++i) {
    const std::string id = "node-" + std::to_string(i);
    topics.push_back("status." + id);
    if (i % 3 == 0) nodes.insert(id, hash_of(id));
  }
  Foresight foresight(nodes);
  for (const std::size_t length : {0u, 1u, 3u, 4u, 11u, 12u, 13u, 15u, 16u, 17u, 100u, 2u, 0u}) {
    std::vector<Announcement> turn;
    for (std::size_t i = 0; i < length; ++i) turn.push_back({topics[99 - i], "", 2});
    foresight.begin(turn);
    for (std::size_t i = 0; i < length; ++i) {
      const std::string id = topics[99 - i].substr(7);
      EXPECT_EQ(foresight.advance(i), hash_of(id)) << "turn of " << length << ", " << i;
    }
  }
}

TEST(Foresight, LooksAtAnyTopic) {
  NodeTable nodes;
  Foresight foresight(nodes);
  const std::string too_long = "status." + std::string(limits::kTopicBytes, 'x');
  const std::vector<std::string> topics{"", ".", "status", "status.", "a.b.c", too_long};
  std::vector<Announcement> turn;
  for (const std::string& topic : topics) turn.push_back({topic, "", 1});
  foresight.begin(turn);
  const std::vector<std::string_view> ids{"", "", "", "", "b.c", ""};
  for (std::size_t i = 0; i < turn.size(); ++i) {
    EXPECT_EQ(foresight.advance(i), hash_of(ids[i])) << topics[i].substr(0, 20);
  }
}

}  // namespace
}  // namespace rollcall
