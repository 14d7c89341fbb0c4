#include "tests/monitor/fake_broker.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "shared/core/limits.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {

FakeBroker::FakeBroker()
    : queries_(make_socket(context_, zmq::socket_type::router, {})),
      publisher_(make_socket(context_, zmq::socket_type::xpub, {})) {
  query_ = *bind_socket(queries_, "tcp://127.0.0.1:*");
  feed_ = *bind_socket(publisher_, "tcp://127.0.0.1:*");
  thread_ = std::thread([this] { run(); });
}

FakeBroker::~FakeBroker() {
  stops_ = true;
  thread_.join();
}

void FakeBroker::knows(const testing_wire::NodeState& node) {
  const std::lock_guard lock(mutex_);
  records_[node.node] = testing_wire::record_of(node);
}

void FakeBroker::happens_unheard(const std::string& kind, const std::string& node) {
  const std::lock_guard lock(mutex_);
  events_.emplace_back(node, testing_wire::event_body(events_.size() + 1, kind, node));
}

void FakeBroker::happens(const std::string& kind, const std::string& node, std::string_view more,
                         std::size_t more_pairs) {
  const std::lock_guard lock(mutex_);
  events_.emplace_back(
      node, testing_wire::event_body(events_.size() + 1, kind, node, 1000, more, more_pairs));
  to_publish_.emplace_back("event." + kind + "." + node, events_.back().second);
}

void FakeBroker::happens_once_heard(const std::string& kind, const std::string& node) {
  happens_unheard(kind, node);
  const std::lock_guard lock(mutex_);
  once_heard_.emplace_back("event." + kind + "." + node, events_.back().second);
}

void FakeBroker::warms_up(bool yes) {
  const std::lock_guard lock(mutex_);
  is_warming_up_ = yes;
}

void FakeBroker::answers(const std::string& op, std::string result) {
  const std::lock_guard lock(mutex_);
  refusals_.erase(op);
  answers_[op] = std::move(result);
}

void FakeBroker::refuses(const std::string& op, std::string code) {
  const std::lock_guard lock(mutex_);
  refusals_[op] = std::move(code);
}

std::string FakeBroker::asked(const std::string& op) {
  const std::lock_guard lock(mutex_);
  return asked_[op];
}

void FakeBroker::has_store(bool yes) {
  const std::lock_guard lock(mutex_);
  has_store_ = yes;
}

void FakeBroker::answers(const std::string& op, Make make) {
  const std::lock_guard lock(mutex_);
  makes_[op] = std::move(make);
}

int FakeBroker::times_asked(const std::string& op) {
  const std::lock_guard lock(mutex_);
  return times_asked_[op];
}

std::string FakeBroker::nodes(const testing_wire::Asked& asked) {
  std::vector<std::string> page;
  std::string last;
  for (const auto& [node, record] : records_) {
    if (node <= asked.after_text || !node.starts_with(asked.prefix)) continue;
    if (page.size() == asked.limit) return testing_wire::nodes_result(page, last);
    page.push_back(record);
    last = node;
  }
  return testing_wire::nodes_result(page);
}

std::string FakeBroker::events(const testing_wire::Asked& asked) {
  std::vector<std::string> page;
  std::size_t first = asked.after;
  if (asked.latest && has_store_ && events_.size() > asked.limit) {
    first = std::max(first, events_.size() - asked.limit);
  }
  for (std::size_t i = first; i < events_.size(); ++i) {
    if (!asked.node.empty() && events_[i].first != asked.node) continue;
    if (page.size() == asked.limit) {
      return testing_wire::events_result(page, 1, events_.size(), i);
    }
    page.push_back(events_[i].second);
  }
  return testing_wire::events_result(page, events_.empty() ? 0 : 1, events_.size());
}

std::string FakeBroker::answer(const testing_wire::Asked& asked, std::string_view request) {
  testing_wire::AsOfValues as_of{99, events_.size(), is_warming_up_};
  if (has_store_) as_of.story = 5;
  const auto with = [&](const std::string& result) {
    return testing_wire::reply(asked.id, as_of, result);
  };
  if (const auto refusal = refusals_.find(asked.op); refusal != refusals_.end()) {
    return testing_wire::error_reply(asked.id, refusal->second, "refused by the test");
  }
  if (const auto told = answers_.find(asked.op); told != answers_.end()) return with(told->second);
  ++times_asked_[asked.op];
  if (const auto make = makes_.find(asked.op); make != makes_.end()) {
    const std::string result = make->second(request);
    if (!result.empty()) return with(result);
    return testing_wire::error_reply(asked.id, "unavailable", "the store takes nothing: full");
  }
  if (asked.op == "ping") return with(testing_wire::ping_result());
  if (asked.op == "summary") return with(testing_wire::summary_result(records_.size()));
  if (asked.op == "nodes") return with(nodes(asked));
  if (asked.op == "events") return with(events(asked));
  const auto found = records_.find(asked.node);
  if (found == records_.end()) {
    return testing_wire::error_reply(asked.id, "not_found", "no such node");
  }
  return with("\x81\xa4node" + found->second);
}

void FakeBroker::serve(zmq::socket_t& queries) {
  std::vector<zmq::message_t> frames;
  zmq::message_t frame;
  while (receive(queries, frame)) {
    const bool more = frame.more();
    frames.push_back(std::move(frame));
    if (more) continue;
    const testing_wire::Asked asked = testing_wire::parse_request(view_of(frames.back()));
    asked_[asked.op] = view_of(frames.back());
    const std::string reply = answer(asked, view_of(frames.back()));
    for (std::size_t i = 0; i + 1 < frames.size(); ++i) send(queries, frames[i], true);
    send(queries, reply, false);
    frames.clear();
  }
}

void FakeBroker::run() {
  std::array<zmq::pollitem_t, 2> items{
      {{queries_.handle(), 0, ZMQ_POLLIN, 0}, {publisher_.handle(), 0, ZMQ_POLLIN, 0}}};
  while (!stops_) {
    zmq::poll(items.data(), items.size(), std::chrono::milliseconds(10));
    zmq::message_t subscription;
    while (receive(publisher_, subscription)) {
      if (view_of(subscription).starts_with('\x01')) ++subscribers_;
    }
    const std::lock_guard lock(mutex_);
    serve(queries_);
    if (subscribers_ > 0) {
      to_publish_.insert(to_publish_.end(), once_heard_.begin(), once_heard_.end());
      once_heard_.clear();
    }
    for (const auto& [topic, body] : to_publish_) {
      send(publisher_, topic, true);
      send(publisher_, body, false);
    }
    to_publish_.clear();
  }
}

}  // namespace rollcall
