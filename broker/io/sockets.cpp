#include "broker/io/sockets.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "broker/feed/report.hpp"
#include "broker/guards/verdict.hpp"
#include "broker/io/connection_look.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

// A reply is at most 1 MiB; this is what one requester that does not read can make us hold.
constexpr int kReplyQueue = 256;
constexpr int kRequestQueue = 64;
constexpr int kSubscriptionQueue = 1000;
constexpr std::size_t kMarkBytes = 16;  // libzmq's own marks have four
// Where nobody listens to announcements, those that come are left to wait for each other for so
// long: waking up for each costs several times what it takes to read it. If many came at once, they
// would fill their queues meanwhile.
constexpr int kGatherMs = 5;
constexpr std::size_t kFewAnnouncements = 64;
constexpr int kLingerMs = 200;  // replies and the last events go out before the end

SocketOptions announce_options(std::uint64_t announce_queue) {
  SocketOptions options;
  options.receive_queue_messages = static_cast<int>(announce_queue);
  options.frame_bytes = limits::kAnnounceFrameBytes;
  // A node that is silent for three of the usual intervals was asked twice by then whether its
  // machine is there, and its connection is not given up yet: that tells why it is silent.
  options.keepalive_idle_s = options.keepalive_interval_s = kProbeEveryMs / 1000;
  options.keepalive_probes = 4;
  options.unacked_ms = kGivenUpAfterMs;
  // A window that our own pause filled opens by half a buffer or by one segment. Where neither
  // holds the sender's next one (64 KiB on loopback), it waits for a timer that a pause made long,
  // and its node would fall silent by our fault: so the buffer is several segments.
  options.receive_buffer_bytes = 512 * 1024;
  return options;
}

SocketOptions query_options() {
  SocketOptions options;
  options.receive_queue_messages = kRequestQueue;
  options.send_queue_messages = kReplyQueue;
  options.frame_bytes = limits::kRequestFrameBytes;
  options.linger_ms = kLingerMs;
  return options;
}

SocketOptions feed_options(std::uint64_t feed_queue) {
  SocketOptions options;
  options.receive_queue_messages = kSubscriptionQueue;
  options.send_queue_messages = static_cast<int>(feed_queue);
  options.frame_bytes = limits::kSubscriptionFrameBytes;
  options.linger_ms = kLingerMs;
  return options;
}

// Passes over the frames of a message that are left; returns how many there were.
std::uint32_t drain(zmq::socket_t& socket, zmq::message_t& frame) {
  std::uint32_t count = 0;
  while (frame.more() && receive(socket, frame)) ++count;
  return count;
}

}  // namespace

BrokerSockets::BrokerSockets(zmq::context_t& context, const BrokerQueues& queues,
                             std::string secret_key)
    : context_(context),
      queues_(queues),
      secret_key_(std::move(secret_key)),
      announce_(make(zmq::socket_type::sub, announce_options(queues.announce), Door::kAnnounce)),
      query_(make(zmq::socket_type::router, query_options(), Door::kQuery)),
      feed_(make(zmq::socket_type::xpub, feed_options(queues.feed), Door::kFeed)),
      watched_{{{announce_}, {query_}, {feed_}}},
      descriptors_{{{-1, POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}}},
      frames_(2 * limits::kAnnouncementsPerCycle),
      bodies_(limits::kRequestsPerCycle) {
  announcements_.reserve(limits::kAnnouncementsPerCycle);
  requests_.resize(limits::kRequestsPerCycle);
  // Everything, and filtered by us: libzmq would spin inside a receive on what does not match.
  announce_.set(zmq::sockopt::subscribe, "");
  query_.set(zmq::sockopt::router_mandatory, true);
  for (const Item item : {kAnnounce, kQuery, kFeed}) watch(item);
}

zmq::socket_t BrokerSockets::make(zmq::socket_type type, SocketOptions options, Door door) {
  const CurveServer server{secret_key_, std::string(name_of(door))};
  if (!secret_key_.empty()) options.server = &server;
  return make_socket(context_, type, options);
}

void BrokerSockets::watch(Item item) {
  descriptors_[item].fd = watched_[item].socket.get(zmq::sockopt::fd);
  watched_[item].may_have_more = true;
}

bool BrokerSockets::close_feed() {
  try {
    zmq::socket_t another = make(zmq::socket_type::xpub, feed_options(queues_.feed), Door::kFeed);
    feed_.set(zmq::sockopt::linger, 0);
    feed_ = std::move(another);
  } catch (const zmq::error_t&) {
    return false;
  }
  watch(kFeed);
  watched_[kFeed].has_input = false;
  listeners_ = 0;
  feed_load_.topics = 0;
  feed_load_.topic_bytes = 0;
  return true;
}

bool BrokerSockets::open_feed() { return static_cast<bool>(bind_socket(feed_, bound_.feed)); }

