#include "agent/io/system/disk_worker.hpp"

#include <future>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "shared/core/random.hpp"
#include "tests/agent/io/system/scratch.hpp"

namespace rollcall {
namespace {

// The worker's owner, as the source is: applies what comes to a block set.
class Owner {
 public:
  explicit Owner(DiskOptions options) : worker(std::move(options)) { worker.ask_for_check(); }

  void collect() {
    if (!worker.collect(mail)) return;
    is_watched_whole = mail.is_watched_whole;
    largest_batch = std::max(largest_batch, mail.changes.size());
    blocks.apply(mail.changes, mail.scan.has_value() ? &*mail.scan : nullptr);
    if (mail.scan.has_value()) {
      ++scans;
      last_scan = std::move(*mail.scan);
    }
    if (mail.answer.has_value()) {
      ++answers;
      last_answer = *mail.answer;
    }
  }
  bool wait(const std::function<bool()>& is_true) {
    return wait_until(worker.wake_fd(), [&] {
      collect();
      return is_true();
    });
  }
  bool wait_for(std::map<std::string, std::uint64_t> expected) {
    return wait([&] { return held() == expected; }) || (print(), false);
  }
  std::map<std::string, std::uint64_t> held() const {
    std::map<std::string, std::uint64_t> result;
    blocks.set().for_each([&](const Block& block) { result.emplace(block.id, block.bytes); });
    return result;
  }
  void print() const {
    for (const auto& [id, bytes] : held()) std::cerr << "held: " << id << " " << bytes << "\n";
  }

