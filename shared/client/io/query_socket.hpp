// Asks a broker: a DEALER that survives brokers which come and go. A question that is not answered
// in time is reported so, and the socket is made anew, because what it still queues is stale (the
// "lazy pirate" of the ZeroMQ guide).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <zmq.hpp>

#include "shared/core/result.hpp"
#include "shared/core/time.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {

class QuerySocket {
 public:
  // `context` and `keys`, where there are any, must outlive it. The endpoint was checked with
  // why_bad_endpoint().
  QuerySocket(zmq::context_t& context, std::string endpoint, std::int64_t timeout_ms,
              const CurveClient* keys = nullptr);

  // What is wrong with the endpoint after all, or an empty text.
  const std::string& error() const { return error_; }

  void send(Now now, std::uint64_t id, std::string_view body);
  // Appends the bodies of what arrived, at most limits::kRepliesPerCycle.
  void receive(std::vector<zmq::message_t>& replies);
  // The answer to `id` came: it no longer times out.
  void answered(std::uint64_t id) { due_ms_.erase(id); }
  // Appends the ids that were not answered in time.
  void take_timed_out(Now now, std::vector<std::uint64_t>& ids);

  std::int64_t wake_at_ms() const;
  void* handle() { return socket_.handle(); }

 private:
  void connect();

  zmq::context_t& context_;
  std::string endpoint_;
  std::int64_t timeout_ms_;
  const CurveClient* keys_;
  zmq::socket_t socket_;
  std::map<std::uint64_t, std::int64_t> due_ms_;  // by id
  std::string error_;
};

}  // namespace rollcall
