// One look at the data directory: its space, and what is wrong with it. May take as long as the
// disk or the server behind it likes; only for the disk thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "agent/probe/storage.hpp"

namespace rollcall {

struct DirectoryAnswer {
  std::string fault;  // safe to print; empty where nothing is wrong
  SpaceCounts space;  // all 0 where it could not be had
  // Which directory it is: another one under the same name (a disk was mounted) must be watched and
  // scanned anew.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// `must_be_writable`: a read-only file system is a fault.
DirectoryAnswer look_at_directory(const std::string& path, bool must_be_writable);

using LookAtDirectory = std::function<DirectoryAnswer(const std::string&, bool)>;

// The path as reasons and lines show it: escaped, and short enough for a reason.
std::string shown_path(const std::string& path);

}  // namespace rollcall
