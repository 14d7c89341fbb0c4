// What the tests of the store put into it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "broker/io/store/store_file.hpp"
#include "shared/protocol/words.hpp"

namespace rollcall {

inline constexpr std::int64_t kToday = 1'700'000'000'000;

// A folder of its own, gone with it.
class Folder {
 public:
  Folder() {
    // In memory, where there is such a place: what is tested here flushes a lot.
    std::string name = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    name += "/rollcall-store-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string store() const { return path_ + "/store.db"; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& it : std::filesystem::directory_iterator(path_)) {
      all.push_back(it.path().filename().string());
    }
    return all;
  }
  std::vector<std::string> damaged() const {
    std::vector<std::string> found;
    for (const std::string& name : names()) {
      if (name.find(".damaged-") != std::string::npos && !name.ends_with("-wal")) {
        found.push_back(name);
      }
    }
    return found;
  }

 private:
  std::string path_;
};

inline StoreOptions options_of(const std::string& path) {
  StoreOptions options;
  options.path = path;
  options.keep_events_ms = 36'500 * std::int64_t{86'400'000};  // today may be any day
  options.bytes = std::uint64_t{1} << 30;
  options.history.bytes = options.bytes;
  options.evict_after_ms = 120'000;
  return options;
}

inline KeptEvent an_event(std::uint64_t seq, std::string node = "node-1") {
  return {seq, kToday + static_cast<std::int64_t>(seq), EventKind::kJoined, std::move(node),
          "body of " + std::to_string(seq)};
}

// Of which `generation` can be told apart.
inline RosterNode a_node(std::string id, std::uint64_t generation = 1) {
  RosterNode node;
  node.id = std::move(id);
  node.joined_at_ms = kToday;
  node.heard_at_ms = kToday + static_cast<std::int64_t>(generation);
  node.session = 7;
  node.seq = generation;
  node.interval_ms = 1000;
  node.peer = "10.0.0.1";
  node.status = "some status";
  return node;
}

// Events first + 1 … first + count, and a fact of a node that bears the last number.
inline StoreBatch a_batch(std::uint64_t first, std::uint64_t count) {
  StoreBatch batch;
  batch.wall_ms = kToday;
  for (std::uint64_t i = 1; i <= count; ++i) batch.events.push_back(an_event(first + i));
  batch.facts.push_back({0, a_node("node-1", first + count)});
  return batch;
}

// What a store holds, opened for this alone.
inline StoreContents contents_of(const StoreOptions& options) {
  StoreContents contents;
  StoreFile::open(options, 0, kToday, contents)->load(contents);
  return contents;
}

}  // namespace rollcall
