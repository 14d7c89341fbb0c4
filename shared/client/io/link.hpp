// Keeps a Picture of a broker: owns the sockets, carries what arrives into it and sends what it
// asks. One cycle per turn of the owner's loop.
#pragma once

#include <string>
#include <vector>

#include <zmq.hpp>

#include "shared/client/io/feed_socket.hpp"
#include "shared/client/io/query_socket.hpp"
#include "shared/client/picture.hpp"

namespace rollcall {

struct LinkOptions {
  std::string query;
  std::string feed;
  std::int64_t timeout_ms = 3000;
  PictureOptions picture;
  const CurveClient* keys = nullptr;  // must outlive the link
};

class Link {
 public:
  Link(zmq::context_t& context, LinkOptions options);

  // What is wrong with the endpoints after all, or an empty text.
  std::string error() const;
  // To poll for input. They change when a socket is made anew: take them each turn.
  zmq::pollitem_t query_item() { return {queries_.handle(), 0, ZMQ_POLLIN, 0}; }
  zmq::pollitem_t feed_item() { return {feed_.handle(), 0, ZMQ_POLLIN, 0}; }
  std::int64_t wake_at_ms() const;

  // Valid until the next cycle.
  const PictureOutbox& cycle(Now now);
  const Picture& picture() const { return picture_; }

 private:
  Picture picture_;
  QuerySocket queries_;
  FeedSocket feed_;
  PictureInbox inbox_;
  std::vector<FeedFrames> feed_frames_;
  std::vector<zmq::message_t> reply_frames_;
};

}  // namespace rollcall
