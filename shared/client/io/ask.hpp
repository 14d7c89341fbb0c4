// One question, one answer: for commands that ask and end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <zmq.hpp>

#include "shared/client/io/query_socket.hpp"
#include "shared/client/reply.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

enum class Asked : std::uint8_t { kAnswered, kRefused, kUnreachable };

// An answer with the frame that it lies in.
struct Answer {
  Asked asked = Asked::kUnreachable;
  Reply reply;  // points into `frame`
  zmq::message_t frame;
  std::int64_t took_us = 0;
};

class Asker {
 public:
  Asker(zmq::context_t& context, std::string endpoint, std::int64_t timeout_ms,
        const CurveClient* keys = nullptr);

  const std::string& error() const { return socket_.error(); }
  // Gives up when this descriptor can be read: signals, for programs that block them.
  void give_up_on(int descriptor) { give_up_on_ = descriptor; }
  // Waits for the answer, up to the timeout. `write` writes the request with the given id.
  Answer ask(const std::function<void(std::uint64_t id, Buffer& out)>& write);

 private:
  QuerySocket socket_;
  std::uint64_t last_id_ = 0;
  int give_up_on_ = -1;
};

}  // namespace rollcall
