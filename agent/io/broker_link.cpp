#include "agent/io/broker_link.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/limits.hpp"
#include "shared/core/units.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

// Few: what waits inside libzmq is out of our hands and gets old there.
constexpr int kSendQueue = 4;
constexpr int kLingerMs = 500;  // the leave goes out before the end
constexpr std::int64_t kRenewFirstMs = 30'000;
constexpr std::int64_t kRenewMostMs = 300'000;

SocketOptions announce_options() {
  SocketOptions options;
  options.send_queue_messages = kSendQueue;
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

BrokerLink::BrokerLink(zmq::context_t& context, BrokerAddress address, std::string command_topic,
                       std::uint64_t seed, Now now)
    : context_(context),
      address_(std::move(address)),
      command_topic_(std::move(command_topic)),
      random_(seed),
      renew_after_ms_(kRenewFirstMs),
      renew_at_ms_(now.steady_ms + kRenewFirstMs) {
  open();
}

void BrokerLink::open() {
  announce_ = make_socket(context_, zmq::socket_type::xpub, announce_options());
  announce_.set(zmq::sockopt::xpub_nodrop, true);
  announce_.connect(address_.announce);
  feed_ = make_socket(context_, zmq::socket_type::sub, feed_options());
  feed_.set(zmq::sockopt::subscribe, command_topic_);
  feed_.connect(address_.feed);
  subscriptions_ = 0;
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
    forget_waiting();
    events.push_back({address_.announce, false});
    renew_after_ms_ = kRenewFirstMs;
    renew_at_ms_ = now.steady_ms + renew_after_ms_;
  }
  if (connected() && (!before || was_lost)) events.push_back({address_.announce, true});
}

void BrokerLink::read_commands(std::vector<Command>& commands) {
  zmq::message_t topic;
  zmq::message_t body;
  for (std::size_t i = 0; i < limits::kCommandsPerCycle && receive(feed_, topic); ++i) {
    const bool has_body = topic.more() && receive(feed_, body);
    const bool is_two = has_body && !body.more();
    if (is_two) commands.push_back({std::string(view_of(topic)), std::string(view_of(body))});
    while (has_body && body.more() && receive(feed_, body)) {
    }
  }
}

bool BrokerLink::send_one(Waiting& message) {
  if (!send(announce_, message.topic, true)) return false;
  send(announce_, message.body, false);
  return true;
}

void BrokerLink::queue(std::string_view topic, zmq::message_t& body) {
  if (!connected()) return;
  const std::size_t bytes = topic.size() + body.size();
  if (waiting_bytes_ + bytes > limits::kAgentOutboxBytes) {
    ++dropped_;
    return;
  }
  Waiting message{zmq::message_t(topic.data(), topic.size()), zmq::message_t()};
  message.body.copy(body);
  waiting_.push_back(std::move(message));
  waiting_bytes_ += bytes;
}

void BrokerLink::flush() {
  while (!waiting_.empty()) {
    const std::size_t bytes = waiting_.front().topic.size() + waiting_.front().body.size();
    if (!send_one(waiting_.front())) return;
    waiting_bytes_ -= bytes;
    waiting_.pop_front();
  }
}

void BrokerLink::forget_waiting() {
  waiting_.clear();
  waiting_bytes_ = 0;
}

void BrokerLink::watch(Now now, std::vector<Line>& lines) {
  if (connected() || now.steady_ms < renew_at_ms_) return;
  open();
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
  const short events = has_waiting() ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN;
  items.push_back({announce_.handle(), 0, events, 0});
  items.push_back({feed_.handle(), 0, ZMQ_POLLIN, 0});
}

}  // namespace rollcall
