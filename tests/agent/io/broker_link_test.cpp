// The link over real sockets: nothing is lost at the start, nothing old waits for a broker that was
// away, and garbage on the feed does no harm.
#include "agent/io/broker_link.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "shared/core/limits.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

// The broker's side, on ports that the system picked; it can go and come back.
class FakeBroker {
 public:
  explicit FakeBroker(zmq::context_t& context) : context_(context) {
    open("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
  }

  void close() {
    announce_.close();
    feed_.close();
  }
  void reopen() { open(address.announce, address.feed); }
  std::string next(int timeout_ms = 5000) {
    zmq::pollitem_t item{announce_.handle(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, std::chrono::milliseconds(timeout_ms));
    zmq::message_t topic;
    zmq::message_t body;
    if (!receive(announce_, topic) || !receive(announce_, body)) return {};
    return std::string(view_of(topic)) + " " + std::string(view_of(body));
  }
  zmq::socket_t& announce() { return announce_; }
  zmq::socket_t& feed() { return feed_; }
  // A SUB that binds sends its subscription to a new connection when its own thread next looks.
  void look() {
    static_cast<void>(announce_.get(zmq::sockopt::events));
    static_cast<void>(feed_.get(zmq::sockopt::events));
  }
  bool is_open() const { return static_cast<bool>(announce_); }

  BrokerAddress address;

 private:
  void open(const std::string& announce, const std::string& feed) {
    announce_ = make_socket(context_, zmq::socket_type::sub, {});
    announce_.set(zmq::sockopt::subscribe, "");
    feed_ = make_socket(context_, zmq::socket_type::xpub, {});
    address.announce = bound(announce_, announce);
    address.feed = bound(feed_, feed);
  }
  // The port of a socket just closed may take a moment to come free.
  static std::string bound(zmq::socket_t& socket, const std::string& endpoint) {
    for (const std::int64_t until_ms = read_clock().steady_ms + 5000;
         read_clock().steady_ms < until_ms;) {
      if (auto result = bind_socket(socket, endpoint)) return *result;
    }
    return {};
  }

  zmq::context_t& context_;
  zmq::socket_t announce_;
  zmq::socket_t feed_;
};

class BrokerLinkTest : public testing::Test {
 protected:
  void SetUp() override { link = make_link(broker.address); }
  std::unique_ptr<BrokerLink> make_link(const BrokerAddress& address) {
    return std::make_unique<BrokerLink>(context, address, LinkConfig{"command.node-1", 1, 1},
                                        read_clock());
  }
  // The link's clock, which a test may put forward.
  Now clock() const {
    Now now = read_clock();
    now.steady_ms += ahead_ms;
    return now;
  }
  // Turns the link until `done`; false after ten seconds.
  bool until(const std::function<bool()>& done) {
    const std::int64_t end_ms = read_clock().steady_ms + 10'000;
    while (!done()) {
      if (read_clock().steady_ms > end_ms) return false;
      if (broker.is_open()) broker.look();
      std::vector<zmq::pollitem_t> items;
      link->add_poll_items(items);
      zmq::poll(items, std::chrono::milliseconds(20));
      link->read_subscriptions(clock(), events);
      link->read_commands(commands);
      link->flush(clock());
    }
    return true;
  }
  bool is_connected() {
    return until([&] { return link->connected(); });
  }
  void say(const std::string& text, const char* topic = "status.node-1") {
    zmq::message_t body(text.data(), text.size());
    link->queue(topic, body);
    link->flush(clock());
  }

  zmq::context_t context;
  FakeBroker broker{context};
  std::unique_ptr<BrokerLink> link;
  std::vector<AgentInbox::LinkEvent> events;
  std::vector<Command> commands;
  std::int64_t ahead_ms = 0;
};

TEST_F(BrokerLinkTest, TheFirstMessageArrives) {
  ASSERT_TRUE(is_connected());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].connected);
  say("first");
  EXPECT_EQ(broker.next(), "status.node-1 first");
}

