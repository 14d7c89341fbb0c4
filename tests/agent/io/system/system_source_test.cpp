#include "agent/io/system/system_source.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/agent/io/system/scratch.hpp"
#include "tests/agent/probe/recordings.hpp"

namespace rollcall {
namespace {

std::string cpu_line(std::uint64_t busy, std::uint64_t idle) {
  return "cpu  " + std::to_string(busy) + " 0 0 " + std::to_string(idle) + " 0 0 0 0 0 0\n";
}

std::string net_line(std::uint64_t rx, std::uint64_t tx) {
  return "  eth0: " + std::to_string(rx) + " 1 0 0 0 0 0 0 " + std::to_string(tx) +
         " 1 0 0 0 0 0 0\n";
}

// A disk as the test wants it; asked for by the disk thread.
struct FakeDisk {
  DirectoryAnswer look() {
    ++looks;
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return !hangs; });
    return answer;
  }
  void set_hanging(bool value) {
    const std::lock_guard lock(mutex);
    hangs = value;
    woken.notify_all();
  }
  void set(const DirectoryAnswer& next) {
    const std::lock_guard lock(mutex);
    answer = next;
  }
  std::mutex mutex;
  std::condition_variable woken;
  bool hangs = false;
  DirectoryAnswer answer{.fault = {}, .space = {4096, 1000, 500, 500}, .device = 1, .inode = 1};
  std::atomic<int> looks = 0;
};

// A recorded machine, a fake disk without files, and time that the test moves.
class SourceTest : public testing::Test {
 protected:
  SourceTest() {
    scratch.make_directory("proc/net");
    scratch.make_directory("data");
    scratch.make_directory("sys/class/net/eth0/device");
    scratch.write("sys/class/net/eth0/speed", "1000\n");
    scratch.write("sys/class/net/eth0/operstate", "up\n");
    scratch.write("proc/meminfo", recorded::kMeminfo);
    scratch.write("proc/uptime", "77.5 1.0\n");
    machine(0, 0, 0);
  }
  void machine(std::uint64_t busy, std::uint64_t idle, std::uint64_t bytes) {
    scratch.write("proc/stat", cpu_line(busy, idle));
    scratch.write("proc/net/dev", net_line(bytes, bytes * 2));
  }
  std::unique_ptr<SystemSource> make(bool has_disk = true) {
    SystemOptions options{.data_dir = scratch.path("data")};
    options.machine_root = scratch.root();
    if (has_disk) {
      options.look = [disk = disk](const std::string&, bool) { return disk->look(); };
    }
    return std::make_unique<SystemSource>(options, now);
  }
  // Samples now, and again when the disk has answered.
  bool settle(SystemSource& source, const std::function<bool()>& is_true, int tick_ms = 20) {
    source.sample(now, false);
    return wait_until(
        source.wake_fd(),
        [&] {
          source.sample(now, false);
          return is_true();
        },
        tick_ms);
  }
  void later(std::int64_t ms) {
    now.steady_ms += ms;
    now.wall_ms += ms;
  }

  Scratch scratch;
  Now now = read_clock();
  std::shared_ptr<FakeDisk> disk = std::make_shared<FakeDisk>();
};

TEST_F(SourceTest, TheFirstReadingHasItAll) {
  const auto source = make();
  source->sample(now, true);
  const Reading& reading = source->reading();
  EXPECT_EQ(reading.state, State::kHealthy);
  EXPECT_EQ(reading.storage, (UsedTotal{500 * 4096, 1000 * 4096}));
  EXPECT_EQ(reading.memory.total, 16307428ull * 1024);
  EXPECT_EQ(reading.uptime_s, 77u);
  EXPECT_EQ(reading.network.capacity, 125'000'000u);
  EXPECT_NE(source->blocks(), nullptr);
}

