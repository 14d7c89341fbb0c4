#include "agent/probe/memory.hpp"

#include <gtest/gtest.h>

#include "tests/agent/probe/recordings.hpp"

namespace rollcall {
namespace {

TEST(Memory, UsedIsWhatIsNotAvailable) {
  EXPECT_EQ(parse_memory(recorded::kMeminfo),
            (UsedTotal{(16307428ull - 12030404) * 1024, 16307428ull * 1024}));
}

TEST(Memory, BeforeMemAvailableItIsEstimated) {
  const std::uint64_t available = 559216 + 200000 + 3300000 + 240000 - 300000;
  EXPECT_EQ(parse_memory(recorded::kMeminfoOfOld),
            (UsedTotal{(8059216 - available) * 1024, 8059216ull * 1024}));
}

TEST(Memory, MoreAvailableThanThereIsMeansNoneUsed) {
  EXPECT_EQ(parse_memory("MemTotal: 100 kB\nMemAvailable: 200 kB\n"), (UsedTotal{0, 102400}));
}

TEST(Memory, NonsenseIsNothing) {
  for (const char* const text :
       {"", "MemTotal:", "MemTotal: 100 kB\n", "MemAvailable: 100 kB\n",
        "MemTotal: 0 kB\nMemAvailable: 0 kB\n", "MemTotal: x kB\nMemAvailable: 1 kB\n",
        "MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB\n",
        "MemTotal: 100 kB\nMemFree: 10 kB\nCached: 18446744073709551615 kB\n"}) {
    EXPECT_FALSE(parse_memory(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace rollcall