TEST_F(BrokerLinkTest, ABrokerThatGoesAndComesBackIsNoticedAndGetsNothingOld) {
  ASSERT_TRUE(is_connected());
  broker.close();
  ASSERT_TRUE(until([&] { return !link->connected(); }));
  EXPECT_FALSE(events.back().connected);
  for (int i = 0; i < 100; ++i) say("old");
  EXPECT_FALSE(link->has_waiting());
  broker.reopen();
  ASSERT_TRUE(is_connected());
  EXPECT_TRUE(events.back().connected);
  say("new");
  EXPECT_EQ(broker.next(), "status.node-1 new");
}

TEST_F(BrokerLinkTest, WhatASlowBrokerDoesNotReadWaitsAndThenArrives) {
  ASSERT_TRUE(is_connected());
  const std::string large(512 * 1024, 'x');
  for (int i = 0; i < 64; ++i) say(large, "blocks.node-1");  // more than the kernel takes
  say("last");
  std::string got;
  ASSERT_TRUE(until([&] {
    got = broker.next(0);
    return got == "status.node-1 last";
  }));
  EXPECT_EQ(link->dropped(), 0u);
}

TEST_F(BrokerLinkTest, ABrokerThatDoesNotReadIsTriedEverLessOftenAndGetsTheNewest) {
  ASSERT_TRUE(is_connected());
  const std::string large(512 * 1024, 'x');
  for (int i = 0; i < 64; ++i) say(large, "blocks.node-1");
  ASSERT_TRUE(link->has_waiting());
  for (int i = 0; i < 100; ++i) say("status " + std::to_string(i));
  EXPECT_EQ(link->dropped(), 100 - limits::kWaitingStatusesPerNode);
  // Nothing to poll for: libzmq would say "writable" without end.
  std::vector<zmq::pollitem_t> items;
  link->add_poll_items(items);
  for (const auto& item : items) EXPECT_EQ(item.events & ZMQ_POLLOUT, 0);
  Now at = read_clock();
  std::int64_t wait_ms = 0;
  for (int i = 0; i < 10; ++i) {
    at.steady_ms = std::max(at.steady_ms, link->retry_due_ms());
    link->flush(at);
    wait_ms = link->retry_due_ms() - at.steady_ms;
  }
  EXPECT_EQ(wait_ms, 250);
  std::vector<std::string> statuses;
  ASSERT_TRUE(until([&] {
    const std::string got = broker.next(0);
    if (got.starts_with("status.")) statuses.push_back(got);
    return statuses.size() == limits::kWaitingStatusesPerNode;
  }));
  EXPECT_EQ(statuses.back(), "status.node-1 status 99");
}

TEST_F(BrokerLinkTest, IsConnectedAsLongAsOneOfSeveralSubscriptionsIs) {
  ASSERT_TRUE(is_connected());
  zmq::socket_t& broker_socket = broker.announce();
  broker_socket.set(zmq::sockopt::subscribe, "status.");
  broker_socket.set(zmq::sockopt::subscribe, "leave.");
  broker_socket.set(zmq::sockopt::unsubscribe, "");
  broker_socket.set(zmq::sockopt::unsubscribe, "leave.");
  ASSERT_TRUE(until([&] {
    say("there");
    return broker.next(0) == "status.node-1 there";
  }));
  EXPECT_TRUE(link->connected());
  EXPECT_EQ(events.size(), 1u);
  broker_socket.set(zmq::sockopt::unsubscribe, "status.");
  EXPECT_TRUE(until([&] { return !link->connected(); }));
}

TEST_F(BrokerLinkTest, AnEndpointThatCannotBeIsAProblemNotACrash) {
  EXPECT_EQ(link->problem(), "");
  const auto odd = make_link({"tcp://*:1", broker.address.feed});
  EXPECT_NE(odd->problem().find("tcp://*:1"), std::string::npos);
  const std::string long_path = "ipc:///" + std::string(200, 'x');
  EXPECT_NE(make_link({broker.address.announce, long_path})->problem(), "");
}

