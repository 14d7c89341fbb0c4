// A store's thread on a file of its own, asked as the duty cycle asks it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <stdlib.h>

#include "broker/io/store/store_thread.hpp"
#include "shared/core/digest.hpp"

namespace rollcall {

inline constexpr std::int64_t kStoreTestMs = 1'795'000'000'000;
inline constexpr std::uint64_t kRestorePart = 48 * 1024;

// Gone with all that is in it.
class StoreFolder {
 public:
  StoreFolder() {
    char name[] = "/tmp/rollcall-backup-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~StoreFolder() { std::filesystem::remove_all(path_); }
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }
  // Those in the folder, or in one below it, whose names hold `part`.
  std::vector<std::string> names(const std::string& part, const std::string& below = "") const {
    std::vector<std::string> found;
    for (const auto& it : std::filesystem::directory_iterator(path(below))) {
      const std::string name = it.path().filename().string();
      if (name.find(part) != std::string::npos) found.push_back(name);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  std::string path_;
};

inline KeptEvent kept_event(std::uint64_t seq, std::size_t body_bytes = 100) {
  return {seq, kStoreTestMs + static_cast<std::int64_t>(seq), EventKind::kState, "node-1",
          std::string(body_bytes, static_cast<char>('a' + seq % 26))};
}

inline RosterNode known_node(std::string id) {
  RosterNode node;
  node.id = std::move(id);
  node.joined_at_ms = node.heard_at_ms = kStoreTestMs;
  node.session = 7;
  node.interval_ms = 1000;
  node.status = "some status";
  return node;
}

inline PastQuestion backup_question(std::string name = "", std::uint64_t offset = 0) {
  PastQuestion question;
  question.op = PastOp::kBackup;
  question.by = "ann";
  question.transfer.name = std::move(name);
  question.transfer.offset = offset;
  return question;
}

inline PastQuestion restore_question(RestoreStep step, std::string by = "ann") {
  PastQuestion question;
  question.op = PastOp::kRestore;
  question.by = std::move(by);
  question.transfer.step = step;
  return question;
}

class RunningStore {
 public:
  explicit RunningStore(std::string path) {
    options_.path = std::move(path);
    options_.keep_events_ms = INT64_MAX / 4;  // whenever this runs
    open();
  }
  ~RunningStore() { close(); }

  void open() {
    contents = StoreContents();
    auto opened = StoreThread::open(options_, {0, kStoreTestMs}, contents);
    ASSERT_TRUE(opened) << opened.error();
    thread_ = std::move(*opened);
    newest = contents.newest;
  }
  void close() { thread_.reset(); }

  // The next `count` events.
  void write(std::uint64_t count, std::size_t body_bytes = 100, std::string node = "node-1") {
    StoreBatch batch;
    batch.wall_ms = kStoreTestMs;
    for (std::uint64_t i = 0; i < count; ++i)
      batch.events.push_back(kept_event(++newest, body_bytes));
    batch.facts.push_back({0, known_node(std::move(node))});
    thread_->submit(batch);
  }
  void wait_stored() {
    while (report.stored < newest) hear();
  }

  std::uint64_t begin(PastQuestion question) {
    StoreBatch batch;
    batch.asks.push_back({++tickets_, std::move(question)});
    thread_->submit(batch);
    return tickets_;
  }
  StoreAnswer await(std::uint64_t ticket) {
    for (int i = 0; i < 1000; ++i) {
      for (StoreAnswer& answer : answers_) {
        if (answer.ticket != ticket) continue;
        StoreAnswer found = std::move(answer);
        answer.ticket = 0;
        return found;
      }
      hear();
    }
    ADD_FAILURE() << "no answer";
    return {};
  }
  StoreAnswer ask(PastQuestion question) { return await(begin(std::move(question))); }
  nlohmann::json result_of(PastQuestion question) {
    const StoreAnswer answer = ask(std::move(question));
    if (answer.failure) {
      ADD_FAILURE() << answer.failure->message;
      return {};
    }
    return nlohmann::json::from_msgpack(answer.result);
  }
  std::string failure_of(PastQuestion question) {
    const StoreAnswer answer = ask(std::move(question));
    return answer.failure ? answer.failure->message : "";
  }

  // All parts of a copy that was made.
  std::string fetch(const nlohmann::json& made) {
    std::string bytes;
    while (bytes.size() < made["bytes"]) {
      const auto part = result_of(backup_question(made["backup"], bytes.size()));
      if (!part.is_object()) return {};
      EXPECT_EQ(part["bytes"], made["bytes"]);
      const auto& data = part["data"].get_binary();
      EXPECT_LE(data.size(), 512u * 1024);
      bytes.append(data.begin(), data.end());
    }
    return bytes;
  }
  std::string back_up() { return fetch(result_of(backup_question())); }

  // What went wrong, or an empty text.
  std::string send(const std::string& bytes) {
    PastQuestion question = restore_question(RestoreStep::kBegin);
    Digest digest;
    digest.add(bytes);
    question.transfer.bytes = bytes.size();
    question.transfer.digest = digest.value();
    if (std::string why = failure_of(question); !why.empty()) return why;
    question = restore_question(RestoreStep::kData);
    for (std::size_t at = 0; at < bytes.size(); at += kRestorePart) {
      question.transfer.offset = at;
      question.transfer.data = bytes.substr(at, kRestorePart);
      if (std::string why = failure_of(question); !why.empty()) return why;
    }
    return {};
  }
  StoreAnswer restore(const std::string& bytes) {
    const std::string why = send(bytes);
    if (!why.empty()) return {0, PastFailure{QueryError::kInternal, why}, {}};
    return ask(restore_question(RestoreStep::kFinish));
  }

  // What the duty cycle does when the store has something to say.
  void hear() {
    pollfd fd{thread_->fd(), POLLIN, 0};
    poll(&fd, 1, 1000);
    thread_->take(report);
    for (StoreAnswer& answer : report.answers) answers_.push_back(std::move(answer));
    if (report.restored != nullptr) restored = report.restored;
    if (report.restore_ticket == 0 || report.restore_ticket == swapped_) return;
    swapped_ = report.restore_ticket;
    if (holds_swap) return;
    StoreBatch batch;
    batch.swap = report.restore_ticket;
    newest = batch.skip_to = std::max(newest, report.restore_newest);
    thread_->submit(batch);
  }

  StoreContents contents;  // as it was opened
  StoreReport report;
  std::shared_ptr<StoreContents> restored;
  std::uint64_t newest = 0;
  bool holds_swap = false;

 private:
  StoreOptions options_;
  std::unique_ptr<StoreThread> thread_;
  std::vector<StoreAnswer> answers_;
  std::uint64_t tickets_ = 0;
  std::uint64_t swapped_ = 0;
};

// Numbers of the events in a file, opened for this alone; those of its nodes in `nodes`.
inline std::vector<std::uint64_t> seqs_in(const std::string& path,
                                          std::vector<std::string>* nodes = nullptr) {
  StoreOptions options;
  options.path = path;
  StoreContents contents;
  StoreFile::open(options, 0, kStoreTestMs, contents)->load(contents);
  EXPECT_EQ(contents.set_aside, "");
  std::vector<std::uint64_t> seqs;
  for (const KeptEvent& event : contents.events) seqs.push_back(event.seq);
  if (nodes != nullptr) {
    for (const RosterNode& node : contents.nodes) nodes->push_back(node.id);
  }
  return seqs;
}

inline void put_file(const std::string& path, const std::string& bytes) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
}

inline std::string get_file(const std::string& path) {
  std::string bytes(std::filesystem::file_size(path), '\0');
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  EXPECT_EQ(std::fread(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
  return bytes;
}

}  // namespace rollcall
