#include "agent/io/duty_cycle.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kLeaveMostMs = 900;  // with the sockets' linger well below two seconds
constexpr std::int64_t kDroppedToldEveryMs = 60'000;

}  // namespace

DutyCycle::DutyCycle(std::vector<std::unique_ptr<BrokerLink>> links, Announcer& announcer,
                     Signals& signals, Log& log, int wake_fd)
    : links_(std::move(links)),
      announcer_(announcer),
      signals_(signals),
      log_(log),
      wake_fd_(wake_fd) {}

int DutyCycle::run() {
  outbox_.wake_at_ms = read_clock().steady_ms;
  while (true) {
    wait(outbox_.wake_at_ms);
    if (const int signal = signals_.take(); signal != 0) return signal;
    const Now now = read_clock();
    take_in(now);
    const auto connected = static_cast<std::size_t>(std::count_if(
        links_.begin(), links_.end(), [](const auto& link) { return link->connected(); }));
    announcer_.step(now, {link_events_, commands_, connected}, outbox_);
    carry_out(now);
  }
}

void DutyCycle::wait(std::int64_t wake_at_ms) {
  items_.clear();
  items_.push_back({nullptr, signals_.fd(), ZMQ_POLLIN, 0});
  if (wake_fd_ >= 0) items_.push_back({nullptr, wake_fd_, ZMQ_POLLIN, 0});
  for (const auto& link : links_) {
    link->add_poll_items(items_);
    wake_at_ms = std::min({wake_at_ms, link->watch_due_ms(), link->retry_due_ms()});
  }
  poll_until(items_, read_clock(), wake_at_ms);
}

void DutyCycle::take_in(Now now) {
  link_events_.clear();
  commands_.clear();
  for (const auto& link : links_) {
    link->read_subscriptions(now, link_events_);
    link->read_commands(commands_);
  }
}

void DutyCycle::carry_out(Now now) {
  for (const AgentOutbox::Message& message : outbox_.messages()) {
    const Bytes body = outbox_.body_of(message);
    zmq::message_t shared(body.data(), body.size());
    for (const auto& link : links_) link->queue(message.topic, shared);
  }
  for (const auto& link : links_) {
    link->flush(now);
    link->watch(now, outbox_.lines);
  }
  tell(now);
}

void DutyCycle::tell_dropped(Now now) {
  std::uint64_t dropped = 0;
  for (const auto& link : links_) dropped += link->dropped();
  if (dropped == dropped_told_ || now.steady_ms < dropped_due_ms_) return;
  Line line;
  line.level = Level::kWarning;
  line.icon = "⚠️ ";
  line.event = "dropped";
  line.text = fmt::format(
      "a broker is connected but does not read; dropped for it so far: {}, it gets the newest",
      format_count(dropped));
  line.fields = {{"dropped", dropped}};
  outbox_.lines.push_back(std::move(line));
  dropped_told_ = dropped;
  dropped_due_ms_ = now.steady_ms + kDroppedToldEveryMs;
}

void DutyCycle::tell(Now now) {
  tell_dropped(now);
  for (const Line& line : outbox_.lines) log_.write(now, line);
}

void DutyCycle::leave(const std::string& reason, std::optional<std::uint64_t> back_in_ms) {
  const Now start = read_clock();
  announcer_.leave(start, reason, back_in_ms, outbox_);
  carry_out(start);
  const auto has_waiting = [](const auto& link) { return link->has_waiting(); };
  Now now = start;
  while (now.steady_ms < start.steady_ms + kLeaveMostMs &&
         std::any_of(links_.begin(), links_.end(), has_waiting)) {
    items_.clear();
    std::int64_t wake_at_ms = now.steady_ms + 50;
    for (const auto& link : links_) {
      link->add_poll_items(items_);
      wake_at_ms = std::min(wake_at_ms, link->retry_due_ms());
    }
    poll_until(items_, now, wake_at_ms);
    now = read_clock();
    take_in(now);
    for (const auto& link : links_) link->flush(now);
  }
  links_.clear();  // lingers until the rest is out
}

}  // namespace rollcall
