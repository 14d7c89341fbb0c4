// What the kernel knows of a connection that libzmq owns. Only questions are asked: nothing here
// changes, closes or reads from it.
#pragma once

#include <zmq.hpp>

#include "broker/ingest/connection.hpp"

namespace rollcall {

// Over which connection a frame came. Costs two look-ups and a system call.
Connection look_up_connection(const zmq::message_t& frame);

// Of a connection that was looked up some time ago. It may be closed since, and its descriptor used
// by another: the peer's port tells.
ConnectionFacts look_at(const Connection& connection);

}  // namespace rollcall
