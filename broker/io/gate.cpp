#include "broker/io/gate.hpp"

#include <algorithm>

#include "shared/core/limits.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kTellEveryMs = 60'000;

}  // namespace

Gate::Gate(zmq::context_t& context) : socket_(context, zmq::socket_type::rep) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.bind("inproc://zeromq.zap.01");
}

// False where there is none. One of more frames than a request has keeps one of the others.
bool Gate::receive_request() {
  frame_count_ = 0;
  bool more = true;
  while (more) {
    const std::size_t place = std::min(frame_count_, messages_.size() - 1);
    if (!receive(socket_, messages_[place])) return false;
    frames_[place] = view_of(messages_[place]);
    frame_count_ = place + 1;
    more = messages_[place].more();
  }
  return true;
}

void Gate::reply(const ZapAnswer& answer) {
  for (const std::string_view frame :
       {std::string_view("1.0"), answer.request_id, answer.status, answer.text, answer.token}) {
    if (!send(socket_, frame, true)) return;
  }
  send(socket_, std::string_view(), false);
}

bool Gate::answer(Now now, const Access& access, std::vector<Line>& lines) {
  for (std::size_t i = 0; i < limits::kHandshakesPerCycle; ++i) {
    if (!receive_request()) return true;
    const ZapAnswer answer = answer_zap(std::span(frames_).first(frame_count_), access);
    reply(answer);
    answer.verdict == ZapAnswer::Verdict::kAdmitted ? ++admitted_ : ++turned_away_;
    if (answer.verdict == ZapAnswer::Verdict::kUnknownKey) tell(now, answer, lines);
  }
  return false;
}

void Gate::tell(Now now, const ZapAnswer& answer, std::vector<Line>& lines) {
  const std::string what = std::string(answer.door) + answer.public_key;
  const auto known =
      std::find_if(told_.begin(), told_.end(), [&](const Told& it) { return it.key == what; });
  if (known != told_.end() && now.steady_ms - known->at_ms < kTellEveryMs) return;
  Told& told = known != told_.end() ? *known : told_[next_told_++ % told_.size()];
  if (now.steady_ms - told.at_ms < kTellEveryMs) return;  // too many others: they are counted
  told = {what, now.steady_ms};
  lines.push_back(turned_away_line(answer));
}

}  // namespace rollcall
