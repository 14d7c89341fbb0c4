#include "agent/io/broker_link.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

// Few: what waits inside libzmq is out of our hands and gets old there. For each node as many as
// its introduction takes (status, blocks, status), so that a fleet's goes out at once.
constexpr std::size_t kSendQueuePerNode = 4;
constexpr std::size_t kSendQueueMost = 1024;
// How soon a full socket is tried again: at once while the broker reads, ever later while it does
// not.
constexpr std::int64_t kRetryFirstMs = 1;
constexpr std::int64_t kRetryMostMs = 250;
constexpr int kLingerMs = 500;  // the leave goes out before the end
constexpr std::int64_t kRenewFirstMs = 30'000;
constexpr std::int64_t kRenewMostMs = 300'000;
// Of the feed, and as much again at random. A broker that comes this soon after the sockets were
// made found the feed as fresh as the link.
constexpr std::int64_t kFeedRenewMs = 30'000;
constexpr std::int64_t kFreshMs = 1000;

SocketOptions announce_options(std::size_t nodes) {
  SocketOptions options;
  options.send_queue_messages =
      static_cast<int>(std::min(nodes * kSendQueuePerNode, kSendQueueMost));
  options.frame_bytes = limits::kSubscriptionFrameBytes;
  options.linger_ms = kLingerMs;
  options.handshake_ms = 10'000;
  options.only_when_connected = true;
  return options;
}

SocketOptions feed_options() {
  SocketOptions options;
  options.receive_queue_messages = static_cast<int>(limits::kCommandsPerCycle);
  options.frame_bytes = static_cast<std::int64_t>(limits::kBodyBytes);
  options.handshake_ms = 10'000;
  return options;
}

}  // namespace

BrokerLink::BrokerLink(zmq::context_t& context, BrokerAddress address, LinkConfig config, Now now)
    : context_(context),
      address_(std::move(address)),
      config_(std::move(config)),
      waiting_(limits::kWaitingStatusesPerNode * config_.nodes, limits::kAgentOutboxBytes),
      random_(config_.seed),
      renew_after_ms_(kRenewFirstMs),
      renew_at_ms_(now.steady_ms + kRenewFirstMs) {
  open(now);
}

void BrokerLink::open(Now now) {
  SocketOptions options = announce_options(config_.nodes);
  options.client = keys();
  announce_ = make_socket(context_, zmq::socket_type::xpub, options);
  announce_.set(zmq::sockopt::xpub_nodrop, true);
  problem_.clear();
  if (auto done = connect_socket(announce_, address_.announce); !done) problem_ = done.error();
  subscriptions_ = 0;
  opened_ms_ = now.steady_ms;
  open_feed();
}

void BrokerLink::open_feed() {
  SocketOptions options = feed_options();
  options.client = keys();
  feed_ = make_socket(context_, zmq::socket_type::sub, options);
  feed_renew_at_ms_ = kNever;
  if (address_.feed.empty()) return;
  feed_.set(zmq::sockopt::subscribe, config_.command_topic);
  if (auto done = connect_socket(feed_, address_.feed); !done) problem_ = done.error();
}

void BrokerLink::on_came(Now now) {
  if (now.steady_ms - opened_ms_ < kFreshMs) return;
  const auto jitter_ms =
      static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kFeedRenewMs)));
  feed_renew_at_ms_ = now.steady_ms + kFeedRenewMs + jitter_ms;
}

void BrokerLink::on_lost(Now now) {
  forget_waiting();
  feed_renew_at_ms_ = kNever;
  renew_after_ms_ = kRenewFirstMs;
  renew_at_ms_ = now.steady_ms + renew_after_ms_;
}

// \x01 and a prefix: subscribed; \x00 and a prefix: no longer, also where the connection was lost.
void BrokerLink::read_subscriptions(Now now, std::vector<AgentInbox::LinkEvent>& events) {
  const bool before = connected();
  bool was_lost = false;
  zmq::message_t frame;
  for (std::size_t i = 0; i < limits::kCommandsPerCycle && receive(announce_, frame); ++i) {
    const std::string_view text = view_of(frame);
    if (text.empty()) continue;
    if (text[0] == '\x01') ++subscriptions_;
    if (text[0] == '\x00' && subscriptions_ > 0) --subscriptions_;
    was_lost = was_lost || !connected();
  }
  if (before && was_lost) {
    on_lost(now);
    events.push_back({address_.announce, false});
  }
  if (connected() && (!before || was_lost)) {
    on_came(now);
    events.push_back({address_.announce, true});
  }
}

void BrokerLink::read_commands(std::vector<Command>& commands) {
  zmq::message_t topic;
  zmq::message_t body;
  for (std::size_t i = 0; i < limits::kCommandsPerCycle && receive(feed_, topic); ++i) {
    feed_renew_at_ms_ = kNever;  // it is there
    const bool has_body = topic.more() && receive(feed_, body);
    const bool is_two = has_body && !body.more();
    if (is_two) commands.push_back({std::string(view_of(topic)), std::string(view_of(body))});
    while (has_body && body.more() && receive(feed_, body)) {
    }
  }
}

bool BrokerLink::send_one(LinkQueue::Waiting& message) {
  if (!send(announce_, message.topic, true)) return false;
  send(announce_, message.body, false);
  return true;
}

void BrokerLink::queue(std::string_view topic, zmq::message_t& body) {
  if (connected()) waiting_.push(topic, body);
}

void BrokerLink::flush(Now now) {
  if (is_full_ && now.steady_ms < retry_at_ms_) return;
  const std::size_t before = waiting_.size();
  while (!waiting_.empty() && send_one(waiting_.front())) waiting_.pop();
  const bool moves = !is_full_ || waiting_.size() < before;
  is_full_ = !waiting_.empty();
  retry_after_ms_ = moves ? kRetryFirstMs : std::min(retry_after_ms_ * 2, kRetryMostMs);
  retry_at_ms_ = now.steady_ms + retry_after_ms_;
}

void BrokerLink::forget_waiting() {
  waiting_.clear();
  is_full_ = false;
}

void BrokerLink::watch(Now now, std::vector<Line>& lines) {
  if (now.steady_ms < watch_due_ms()) return;
  if (connected()) return open_feed();
  open(now);
  renew_after_ms_ = std::min(renew_after_ms_ * 2, kRenewMostMs);
  const auto jitter_ms =
      static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(renew_after_ms_ / 4)));
  renew_at_ms_ = now.steady_ms + renew_after_ms_ + jitter_ms;
  Line line;
  line.level = Level::kWarning;
  line.icon = "🔄";
  line.event = "waiting";
  line.text = fmt::format("no broker at {} yet; is rollcall-broker running there? still trying",
                          address_.announce);
  line.fields = {{"broker", address_.announce}};
  lines.push_back(std::move(line));
}

void BrokerLink::add_poll_items(std::vector<zmq::pollitem_t>& items) {
  items.push_back({announce_.handle(), 0, ZMQ_POLLIN, 0});
  items.push_back({feed_.handle(), 0, ZMQ_POLLIN, 0});
}

}  // namespace rollcall
