// A broker with a store that says of itself what a test wants, and takes what it is told to.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {

class Remembering : public ::testing::Test {
 protected:
  explicit Remembering(BrokerConfig config = {}) : harness_(config) {
    report_.is_there = report_.is_durable = true;
    harness_.store = &report_;
  }

  // One turn; what it handed over is stored by the next, where the store works.
  void step(std::int64_t ms = 0) {
    harness_.step(ms);
    keep();
  }
  void run_for(std::int64_t ms) {
    for (const std::int64_t until_ms = harness_.now().steady_ms + ms;
         harness_.now().steady_ms < until_ms;) {
      const std::int64_t wake_ms =
          std::max(harness_.outbox().wake_at_ms, harness_.now().steady_ms + 1);
      step(std::min(wake_ms, until_ms) - harness_.now().steady_ms);
    }
  }
  void keep() {
    const StoreBatch& batch = harness_.outbox().batch;
    if (batch.empty()) return;
    batches_.push_back(batch);
    for (const KeptEvent& event : batch.events) handed_.push_back(event.seq);
    if (works_) store_all();
  }
  void store_all() {
    if (!handed_.empty()) report_.stored = handed_.back();
  }

  // An order or a question; answered in a later turn.
  void request(nlohmann::json query) {
    query["v"] = 1;
    query["id"] = 1;
    const auto bytes = nlohmann::json::to_msgpack(query);
    harness_.replies.clear();
    harness_.request(std::string(bytes.begin(), bytes.end()));
  }
  // Its answer, in this turn or the next ones; the store goes on meanwhile.
  nlohmann::json ask(nlohmann::json query) {
    request(std::move(query));
    for (int i = 0; i < 50 && harness_.replies.empty(); ++i) step();
    return harness_.replies.empty() ? nlohmann::json()
                                    : parsed(harness_.replies.front().body.view());
  }
  nlohmann::json guard(const std::string& phase) {
    nlohmann::json found;
    for (const auto& event : harness_.published("event.guard")) {
      if (event["guard"] == "not_persisting" && event["phase"] == phase) found = event;
    }
    return found;
  }
  std::vector<std::string> kinds() const {
    std::vector<std::string> all;
    for (const auto& event : harness_.published("event.")) {
      if (event["kind"] != "guard") all.push_back(event["kind"]);
    }
    return all;
  }

  BrokerHarness harness_;
  StoreReport report_;
  bool works_ = true;
  std::vector<StoreBatch> batches_;
  std::vector<std::uint64_t> handed_;
};

}  // namespace rollcall
