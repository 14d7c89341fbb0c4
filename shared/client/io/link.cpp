#include "shared/client/io/link.hpp"

#include <algorithm>

#include "shared/client/reply.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

std::vector<std::string> topics_of(const PictureOptions& options) {
  if (!options.nodes) return {"event.", "summary"};
  // Not the blocks: what a node holds is in its status, in brief.
  return {"status.", "leave.", "event.", "summary"};
}

}  // namespace

Link::Link(zmq::context_t& context, LinkOptions options)
    : picture_(options.picture),
      queries_(context, options.query, options.timeout_ms, options.keys),
      feed_(context, options.feed, topics_of(options.picture), options.keys) {}

std::string Link::error() const {
  return queries_.error().empty() ? feed_.error() : queries_.error();
}

std::int64_t Link::wake_at_ms() const {
  return std::min(picture_.wake_at_ms(), queries_.wake_at_ms());
}

const PictureOutbox& Link::cycle(Now now) {
  inbox_.feed.clear();
  inbox_.replies.clear();
  inbox_.timed_out.clear();
  feed_frames_.clear();
  reply_frames_.clear();
  feed_.receive(feed_frames_);
  queries_.receive(reply_frames_);
  for (const FeedFrames& message : feed_frames_) {
    inbox_.feed.push_back({view_of(message.topic), view_of(message.body)});
  }
  for (const zmq::message_t& frame : reply_frames_) {
    const Bytes body = view_of(frame);
    Reply reply;
    if (decode_reply(body, reply)) queries_.answered(reply.id);
    inbox_.replies.push_back(body);
  }
  queries_.take_timed_out(now, inbox_.timed_out);
  const PictureOutbox& outbox = picture_.step(now, inbox_);
  if (outbox.reconnect_feed) feed_.reconnect();
  for (const Request& request : outbox.requests) queries_.send(now, request.id, request.body);
  return outbox;
}

}  // namespace rollcall
