#include "broker/io/doorkeeper.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <poll.h>

#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/key_file.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kShownBytes = 160;
// Names told of one by one; a folder of thousands is told of in one line.
constexpr std::size_t kTold = 8;
// The trial: on loopback a handshake takes a few milliseconds.
constexpr std::int64_t kTrialMs = 3000;
constexpr int kLookMs = 10;

Line line_of(std::string_view event, std::string text, const std::vector<Identity>& identities) {
  Line line;
  line.icon = "🔑";
  line.event = event;
  line.text = std::move(text);
  for (std::size_t i = 0; i < std::min(identities.size(), kTold); ++i) {
    line.text += fmt::format("{} {} {}", i == 0 ? ":" : ",", name_of(identities[i].role),
                             identities[i].name);
  }
  if (identities.size() > kTold) line.text += " …";
  line.fields = {{"count", static_cast<std::uint64_t>(identities.size())}};
  return line;
}

Line problem_line(const std::string& problem) {
  Line line;
  line.level = Level::kWarning;
  line.icon = "🔑";
  line.event = "bad_key";
  line.text = problem;
  return line;
}

}  // namespace

Doorkeeper::Doorkeeper(zmq::context_t& context, const std::string& folder, Certificate own)
    : folder_name_(folder), own_(std::move(own)), folder_(folder), gate_(context) {}

Result<std::unique_ptr<Doorkeeper>> Doorkeeper::open(zmq::context_t& context,
                                                     const std::string& folder, Now now) {
  auto own = read_broker_key(folder);
  if (!own) {
    return Error{
        fmt::format("--keys: {}; make a pair with: rollcall-monitor keygen broker --out {}",
                    own.error(), escaped(folder, kShownBytes))};
  }
  std::unique_ptr<Doorkeeper> keeper(new Doorkeeper(context, folder, std::move(*own)));
  if (const std::string why = keeper->try_the_door(context); !why.empty()) return Error{why};
  std::vector<Line> unheard;
  keeper->read_keys(now, unheard);
  return keeper;
}

// A stranger knocks at a door like ours. Nobody is let in yet, so that the gate must say no; were
// it not asked at all, the door would stand open.
std::string Doorkeeper::try_the_door(zmq::context_t& context) {
  const CurveServer server{own_.secret_key, std::string(name_of(Door::kQuery))};
  SocketOptions options;
  options.server = &server;
  zmq::socket_t door = make_socket(context, zmq::socket_type::router, options);
  const auto endpoint = bind_socket(door, "tcp://127.0.0.1:*");
  if (!endpoint) return "--keys: the door could not be tried: " + endpoint.error();
  const Certificate stranger = draw_certificate();
  const CurveClient client{stranger.public_key, stranger.secret_key, own_.public_key};
  SocketOptions knocking;
  knocking.client = &client;
  zmq::socket_t knock = make_socket(context, zmq::socket_type::dealer, knocking);
  if (!connect_socket(knock, *endpoint)) return "--keys: the door could not be tried";
  send(knock, std::string_view("let me in"), false);
  std::vector<Line> unheard;
  const std::int64_t until_ms = read_clock().steady_ms + kTrialMs;
  while (gate_.turned_away() == 0 && read_clock().steady_ms < until_ms) {
    pollfd item{gate_.fd(), POLLIN, 0};
    poll(&item, 1, kLookMs);
    gate_.answer(read_clock(), access_, unheard);
    zmq::message_t frame;
    if (receive(door, frame)) return "--keys: a stranger was let in; refusing to start";
  }
  if (gate_.turned_away() == 0) return "--keys: the gate was not asked; refusing to start";
  gate_.forget_trial();
  return {};
}

std::string Doorkeeper::started_text() const {
  const std::string folder = escaped(folder_name_, kShownBytes);
  const std::size_t keys = access_.size();
  if (keys == 0) {
    return fmt::format(
        "keys from {}: nobody is let in yet; put the NAME.key of each node into {}/agents, those "
        "who may ask and watch into {}/monitors (rollcall-monitor keygen NAME makes one)",
        folder, folder, folder);
  }
  return fmt::format("keys from {}: {} {} let in", folder, format_count(keys),
                     keys == 1 ? "is" : "are");
}

std::vector<int> Doorkeeper::descriptors() {
  std::vector<int> all{gate_.fd()};
  if (folder_.fd() >= 0) all.push_back(folder_.fd());
  return all;
}

bool Doorkeeper::work(Now now, std::vector<Line>& lines) {
  folder_.take_note(now);
  const bool reopen = now.steady_ms >= folder_.due_ms() && read_keys(now, lines);
  more_ = !gate_.answer(now, access_, lines);
  return reopen;
}

bool Doorkeeper::read_keys(Now now, std::vector<Line>& lines) {
  if (!folder_.read(now)) return false;
  const Access::Changes changes = access_.replace(folder_.identities());
  if (!changes.added.empty()) {
    lines.push_back(
        line_of("keys_added", fmt::format("{} let in", changes.added.size()), changes.added));
  }
  if (!changes.removed.empty()) {
    lines.push_back(line_of("keys_removed",
                            fmt::format("{} no longer let in", changes.removed.size()),
                            changes.removed));
  }
  const std::vector<std::string>& problems = folder_.problems();
  for (std::size_t i = 0; i < std::min(problems.size(), kTold); ++i) {
    lines.push_back(problem_line(problems[i]));
  }
  return !changes.removed.empty();
}

}  // namespace rollcall