  DiskWorker worker;
  DiskMail mail;
  FileBlocks blocks;
  ScanResult last_scan;
  DirectoryAnswer last_answer;
  bool is_watched_whole = true;
  int scans = 0;
  int answers = 0;
  std::size_t largest_batch = 0;
};

using Held = std::map<std::string, std::uint64_t>;

TEST(DiskWorker, FindsFilesAndSkipsWhatIsNoBlock) {
  const Scratch scratch;
  scratch.make_directory("sub/deep");
  scratch.make_directory(".hidden");
  scratch.write("a", "1");
  scratch.write("sub/b", "22");
  scratch.write("sub/deep/c", "333");
  scratch.write(".hidden/x", "x");
  scratch.write(".dot", "x");
  scratch.write("being-made.tmp", "x");
  scratch.write("being-made.part", "x");
  scratch.write("bad\xff", "x");
  scratch.write(std::string(130, 'l'), "x");
  std::filesystem::create_symlink(scratch.path("a"), scratch.path("link"));
  std::filesystem::create_directory_symlink(scratch.path("sub"), scratch.path("dirlink"));
  ::mkfifo(scratch.path("pipe").c_str(), 0600);
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  EXPECT_EQ(owner.held(), (Held{{"a", 1}, {"sub/b", 2}, {"sub/deep/c", 3}}));
  EXPECT_EQ(owner.last_scan.skipped, 2u);
  EXPECT_EQ(owner.last_scan.failed, 0u);
  EXPECT_EQ(owner.answers, 1);
  EXPECT_EQ(owner.last_answer.fault, "");
}

TEST(DiskWorker, FollowsWritesRenamesLinksAndDeletes) {
  const Scratch scratch;
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  scratch.write("a", "1");
  ASSERT_TRUE(owner.wait_for({{"a", 1}}));
  scratch.write("a", "4444");
  ASSERT_TRUE(owner.wait_for({{"a", 4}}));
  scratch.write("b.tmp", "22");
  scratch.rename("b.tmp", "b");
  ASSERT_TRUE(owner.wait_for({{"a", 4}, {"b", 2}}));
  std::filesystem::create_hard_link(scratch.path("a"), scratch.path("c"));
  ASSERT_TRUE(owner.wait_for({{"a", 4}, {"b", 2}, {"c", 4}}));
  scratch.rename("b", "d");
  scratch.remove("a");
  ASSERT_TRUE(owner.wait_for({{"c", 4}, {"d", 2}}));
  scratch.rename("d", ".d");
  ASSERT_TRUE(owner.wait_for({{"c", 4}}));
}

TEST(DiskWorker, AFileThatIsBeingWrittenIsAnnouncedWhenClosed) {
  const Scratch scratch;
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  const int fd = scratch.open("slow");
  ASSERT_EQ(::write(fd, "1234", 4), 4);
  scratch.write("later", "x");  // what comes after it is seen; so the open one was passed over
  ASSERT_TRUE(owner.wait_for({{"later", 1}}));
  ASSERT_EQ(::write(fd, "5678", 4), 4);
  ::close(fd);
  ASSERT_TRUE(owner.wait_for({{"later", 1}, {"slow", 8}}));
}

TEST(DiskWorker, AScanLeavesAFreshFileUntilItStandsStill) {
  const Scratch scratch;
  const int fd = scratch.open("fresh");
  ASSERT_EQ(::write(fd, "12", 2), 2);
  ::close(fd);
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  ASSERT_TRUE(owner.wait_for({{"fresh", 2}}));
}

TEST(DiskWorker, FollowsDirectoriesThatComeMoveAndGo) {
  const Scratch scratch;
  Scratch outside;
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  scratch.make_directory("x/y");
  scratch.write("x/y/a", "1");
  scratch.write("x/b", "2");
  ASSERT_TRUE(owner.wait_for({{"x/y/a", 1}, {"x/b", 1}}));
  scratch.rename("x", "z");
  ASSERT_TRUE(owner.wait_for({{"z/y/a", 1}, {"z/b", 1}}));
  scratch.write("z/y/c", "333");  // its watches came along
  ASSERT_TRUE(owner.wait_for({{"z/y/a", 1}, {"z/b", 1}, {"z/y/c", 3}}));
  std::filesystem::rename(scratch.path("z/y"), outside.path("y"));
  ASSERT_TRUE(owner.wait_for({{"z/b", 1}}));
  outside.write("y/d", "1");  // no longer ours
  scratch.write("e", "1");
  ASSERT_TRUE(owner.wait_for({{"e", 1}, {"z/b", 1}}));
  scratch.remove("z");
  ASSERT_TRUE(owner.wait_for({{"e", 1}}));
}

TEST(DiskWorker, ManyFilesComeInBoundedBatches) {
  const Scratch scratch;
  Held expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "d" + std::to_string(i % 7) + "/f" + std::to_string(i);
    scratch.make_directory("d" + std::to_string(i % 7));
    scratch.write(name, "x");
    expected.emplace(name, 1);
  }
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  EXPECT_EQ(owner.held(), expected);
  EXPECT_EQ(owner.last_scan.seen.size(), expected.size());
  EXPECT_LE(owner.largest_batch, 2048u);
}

TEST(DiskWorker, AScanOnRequestFindsNothingNewWhereNothingWasMissed) {
  const Scratch scratch;
  scratch.write("a", "1");
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  owner.worker.ask_for_scan();
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 2; }));
  EXPECT_EQ(owner.blocks.swept(), 0u);
  EXPECT_EQ(owner.held(), (Held{{"a", 1}}));
}

TEST(DiskWorker, WhereWatchesRunOutScansMakeUpForIt) {
  const Scratch scratch;
  scratch.make_directory("sub");
  scratch.write("sub/a", "1");
  Owner owner({.path = scratch.root(), .most_watches = 1});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  EXPECT_FALSE(owner.is_watched_whole);
  EXPECT_EQ(owner.held(), (Held{{"sub/a", 1}}));
  scratch.write("sub/b", "1");
  scratch.remove("sub/a");
  scratch.write("c", "1");
  ASSERT_TRUE(owner.wait_for({{"c", 1}, {"sub/a", 1}}));  // the root is watched, "sub" is not
  owner.worker.ask_for_scan();
  ASSERT_TRUE(owner.wait_for({{"c", 1}, {"sub/b", 1}}));
  EXPECT_EQ(owner.blocks.swept(), 1u);
}

// A file made without a name and linked when whole tells nobody; the next scan finds it.
TEST(DiskWorker, AScanFindsWhatNoEventTold) {
  const Scratch scratch;
  Owner owner({.path = scratch.root()});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  const int fd = ::open(scratch.root().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) GTEST_SKIP() << "no files without a name on this file system";
  ASSERT_EQ(::write(fd, "12", 2), 2);
  const std::string open_file = "/proc/self/fd/" + std::to_string(fd);
  ASSERT_EQ(::linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, scratch.path("quiet").c_str(),
                     AT_SYMLINK_FOLLOW),
            0);
  ::close(fd);
  scratch.write("loud", "1");
  ASSERT_TRUE(owner.wait_for({{"loud", 1}}));
  owner.worker.ask_for_scan();
  ASSERT_TRUE(owner.wait_for({{"loud", 1}, {"quiet", 2}}));
}

