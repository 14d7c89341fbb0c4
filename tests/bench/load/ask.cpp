// How long queries take, asked one after another at a pace, as a monitor does.
#include <fmt/format.h>
#include <zmq.hpp>

#include "shared/core/random.hpp"
#include "shared/protocol/writer.hpp"
#include "tests/bench/load/measures.hpp"
#include "tests/bench/load/runs.hpp"

namespace rollcall {

int ask(const LoadSettings& settings) {
  zmq::context_t context(1);
  zmq::socket_t socket(context, zmq::socket_type::req);
  socket.set(zmq::sockopt::rcvtimeo, 10'000);
  socket.set(zmq::sockopt::linger, 0);
  socket.connect(settings.endpoint);
  Random random(3);
  Delays delays;
  std::uint64_t failed = 0;
  const std::int64_t step_ns =
      1'000'000'000 / static_cast<std::int64_t>(settings.rate == 0 ? 100 : settings.rate);
  std::int64_t next_ns = monotonic_ns();
  const std::int64_t end_ns = next_ns + settings.duration_ms * 1'000'000;
  Buffer request;
  zmq::message_t reply;
  while (next_ns < end_ns) {
    sleep_until_ns(next_ns);
    request.clear();
    Writer writer(request);
    writer.map(settings.op == "node" ? 4 : 3)
        .pair("v", std::uint64_t{1})
        .pair("id", std::uint64_t{1});
    writer.pair("op", std::string_view(settings.op));
    if (settings.op == "node") {
      const std::string node = fmt::format("node-{:07}", random.below(settings.nodes));
      writer.pair("node", std::string_view(node));
    }
    const std::int64_t asked_ns = monotonic_ns();
    socket.send(zmq::buffer(request.view()));
    if (!socket.recv(reply)) {
      ++failed;
      break;  // a REQ that got no answer cannot ask again
    }
    const std::int64_t now_ns = monotonic_ns();
    delays.add(now_ns - asked_ns);
    next_ns = std::max(next_ns + step_ns, now_ns);
  }
  fmt::print(
      "{{\"asked\":{},\"failed\":{},\"p50_us\":{:.1f},\"p99_us\":{:.1f},\"most_us\":{:.1f}}}\n",
      delays.count(), failed, delays.quantile_us(0.5), delays.quantile_us(0.99), delays.most_us());
  return failed == 0 ? 0 : 1;
}

}  // namespace rollcall
