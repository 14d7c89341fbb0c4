// The words of the wire, spelled out a second time on purpose: whoever changes one breaks every
// program that others wrote, and this test.
#include "shared/protocol/words.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rollcall {
namespace {

template <typename Names>
std::vector<std::string> all(const Names& names) {
  return {names.begin(), names.end()};
}

using Words = std::vector<std::string>;

// [P11] [P12] [P13]
TEST(Words, AreTheContract) {
  EXPECT_EQ(all(kStateNames), (Words{"healthy", "idle", "warning", "critical", "error"}));
  EXPECT_EQ(all(kPresenceNames), (Words{"present", "late", "left", "evicted"}));
  EXPECT_EQ(all(kDutyNames), (Words{"active", "maintenance", "draining", "drained"}));
  EXPECT_EQ(all(kAnnouncementKindNames), (Words{"status", "blocks", "leave"}));
  EXPECT_EQ(all(kEventKindNames), (Words{"joined", "restarted", "state", "late", "recovered",
                                         "left", "evicted", "conflict", "duty", "refused", "guard",
                                         "overdue", "forgotten", "note", "store"}));
  EXPECT_EQ(all(kQueryErrorNames), (Words{"bad_request", "unknown_op", "not_found", "forbidden",
                                          "unavailable", "too_large", "internal"}));
}

// [P25] The reasons for a refusal.
TEST(Words, RefusalsAreTheContract) {
  EXPECT_EQ(all(kRefusalNames),
            (Words{"none",         "frames",        "topic",         "too_large",   "malformed",
                   "trailing",     "too_deep",      "duplicate_key", "missing_key", "wrong_type",
                   "out_of_range", "bad_text",      "version",       "repeated",    "replaced",
                   "unknown_node", "registry_full", "blocks_full",   "forbidden",   "flood",
                   "safe_mode",    "out_of_memory"}));
}

TEST(Words, AreFoundByName) {
  EXPECT_EQ(from_name<State>("critical"), State::kCritical);
  EXPECT_EQ(from_name<EventKind>("refused"), EventKind::kRefused);
  EXPECT_FALSE(from_name<State>("Critical"));
  EXPECT_FALSE(from_name<State>(""));
  EXPECT_EQ(name_of(Refusal::kBlocksFull), "blocks_full");
}

}  // namespace
}  // namespace rollcall