// Random work on a tree of files and directories, while scans run: in the end it is known as it is.
TEST(DiskWorker, KnowsInTheEndWhatIsThere) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Scratch scratch;
    Owner owner({.path = scratch.root()});
    const auto any_directory = [&] {
      std::string path;
      for (std::uint64_t depth = random.below(3); depth > 0; --depth) {
        path += "d" + std::to_string(random.below(3)) + "/";
      }
      return path;
    };
    const auto any_file = [&] { return any_directory() + "f" + std::to_string(random.below(5)); };
    for (int i = 0; i < 300; ++i) {
      std::error_code ignored;
      const std::string from = any_file();
      switch (random.below(8)) {
        case 0: std::filesystem::remove(scratch.path(from), ignored); break;
        case 1:
          std::filesystem::rename(scratch.path(from), scratch.path(any_file()), ignored);
          break;
        case 2:
          std::filesystem::rename(scratch.path(any_directory()),
                                  scratch.path(any_directory() + "d2"), ignored);
          break;
        case 3: std::filesystem::remove_all(scratch.path(any_directory() + "d1"), ignored); break;
        case 4:
          if (random.chance(0.1)) owner.worker.ask_for_scan();
          break;
        case 5: owner.collect(); break;
        default:
          std::filesystem::create_directories(
              std::filesystem::path(scratch.path(from)).parent_path(), ignored);
          if (!ignored) scratch.write(from, std::string(random.below(4), 'x'));
      }
    }
    Held there;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.root())) {
      if (!entry.is_regular_file()) continue;
      there.emplace(entry.path().string().substr(scratch.root().size() + 1), entry.file_size());
    }
    ASSERT_TRUE(owner.wait_for(there));
  }
}

TEST(DiskWorker, RecoversWhenTheDirectoryIsBack) {
  const Scratch scratch;
  scratch.make_directory("data");
  scratch.write("data/a", "1");
  Owner owner({.path = scratch.path("data")});
  ASSERT_TRUE(owner.wait([&] { return owner.scans == 1; }));
  scratch.rename("data", "away");
  // Said without being asked.
  ASSERT_TRUE(owner.wait([&] { return !owner.last_answer.fault.empty(); }));
  scratch.write("away/unseen", "1");
  scratch.make_directory("data");
  scratch.write("data/b", "22");
  owner.worker.ask_for_check();
  ASSERT_TRUE(owner.wait([&] { return owner.last_answer.fault.empty(); }));
  ASSERT_TRUE(owner.wait_for({{"b", 2}}));
  scratch.write("data/c", "333");  // watched again
  ASSERT_TRUE(owner.wait_for({{"b", 2}, {"c", 3}}));
}

TEST(DiskWorker, WithoutBlocksItOnlyLooks) {
  const Scratch scratch;
  scratch.write("a", "1");
  Owner owner({.path = scratch.root(), .finds_blocks = false});
  ASSERT_TRUE(owner.wait([&] { return owner.answers == 1; }));
  owner.worker.ask_for_check();
  ASSERT_TRUE(owner.wait([&] { return owner.answers == 2; }));
  EXPECT_EQ(owner.scans, 0);
  EXPECT_TRUE(owner.held().empty());
}

TEST(DiskWorker, ADiskThatHangsHoldsUpNobody) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  {
    Owner owner({.path = "/", .finds_blocks = false, .look = [released](const std::string&, bool) {
                   released.wait();
                   return DirectoryAnswer{};
                 }});
    owner.worker.ask_for_check();
    owner.collect();
    EXPECT_EQ(owner.answers, 0);
    // The end of this block does not wait for it either: the thread is left to itself.
  }
  release.set_value();
}

TEST(DiskWorker, ComesAndGoes) {
  const Scratch scratch;
  for (int i = 0; i < 50; ++i) {
    const DiskWorker worker({.path = scratch.root()});
    EXPECT_GE(worker.wake_fd(), 0);
  }
}

}  // namespace
}  // namespace rollcall
