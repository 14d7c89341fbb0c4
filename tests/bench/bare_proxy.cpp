// The least that a broker can do: zmq_proxy between an XSUB and an XPUB. It prints both endpoints.
//   rollcall-bare-proxy [MESSAGES that wait for each subscriber [FOLDER of broker.key_secret]]
// With a key it speaks CURVE, and lets everybody in.
#include <cstdlib>

#include <fmt/format.h>
#include <zmq.hpp>

#include "shared/io/key_file.hpp"
#include "shared/io/socket.hpp"

int main(int argc, char** argv) {
  zmq::context_t context(2);  // as many threads as the broker's own: it is faster so
  rollcall::SocketOptions options;
  options.receive_queue_messages = 1000;
  options.send_queue_messages = argc > 1 ? std::atoi(argv[1]) : 10'000;
  std::string secret_key;
  if (argc > 2) {
    const auto own = rollcall::read_broker_key(argv[2]);
    if (!own) return 1;
    secret_key = own->secret_key;
  }
  auto in = rollcall::make_socket(context, zmq::socket_type::xsub, options);
  auto out = rollcall::make_socket(context, zmq::socket_type::xpub, options);
  for (zmq::socket_t* const socket : {&in, &out}) {
    if (secret_key.empty()) continue;
    socket->set(zmq::sockopt::curve_server, true);
    socket->set(zmq::sockopt::curve_secretkey, secret_key);
  }
  const auto in_at = rollcall::bind_socket(in, "tcp://127.0.0.1:*");
  const auto out_at = rollcall::bind_socket(out, "tcp://127.0.0.1:*");
  if (!in_at || !out_at) return 1;
  fmt::print("{} {}\n", *in_at, *out_at);
  std::fflush(stdout);
  zmq::proxy(zmq::socket_ref(in), zmq::socket_ref(out));
}
