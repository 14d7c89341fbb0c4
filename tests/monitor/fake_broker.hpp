// A small broker in a thread of the test: answers queries from what it was told, and publishes.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "tests/client/wire.hpp"

namespace rollcall {

class FakeBroker {
 public:
  FakeBroker();
  ~FakeBroker();
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  const std::string& query() const { return query_; }
  const std::string& feed() const { return feed_; }

  // What it knows. Nodes are answered in order of their names.
  void knows(const testing_wire::NodeState& node);
  // Happens, and is published.
  void happens(const std::string& kind, const std::string& node, std::string_view more = {},
               std::size_t more_pairs = 0);
  // Happens, and is published as soon as somebody listens.
  void happens_once_heard(const std::string& kind, const std::string& node);
  // Happens, and the feed loses it.
  void happens_unheard(const std::string& kind, const std::string& node);
  // Published once somebody has subscribed.
  bool has_subscriber() const { return subscribers_ > 0; }
  void warms_up(bool yes);
  // Answers this operation so from now on: with a result, or with an error of this code.
  void answers(const std::string& op, std::string result);
  void refuses(const std::string& op, std::string code);
  // The last request of this operation, as it came; empty where there was none.
  std::string asked(const std::string& op);
  // As one with a store does: `as_of` tells of it, and `events` knows `latest`.
  void has_store(bool yes);
  // Answers `op` with the result that `make` makes of the request; an empty one is `unavailable`.
  using Make = std::function<std::string(std::string_view request)>;
  void answers(const std::string& op, Make make);
  // How often `op` was asked.
  int times_asked(const std::string& op);

 private:
  void run();
  std::string answer(const testing_wire::Asked& asked, std::string_view request);
  std::string nodes(const testing_wire::Asked& asked);
  std::string events(const testing_wire::Asked& asked);
  void serve(zmq::socket_t& queries);

  zmq::context_t context_;
  std::string query_;
  std::string feed_;
  std::mutex mutex_;
  std::map<std::string, std::string> records_;
  std::vector<std::pair<std::string, std::string>> events_;  // node, body
  std::vector<std::pair<std::string, std::string>> to_publish_;
  std::map<std::string, std::string> answers_;  // by operation
  std::map<std::string, std::string> refusals_;
  std::map<std::string, std::string> asked_;
  std::vector<std::pair<std::string, std::string>> once_heard_;
  bool is_warming_up_ = false;
  bool has_store_ = false;
  std::map<std::string, Make> makes_;
  std::map<std::string, int> times_asked_;
  std::atomic<int> subscribers_ = 0;
  std::atomic<bool> stops_ = false;
  zmq::socket_t queries_;
  zmq::socket_t publisher_;
  std::thread thread_;
};

}  // namespace rollcall