Result<std::unique_ptr<BrokerSockets>> BrokerSockets::open(zmq::context_t& context,
                                                           const BrokerEndpoints& endpoints,
                                                           const BrokerQueues& queues,
                                                           std::string secret_key) {
  std::unique_ptr<BrokerSockets> sockets(new BrokerSockets(context, queues, std::move(secret_key)));
  struct Binding {
    const char* option;
    zmq::socket_t& socket;
    const std::string& endpoint;
    std::string& bound;
  };
  BrokerSockets& it = *sockets;
  // Announcements last: agents come as soon as it is there, and by then the rest should be.
  for (const Binding& binding :
       {Binding{"--feed", it.feed_, endpoints.feed, it.bound_.feed},
        Binding{"--query", it.query_, endpoints.query, it.bound_.query},
        Binding{"--announce", it.announce_, endpoints.announce, it.bound_.announce}}) {
    auto bound = bind_socket(binding.socket, binding.endpoint);
    if (!bound) return Error{fmt::format("{}: {}", binding.option, bound.error())};
    binding.bound = std::move(*bound);
  }
  return sockets;
}

Inbox BrokerSockets::receive() {
  if (has_input(kFeed)) watched_[kFeed].may_have_more = !receive_subscriptions();
  announcements_.clear();
  const bool drained = !has_input(kAnnounce) || receive_announcements();
  watched_[kAnnounce].may_have_more = !drained;
  request_count_ = 0;
  if (has_input(kQuery)) watched_[kQuery].may_have_more = !receive_requests();
  return {.announcements = announcements_,
          .requests = std::span<const RawQuery>(requests_.data(), request_count_),
          .drained = drained};
}

bool BrokerSockets::receive_announcements() {
  std::size_t bytes = 0;
  while (announcements_.size() < limits::kAnnouncementsPerCycle &&
         bytes < limits::kAnnounceBytesPerCycle) {
    const std::size_t i = announcements_.size();
    zmq::message_t& topic = frames_[2 * i];
    zmq::message_t& body = frames_[2 * i + 1];
    if (!rollcall::receive(announce_, topic)) return true;
    std::uint32_t frames = 1;
    if (topic.more() && rollcall::receive(announce_, body)) {
      ++frames;
      if (body.more()) frames += drain(announce_, body);
    }
    bytes += topic.size() + (frames > 1 ? body.size() : 0);
    announcements_.push_back(
        {.topic = view_of(topic), .body = frames == 2 ? view_of(body) : Bytes(), .frames = frames});
  }
  return false;
}

// [routing id] ([mark]? [empty delimiter])? [body]; anything else is answered as a bad request.
bool BrokerSockets::receive_request(std::size_t index) {
  RawQuery& request = requests_[index];
  if (!rollcall::receive(query_, scratch_)) return false;
  request.route.id.assign(view_of(scratch_));
  request.route.mark.clear();
  request.route.delimited = false;
  request.body = {};
  request.token = {};
  request.frames = 0;
  if (!scratch_.more()) return true;
  zmq::message_t& body = bodies_[index];
  rollcall::receive(query_, body);
  request.frames = 1;
  if (body.more() && body.size() > 0 && body.size() <= kMarkBytes) {
    request.route.mark.assign(view_of(body));
    rollcall::receive(query_, body);
    if (body.size() > 0) request.frames = 2;  // no mark, then, but two bodies
  }
  if (body.size() == 0) {
    request.route.delimited = true;
    request.frames = 0;
    if (!body.more()) return true;
    rollcall::receive(query_, body);
    request.frames = 1;
  }
  if (request.frames == 2) request.route.mark.clear();
  // Of a frame of the payload: libzmq loses it on the routing frame.
  request.token = peer_token(body);
  request.frames += body.more() ? drain(query_, body) : 0;
  request.body = request.frames == 1 ? view_of(body) : Bytes();
  return true;
}

bool BrokerSockets::receive_requests() {
  while (request_count_ < requests_.size()) {
    if (!receive_request(request_count_)) return true;
    ++request_count_;
  }
  return false;
}

// libzmq keeps the subscriptions itself, and reports the first and the last one to each topic.
// Peers may also send messages of any kind here: they are read away and counted.
bool BrokerSockets::receive_subscriptions() {
  for (std::size_t i = 0; i < limits::kSubscriptionsPerCycle; ++i) {
    if (!rollcall::receive(feed_, scratch_)) return true;
    const FeedReport report = read_feed_report(view_of(scratch_), !scratch_.more());
    if (report.kind == FeedReport::Kind::kForeign) {
      ++feed_load_.upstream;
      drain(feed_, scratch_);
      continue;
    }
    count_topic(report);
  }
  return false;
}

void BrokerSockets::count_topic(const FeedReport& report) {
  const std::size_t bytes = report.topic.size();
  if (report.kind == FeedReport::Kind::kFirst) {
    ++feed_load_.topics;
    feed_load_.topic_bytes += bytes;
    listeners_ += report.is_listener() ? 1u : 0u;
  } else if (feed_load_.topics > 0) {
    --feed_load_.topics;
    feed_load_.topic_bytes -= std::min<std::uint64_t>(feed_load_.topic_bytes, bytes);
    listeners_ -= report.is_listener() && listeners_ > 0 ? 1u : 0u;
  }
}

