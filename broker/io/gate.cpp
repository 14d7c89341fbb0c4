#include "broker/io/gate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/core/limits.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

// Frames of a request: version, id, domain, address, routing id, mechanism, then the credentials.
enum Frame : std::size_t {
  kVersion,
  kId,
  kDomain,
  kAddress,
  kRoutingId,
  kMechanism,
  kKey,
  kFrames
};
constexpr std::size_t kKeyBytes = 32;
constexpr std::int64_t kTellEveryMs = 60'000;
constexpr std::size_t kShownBytes = 64;

std::string as_z85(std::string_view key) {
  std::string text(41, '\0');
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
  text.pop_back();
  return text;
}

}  // namespace

Gate::Gate(zmq::context_t& context) : socket_(context, zmq::socket_type::rep), request_(kFrames) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.bind("inproc://zeromq.zap.01");
}

// False where there is none; one of another shape is left empty.
bool Gate::receive_request() {
  for (zmq::message_t& frame : request_) frame.rebuild();
  if (!receive(socket_, request_[0])) return false;
  std::size_t frames = 1;
  bool more = request_[0].more();
  while (more) {
    zmq::message_t beyond;
    zmq::message_t& frame = frames < kFrames ? request_[frames] : beyond;
    if (!receive(socket_, frame)) return false;
    more = frame.more();
    ++frames;
  }
  if (frames != kFrames) request_[kKey].rebuild();
  return true;
}

bool Gate::reply(std::string_view status, std::string_view text, std::string_view token) {
  return send(socket_, std::string_view("1.0"), true) &&
         send(socket_, view_of(request_[kId]), true) && send(socket_, status, true) &&
         send(socket_, text, true) && send(socket_, token, true) &&
         send(socket_, std::string_view(), false);
}

bool Gate::answer(Now now, const Access& access, std::vector<Line>& lines) {
  for (std::size_t i = 0; i < limits::kHandshakesPerCycle; ++i) {
    if (!receive_request()) return true;
    const auto door = door_of(view_of(request_[kDomain]));
    const std::string_view key = view_of(request_[kKey]);
    if (!door || view_of(request_[kMechanism]) != "CURVE" || key.size() != kKeyBytes) {
      ++turned_away_;
      reply("400", "only CURVE is spoken here", {});
      continue;
    }
    const std::string name = as_z85(key);
    if (const auto token = access.admit(name, *door)) {
      ++admitted_;
      reply("200", "", *token);
      continue;
    }
    ++turned_away_;
    // "Not now": the peer tries again, and comes in once its key is put here. After a "no" it would
    // never try again.
    reply("300", "this key is not known here", {});
    tell(now, name, lines);
  }
  return false;
}

void Gate::tell(Now now, std::string_view key, std::vector<Line>& lines) {
  const std::string door(view_of(request_[kDomain]));
  const std::string what = door + std::string(key);
  const auto known =
      std::find_if(told_.begin(), told_.end(), [&](const Told& it) { return it.key == what; });
  if (known != told_.end() && now.steady_ms - known->at_ms < kTellEveryMs) return;
  Told& told = known != told_.end() ? *known : told_[next_told_++ % told_.size()];
  if (now.steady_ms - told.at_ms < kTellEveryMs) return;  // too many others: they are counted
  told = {what, now.steady_ms};
  const std::string address = escaped(view_of(request_[kAddress]), kShownBytes);
  Line line;
  line.level = Level::kWarning;
  line.icon = "🔑";
  line.event = "turned_away";
  line.text = fmt::format(
      "{} knocks at {} with a key that may not enter there: {}; to let it in, put its NAME.key "
      "into the folder of its role",
      address, door, key);
  line.fields = {{"address", std::string(view_of(request_[kAddress]))},
                 {"door", door},
                 {"public_key", std::string(key)}};
  lines.push_back(std::move(line));
}

}  // namespace rollcall
