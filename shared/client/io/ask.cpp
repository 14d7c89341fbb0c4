#include "shared/client/io/ask.hpp"

#include <array>
#include <chrono>
#include <span>
#include <vector>

#include "shared/io/clock.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

std::int64_t steady_us() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

}  // namespace

Asker::Asker(zmq::context_t& context, std::string endpoint, std::int64_t timeout_ms,
             const CurveClient* keys)
    : socket_(context, std::move(endpoint), timeout_ms, keys) {}

Answer Asker::ask(const std::function<void(std::uint64_t id, Buffer& out)>& write) {
  const std::uint64_t id = ++last_id_;
  Buffer body;
  write(id, body);
  const std::int64_t began_us = steady_us();
  socket_.send(read_clock(), id, body.view());
  Answer answer;
  std::vector<zmq::message_t> frames;
  std::vector<std::uint64_t> timed_out;
  while (timed_out.empty()) {
    std::array<zmq::pollitem_t, 2> items{
        {{socket_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, give_up_on_, ZMQ_POLLIN, 0}}};
    const std::size_t count = give_up_on_ < 0 ? 1 : 2;
    poll_until(std::span(items).first(count), read_clock(), socket_.wake_at_ms());
    if (items[1].revents != 0) return answer;
    frames.clear();
    socket_.receive(frames);
    for (zmq::message_t& frame : frames) {
      Reply reply;
      if (!decode_reply(view_of(frame), reply) || reply.id != id) continue;
      socket_.answered(id);
      answer.frame = std::move(frame);
      decode_reply(view_of(answer.frame), answer.reply);
      answer.asked = answer.reply.ok ? Asked::kAnswered : Asked::kRefused;
      answer.took_us = steady_us() - began_us;
      return answer;
    }
    socket_.take_timed_out(read_clock(), timed_out);
  }
  return answer;
}

}  // namespace rollcall
