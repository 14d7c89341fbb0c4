#include "agent/io/system/directory_check.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"
#include "tests/agent/io/system/scratch.hpp"

namespace rollcall {
namespace {

TEST(DirectoryCheck, FindsSpaceAndWhichDirectoryItIs) {
  const Scratch scratch;
  const DirectoryAnswer answer = look_at_directory(scratch.root(), true);
  EXPECT_EQ(answer.fault, "");
  EXPECT_GT(answer.space.unit_bytes, 0u);
  EXPECT_GT(answer.space.units, 0u);
  EXPECT_NE(answer.inode, 0u);
  EXPECT_EQ(look_at_directory(scratch.root(), true).inode, answer.inode);
}

TEST(DirectoryCheck, SaysThatItIsGone) {
  const Scratch scratch;
  const DirectoryAnswer answer = look_at_directory(scratch.path("none"), true);
  EXPECT_EQ(answer.fault,
            "data directory " + scratch.path("none") + " is gone (No such file or directory)");
  EXPECT_EQ(answer.inode, 0u);
  EXPECT_EQ(answer.space.units, 0u);
}

TEST(DirectoryCheck, SaysThatItIsAFile) {
  const Scratch scratch;
  scratch.write("file", "x");
  EXPECT_EQ(look_at_directory(scratch.path("file"), true).fault,
            "data directory " + scratch.path("file") + " is not a directory");
}

// The first mount of this machine that is read-only and a directory; empty where there is none.
std::string find_read_only() {
  std::ifstream mounts("/proc/self/mounts");
  std::string device, path, type, flags, rest;
  while (mounts >> device >> path >> type >> flags && std::getline(mounts, rest)) {
    if ((flags == "ro" || flags.starts_with("ro,")) && std::filesystem::is_directory(path) &&
        ::access(path.c_str(), R_OK) == 0) {
      return path;
    }
  }
  return "";
}

TEST(DirectoryCheck, AReadOnlyFileSystemIsAFaultOnlyWhereItMatters) {
  const std::string path = find_read_only();
  if (path.empty()) GTEST_SKIP() << "nothing is mounted read-only here";
  EXPECT_EQ(look_at_directory(path, true).fault, "data directory " + path + " is read-only");
  EXPECT_EQ(look_at_directory(path, false).fault, "");
}

TEST(DirectoryCheck, AReasonFitsWhateverThePath) {
  const std::string path = "/" + std::string(5000, 'p');
  EXPECT_LE(look_at_directory(path, true).fault.size(), limits::kReasonBytes - 30);
  EXPECT_EQ(look_at_directory("/none/\x1b[2J", true).fault,
            "data directory /none/\\x1b[2J is gone (No such file or directory)");
}

}  // namespace
}  // namespace rollcall
