#include "agent/simulate/incident.hpp"

#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"
#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

using Stage = IncidentStage;

// The stages of each incident of a node in a number of windows, in order, each once.
std::vector<std::vector<Stage>> stories(std::uint64_t seed, int windows) {
  const IncidentSchedule schedule(seed);
  std::vector<std::vector<Stage>> result;
  Stage before = Stage::kNone;
  for (std::int64_t t = 0; t < windows * IncidentSchedule::kWindowMs; t += 5000) {
    const Stage stage = schedule.at(t).stage;
    if (stage != before && stage != Stage::kNone) {
      if (before == Stage::kNone) result.emplace_back();
      result.back().push_back(stage);
    }
    before = stage;
  }
  return result;
}

TEST(Incident, RisesStepByStepAndRecovers) {
  const std::vector<Stage> whole{Stage::kWarning, Stage::kCritical, Stage::kError,
                                 Stage::kRecovering};
  std::map<std::size_t, int> ends;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    for (const auto& story : stories(seed, 20)) {
      ASSERT_GE(story.size(), 2u);
      ASSERT_LE(story.size(), 4u);
      EXPECT_EQ(story.back(), Stage::kRecovering);
      for (std::size_t i = 0; i + 1 < story.size(); ++i) EXPECT_EQ(story[i], whole[i]);
      ++ends[story.size()];
    }
  }
  // 600 windows, three of four with an incident; 45, 30 and 25 % of them to each end.
  EXPECT_NEAR(ends[2], 202, 60);
  EXPECT_NEAR(ends[3], 135, 50);
  EXPECT_NEAR(ends[4], 112, 50);
}

TEST(Incident, ANodeBeginsWell) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (std::int64_t t = 0; t < IncidentSchedule::kCalmMs; t += 10'000) {
      EXPECT_EQ(IncidentSchedule(seed).at(t).stage, Stage::kNone);
    }
  }
}

TEST(Incident, SaysWhatIsWrongInFewWords) {
  std::set<IncidentKind> kinds;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const IncidentSchedule schedule(seed);
    for (std::int64_t t = 0; t < 8 * IncidentSchedule::kWindowMs; t += 10'000) {
      const Incident incident = schedule.at(t);
      const std::string reason = reason_of(incident);
      EXPECT_LE(reason.size(), limits::kReasonBytes);
      EXPECT_TRUE(is_utf8(reason));
      EXPECT_EQ(reason.empty(), state_of(incident) == State::kHealthy);
      if (incident.stage == Stage::kNone) continue;
      kinds.insert(incident.kind);
      EXPECT_GE(incident.progress, 0.0);
      EXPECT_LT(incident.progress, 1.0);
      if (incident.stage == Stage::kError) {
        EXPECT_EQ(state_of(incident), State::kError);
      }
    }
  }
  EXPECT_EQ(kinds.size(), 3u);
}

TEST(Incident, NamesTheValueAndTheLimit) {
  const Incident disk{IncidentKind::kDisk, Stage::kWarning, 0.5, 0};
  EXPECT_EQ(reason_of(disk), "disk sdb: 5 I/O errors in the last minute (warning from 2)");
  const Incident heat{IncidentKind::kHeat, Stage::kCritical, 0.5, 0};
  EXPECT_EQ(reason_of(heat), "processor at 94 °C (critical from 90 °C)");
  const Incident memory{IncidentKind::kMemory, Stage::kError, 0.5, 0};
  EXPECT_EQ(reason_of(memory), "out of memory: 2 processes killed in the last minute");
}

TEST(Incident, MemoryFillsAndIsGivenBack) {
  const auto share = [](Stage stage, double progress) {
    return memory_share_of({IncidentKind::kMemory, stage, progress, 0});
  };
  EXPECT_EQ(share(Stage::kNone, 0), 0);
  EXPECT_GE(share(Stage::kWarning, 0), 0.90);
  EXPECT_LT(share(Stage::kWarning, 1), 0.97);
  EXPECT_GE(share(Stage::kCritical, 0), 0.97);
  EXPECT_LT(share(Stage::kCritical, 1), 1.0);
  EXPECT_LT(share(Stage::kRecovering, 1), 0.85);
  EXPECT_EQ(memory_share_of({IncidentKind::kDisk, Stage::kError, 0, 0}), 0);
}

}  // namespace
}  // namespace rollcall