void BrokerSockets::publish(FeedMessage& message) {
  rollcall::send(feed_, message.topic, true);
  rollcall::send(feed_, message.body, false);
}

void BrokerSockets::keep(const Outbox& outbox, const Outbox::Publication& publication, Now now) {
  FeedMessage message;
  if (publication.announcement == Outbox::Publication::kOwn) {
    const std::string_view topic = outbox.topic_of(publication);
    const Bytes body = outbox.body_of(publication);
    message.topic.rebuild(topic.data(), topic.size());
    message.body.rebuild(body.data(), body.size());
  } else {
    const std::size_t topic = 2 * std::size_t{publication.announcement};
    message.topic = std::move(frames_[topic]);
    message.body = std::move(frames_[topic + 1]);
  }
  hold_.keep(publication.event_seq, std::move(message), now.steady_ms);
}

void BrokerSockets::send(const Outbox& outbox, Now now) {
  const auto send_held = [this](FeedMessage& message) { publish(message); };
  const bool had_held = hold_.size() != 0;
  if (had_held) hold_.release(outbox.told, now.steady_ms, send_held);
  for (const Outbox::Publication& publication : outbox.feed()) {
    if (hold_.must_wait(publication.event_seq, outbox.told)) {
      keep(outbox, publication, now);
      continue;
    }
    if (publication.announcement == Outbox::Publication::kOwn) {
      rollcall::send(feed_, outbox.topic_of(publication), true);
      rollcall::send(feed_, outbox.body_of(publication), false);
      continue;
    }
    const std::size_t topic = 2 * std::size_t{publication.announcement};
    rollcall::send(feed_, frames_[topic], true);
    rollcall::send(feed_, frames_[topic + 1], false);
  }
  for (const QueryReply& reply : outbox.replies) send_reply(reply);
  if (hold_.size() != 0) hold_.release(outbox.told, now.steady_ms, send_held);  // if it is too much
  watched_[kFeed].may_have_more |= had_held || !outbox.feed().empty();
  watched_[kQuery].may_have_more |= !outbox.replies.empty();
  let_go();
}

// What was refused is still in its slot: a megabyte of it would otherwise stay until the next use.
void BrokerSockets::let_go() {
  for (std::size_t i = 0; i < 2 * announcements_.size(); ++i) {
    if (frames_[i].size() != 0) frames_[i].rebuild();
  }
  for (std::size_t i = 0; i < request_count_; ++i) bodies_[i].rebuild();
}

void BrokerSockets::send_reply(const QueryReply& reply) {
  if (!rollcall::send(query_, reply.route.id, true)) {
    ++replies_dropped_;
    return;
  }
  if (!reply.route.mark.empty()) rollcall::send(query_, reply.route.mark, true);
  if (reply.route.delimited) rollcall::send(query_, std::string_view(), true);
  rollcall::send(query_, reply.body.view(), false);
}

void BrokerSockets::look(Item item) {
  Watched& it = watched_[item];
  it.has_input = (it.socket.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
  it.may_have_more = it.has_input;
}

// Not zmq_poll(): that asks every socket twice, with a system call each, whatever happened since.
bool BrokerSockets::wait(Now now, std::int64_t wake_at_ms, int other_fd) {
  bool any = false;
  for (const Item item : {kAnnounce, kQuery, kFeed}) {
    watched_[item].has_input = false;
    if (watched_[item].may_have_more) look(item);
    any |= watched_[item].has_input;
  }
  descriptors_[kOther].fd = other_fd;
  bool certain = poll_from(kAnnounce, any ? 0 : wait_ms(now, wake_at_ms));
  if (certain && !any && only_announcements() && listeners_ == 0 &&
      announcements_.size() < kFewAnnouncements) {
    certain = poll_from(kQuery, kGatherMs);
  }
  for (const Item item : {kAnnounce, kQuery, kFeed}) {
    if (!certain) watched_[item].has_input = true;
    if (watched_[item].has_input || descriptors_[item].revents == 0) continue;
    // Announcements are read until nothing is left anyhow.
    item == kAnnounce ? void(watched_[item].has_input = true) : look(item);
  }
  return !certain || descriptors_[kOther].revents != 0;
}

// Waits for the descriptors from this one on; false where a signal came first, after which nothing
// is known of what is there.
bool BrokerSockets::poll_from(Item first, int timeout_ms) {
  return poll(descriptors_.data() + first, kItems - first, timeout_ms) >= 0;
}

bool BrokerSockets::only_announcements() const {
  return descriptors_[kAnnounce].revents != 0 && descriptors_[kQuery].revents == 0 &&
         descriptors_[kFeed].revents == 0 && descriptors_[kOther].revents == 0;
}

std::string_view BrokerSockets::token_of(std::size_t index) const {
  return peer_token(frames_[2 * index]);
}

Connection BrokerSockets::connection_of(std::size_t index) const {
  return look_up_connection(frames_[2 * index]);
}

ConnectionFacts BrokerSockets::facts_of(const Connection& connection) const {
  return look_at(connection);
}

std::string_view BrokerSockets::peer_of(std::size_t index) const {
  return peer_address(frames_[2 * index + 1]);
}

}  // namespace rollcall