TEST_F(BrokerLinkTest, CommandsArriveAndGarbageDoesNoHarm) {
  ASSERT_TRUE(is_connected());
  zmq::message_t subscription;
  ASSERT_TRUE(until([&] { return receive(broker.feed(), subscription); }));
  EXPECT_EQ(view_of(subscription),
            "\x01"
            "command.node-1");
  send(broker.feed(), "command.node-1", false);
  send(broker.feed(), "command.node-1", true);
  send(broker.feed(), "\xff", true);
  send(broker.feed(), "three", false);
  send(broker.feed(), "command.node-1", true);
  send(broker.feed(), "body", false);
  ASSERT_TRUE(until([&] { return !commands.empty(); }));
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].body, "body");
}

TEST_F(BrokerLinkTest, ALinkThatFindsNobodyIsMadeAnewAndSaysSo) {
  broker.close();
  ASSERT_TRUE(until([&] { return !link->connected(); }));
  std::vector<Line> lines;
  Now later = read_clock();
  later.steady_ms += 29'000;
  link->watch(later, lines);
  EXPECT_TRUE(lines.empty());
  later.steady_ms += 2000;
  link->watch(later, lines);
  EXPECT_EQ(lines.size(), 1u);
  broker.reopen();
  EXPECT_TRUE(is_connected());
}

// What a server says that speaks ZeroMQ but no security mechanism of ours.
std::string foreign_greeting() {
  std::string greeting("\xff\0\0\0\0\0\0\0\x01\x7f\x03\x00", 12);
  greeting += "FOREIGN";
  greeting.resize(64, '\0');
  return greeting;
}

// A stranger holds `endpoint` until the link has come and gone. libzmq ends such a connection for
// good; only a new socket tries again.
class Strangers : public BrokerLinkTest {
 protected:
  void let_in_a_stranger(const std::string& endpoint) {
    zmq::socket_t stranger = make_socket(context, zmq::socket_type::stream, {});
    ASSERT_TRUE(until([&] { return bind_socket(stranger, endpoint).operator bool(); }));
    zmq::message_t peer;
    zmq::message_t text;
    ASSERT_TRUE(until([&] { return receive(stranger, peer) && receive(stranger, text); }));
    send(stranger, peer, true);
    send(stranger, foreign_greeting(), false);
    // The link hangs up: an empty message from it.
    ASSERT_TRUE(until(
        [&] { return receive(stranger, peer) && receive(stranger, text) && text.size() == 0; }));
  }
  void watch_when_due() {
    Now later = clock();
    later.steady_ms = link->watch_due_ms();
    std::vector<Line> lines;
    link->watch(later, lines);
  }
};

TEST_F(Strangers, OnTheAnnouncePortIsOvercome) {
  ASSERT_TRUE(is_connected());
  broker.close();
  ASSERT_TRUE(until([&] { return !link->connected(); }));
  let_in_a_stranger(broker.address.announce);
  broker.reopen();
  watch_when_due();
  EXPECT_TRUE(is_connected());
}

TEST_F(Strangers, OnTheFeedPortIsOvercomeOnceTheBrokerIsBack) {
  ASSERT_TRUE(is_connected());
  EXPECT_EQ(link->watch_due_ms(), kNever);
  broker.close();
  ASSERT_TRUE(until([&] { return !link->connected(); }));
  let_in_a_stranger(broker.address.feed);
  ahead_ms = 10'000;
  broker.reopen();
  ASSERT_TRUE(is_connected());
  ASSERT_NE(link->watch_due_ms(), kNever);
  watch_when_due();
  zmq::message_t subscription;
  EXPECT_TRUE(until([&] { return receive(broker.feed(), subscription); }));
}

TEST_F(BrokerLinkTest, AFeedThatBringsACommandIsLeftInPeace) {
  ASSERT_TRUE(is_connected());
  broker.close();
  ASSERT_TRUE(until([&] { return !link->connected(); }));
  ahead_ms = 10'000;
  broker.reopen();
  zmq::message_t subscription;
  ASSERT_TRUE(until([&] { return receive(broker.feed(), subscription); }));
  ASSERT_TRUE(is_connected());
  ASSERT_NE(link->watch_due_ms(), kNever);
  send(broker.feed(), "command.node-1", true);
  send(broker.feed(), "body", false);
  ASSERT_TRUE(until([&] { return !commands.empty(); }));
  EXPECT_EQ(link->watch_due_ms(), kNever);
}

}  // namespace
}  // namespace rollcall