TEST_F(SourceTest, RatesAreSinceTheLastAnnouncement) {
  const auto source = make();
  machine(50, 50, 10'000);
  later(5000);
  source->sample(now, false);
  machine(150, 150, 20'000);
  later(5000);
  source->sample(now, true);
  EXPECT_DOUBLE_EQ(source->reading().cpu_percent, 50.0);
  EXPECT_EQ(source->reading().network.rx, 2000u);
  EXPECT_EQ(source->reading().network.tx, 4000u);
  machine(150, 250, 20'000);
  later(10'000);
  source->sample(now, true);
  EXPECT_DOUBLE_EQ(source->reading().cpu_percent, 0.0);
  EXPECT_EQ(source->reading().network.rx, 0u);
}

TEST_F(SourceTest, AnnouncementsInQuickTurnShareAReading) {
  const auto source = make();
  machine(100, 0, 1'000'000);
  for (int i = 0; i < 100; ++i) {
    later(1);
    source->sample(now, true);
  }
  EXPECT_DOUBLE_EQ(source->reading().cpu_percent, 0.0);
  later(200);
  source->sample(now, true);
  EXPECT_DOUBLE_EQ(source->reading().cpu_percent, 100.0);
}

TEST_F(SourceTest, IsDueEveryFiveSeconds) {
  const auto source = make();
  EXPECT_EQ(source->due_at_ms(), now.steady_ms + 5000);
  later(5000);
  const int looks = disk->looks;
  ASSERT_TRUE(settle(*source, [&] { return disk->looks > looks; }));
  ASSERT_TRUE(settle(*source, [&] { return source->due_at_ms() == now.steady_ms + 5000; }));
}

TEST_F(SourceTest, ADiskThatDoesNotAnswerIsAnErrorThatSaysForHowLong) {
  const auto source = make();
  disk->set_hanging(true);
  for (int i = 0; i < 18; ++i) {
    later(1000);
    source->sample(now, false);
    if (i < 8) {
      EXPECT_EQ(source->reading().state, State::kHealthy) << i;
    }
  }
  // Asked at 5 s.
  EXPECT_EQ(source->reading().state, State::kError);
  ASSERT_FALSE(source->reading().reasons.empty());
  EXPECT_EQ(source->reading().reasons[0],
            "data directory " + scratch.path("data") + " has not answered for 13 s");
  disk->set_hanging(false);
  ASSERT_TRUE(settle(*source, [&] {
    later(1000);
    return source->reading().state == State::kHealthy;
  }));
}

TEST_F(SourceTest, APauseOfTheAgentIsNotBlamedOnTheDisk) {
  const auto source = make();
  later(5000);
  disk->set_hanging(true);
  source->sample(now, false);
  later(3'600'000);
  source->sample(now, false);
  EXPECT_EQ(source->reading().state, State::kHealthy);
  disk->set_hanging(false);
}

TEST_F(SourceTest, ADiskThatHangsFromTheStartIsSaid) {
  disk->set_hanging(true);
  const auto source = make();
  EXPECT_EQ(source->reading().state, State::kError);
  EXPECT_EQ(source->reading().reasons[0],
            "data directory " + scratch.path("data") + " has not answered yet");
  disk->set_hanging(false);
  ASSERT_TRUE(settle(*source, [&] {
    later(1000);
    return source->reading().state == State::kHealthy;
  }));
}

TEST_F(SourceTest, AFaultIsAnErrorAtOnceAndIsSaidOnce) {
  const auto source = make();
  disk->set({.fault = "data directory /x fails: Input/output error", .space = {}});
  later(5000);
  ASSERT_TRUE(settle(*source, [&] { return source->reading().state == State::kError; }));
  EXPECT_EQ(source->reading().storage.total, 1000u * 4096);  // as last known
  EXPECT_EQ(source->due_at_ms(), now.steady_ms + 1000);
  for (int i = 0; i < 3; ++i) {
    later(1000);
    source->sample(now, false);
  }
  const std::vector<Line> lines = source->take_lines();
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const Line& line) { return line.event == "data_dir_fault"; }),
            1);
  EXPECT_TRUE(source->take_lines().empty());
}

TEST_F(SourceTest, FindsTheBlocksOfARealDirectory) {
  scratch.make_directory("data/sub");
  scratch.write("data/a", "1");
  scratch.write("data/sub/b", "22");
  const auto source = make(false);
  ASSERT_TRUE(settle(*source, [&] { return source->blocks()->size() == 2; }));
  source->blocks()->take_change();
  EXPECT_EQ(source->blocks()->announced().bytes, 3u);
  scratch.write("data/c", "333");
  ASSERT_TRUE(settle(*source, [&] { return source->blocks()->contains("c"); }));
}

TEST_F(SourceTest, ARealDirectoryThatGoesIsAnErrorUntilItIsBack) {
  scratch.write("data/a", "1");
  const auto source = make(false);
  ASSERT_TRUE(settle(*source, [&] { return source->blocks()->contains("a"); }));
  scratch.remove("data");
  ASSERT_TRUE(settle(*source, [&] { return source->reading().state == State::kError; }));
  EXPECT_EQ(source->reading().reasons[0],
            "data directory " + scratch.path("data") + " is gone (No such file or directory)");
  EXPECT_EQ(source->blocks()->size(), 0u);
  scratch.make_directory("data");
  scratch.write("data/new", "1");
  ASSERT_TRUE(settle(*source, [&] {
    later(1000);
    return source->reading().state == State::kHealthy && source->blocks()->contains("new");
  }));
  const std::vector<Line> lines = source->take_lines();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                          [](const Line& line) { return line.event == "data_dir_back"; }));
}

TEST_F(SourceTest, ADirectoryThatComesLaterIsFound) {
  scratch.remove("data");
  const auto source = make(false);
  EXPECT_EQ(source->reading().state, State::kError);
  scratch.make_directory("data");
  scratch.write("data/a", "1");
  ASSERT_TRUE(settle(*source, [&] {
    later(1000);
    return source->reading().state == State::kHealthy && source->blocks()->contains("a");
  }));
}

// With too few watches, each minute; and it is said once.
TEST_F(SourceTest, ReadsAllAgainFromTimeToTime) {
  scratch.make_directory("data/sub");
  SystemOptions options{.data_dir = scratch.path("data"), .most_watches = 1};
  SystemSource source(options, now);
  int told = 0;
  for (const char* const name : {"data/sub/a", "data/sub/b", "data/sub/c"}) {
    scratch.write(name, "1");
    ASSERT_TRUE(settle(source, [&] {
      later(5000);
      return source.blocks()->contains(std::string(name).substr(5));
    }));
    for (const Line& line : source.take_lines()) told += line.event == "watches_exhausted" ? 1 : 0;
  }
  EXPECT_EQ(told, 1);
}

TEST(SystemSource, WithoutADataDirectoryItHasStorageAndNoBlocks) {
  SystemSource source({}, read_clock());
  EXPECT_EQ(source.blocks(), nullptr);
  EXPECT_GT(source.reading().storage.total, 0u);
  EXPECT_LE(source.reading().storage.used, source.reading().storage.total);
  EXPECT_GT(source.reading().memory.total, 0u);
}

}  // namespace
}  // namespace rollcall
