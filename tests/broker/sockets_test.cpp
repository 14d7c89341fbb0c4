// The broker's sockets over loopback: what one turn brings, and how much of it.
#include "broker/io/sockets.hpp"

#include <gtest/gtest.h>

#include "broker/io/gate.hpp"
#include "shared/io/clock.hpp"
#include "shared/io/key_file.hpp"
#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

class BrokerSocketsTest : public testing::Test {
 protected:
  BrokerSocketsTest() {
    auto opened = BrokerSockets::open(
        context_, {"tcp://127.0.0.1:*", "tcp://127.0.0.1:*", "tcp://127.0.0.1:*"}, {});
    EXPECT_TRUE(opened) << opened.error();
    sockets_ = std::move(*opened);
  }

  // An agent, connected and heard: the broker's subscription has arrived.
  zmq::socket_t agent() {
    zmq::socket_t socket = make_socket(context_, zmq::socket_type::xpub, {});
    EXPECT_TRUE(connect_socket(socket, sockets_->endpoints().announce));
    zmq::message_t subscription;
    for (int i = 0; i < kMostTurns && !receive(socket, subscription); ++i) turn(10);
    EXPECT_EQ(view_of(subscription), "\x01");
    return socket;
  }

  Inbox turn(std::int64_t wait_ms) {
    const Now now = read_clock();
    sockets_->wait(now, now.steady_ms + wait_ms, -1);
    return sockets_->receive();
  }

  static constexpr int kMostTurns = 1000;
  zmq::context_t context_;
  std::unique_ptr<BrokerSockets> sockets_;
};

TEST_F(BrokerSocketsTest, ATurnHoldsSoManyBytesAndTheRestComesInTheNext) {
  constexpr std::size_t kMessages = 40;
  const std::string body(1 << 20, 'x');
  zmq::socket_t socket = agent();
  for (std::size_t i = 0; i < kMessages; ++i) {
    ASSERT_TRUE(send(socket, std::string_view("status.n1"), true));
    ASSERT_TRUE(send(socket, body, false));
  }
  std::size_t received = 0;
  std::size_t most_bytes = 0;
  for (int i = 0; i < kMostTurns && received < kMessages; ++i) {
    const Inbox inbox = turn(100);
    std::size_t bytes = 0;
    for (const Announcement& announcement : inbox.announcements) bytes += announcement.body.size();
    received += inbox.announcements.size();
    most_bytes = std::max(most_bytes, bytes);
    if (bytes >= limits::kAnnounceBytesPerCycle) {
      EXPECT_FALSE(inbox.drained) << "nobody may be judged: more may wait";
    }
    sockets_->send({}, {});
  }
  EXPECT_EQ(received, kMessages);
  EXPECT_LE(most_bytes, limits::kAnnounceBytesPerCycle + body.size());
}

// A REQ that correlates puts a mark before the empty frame, and wants it back.
TEST_F(BrokerSocketsTest, EveryKindOfRequesterIsAnsweredInKind) {
  zmq::socket_t correlating(context_, zmq::socket_type::req);
  correlating.set(zmq::sockopt::req_correlate, 1);
  zmq::socket_t plain(context_, zmq::socket_type::req);
  zmq::socket_t dealer(context_, zmq::socket_type::dealer);
  for (zmq::socket_t* const socket : {&correlating, &plain, &dealer}) {
    socket->set(zmq::sockopt::linger, 0);
    ASSERT_TRUE(connect_socket(*socket, sockets_->endpoints().query));
    ASSERT_TRUE(send(*socket, std::string_view("question"), false));
    Inbox inbox;
    for (int i = 0; i < kMostTurns && inbox.requests.empty(); ++i) inbox = turn(10);
    ASSERT_EQ(inbox.requests.size(), 1u);
    EXPECT_EQ(inbox.requests[0].frames, 1u);
    EXPECT_EQ(inbox.requests[0].body, "question");
    Outbox outbox;
    outbox.replies.push_back({inbox.requests[0].route, {}});
    outbox.replies[0].body.append("answer");
    sockets_->send(outbox, {});
    zmq::message_t answer;
    ASSERT_TRUE(socket->recv(answer));
    EXPECT_EQ(view_of(answer), "answer");
  }
  ASSERT_TRUE(send(dealer, std::string_view("one"), true));
  ASSERT_TRUE(send(dealer, std::string_view("two"), false));
  Inbox inbox;
  for (int i = 0; i < kMostTurns && inbox.requests.empty(); ++i) inbox = turn(10);
  EXPECT_EQ(inbox.requests[0].frames, 2u) << "two bodies are no request";
}

TEST_F(BrokerSocketsTest, WhereNothingCameNothingIsReadAndTheSocketCountsAsDrained) {
  const Inbox inbox = turn(0);
  EXPECT_TRUE(inbox.announcements.empty());
  EXPECT_TRUE(inbox.requests.empty());
  EXPECT_TRUE(inbox.drained);
}

TEST_F(BrokerSocketsTest, WhatWasThereInOneTurnIsGoneInTheNext) {
  zmq::socket_t socket = agent();
  ASSERT_TRUE(send(socket, std::string_view("leave.n1"), true));
  ASSERT_TRUE(send(socket, std::string_view("body"), false));
  Inbox inbox;
  for (int i = 0; i < kMostTurns && inbox.announcements.empty(); ++i) inbox = turn(100);
  ASSERT_EQ(inbox.announcements.size(), 1u);
  EXPECT_EQ(inbox.announcements[0].topic, "leave.n1");
  EXPECT_EQ(inbox.announcements[0].body, "body");
  sockets_->send({}, {});
  EXPECT_TRUE(turn(0).announcements.empty());
}

// Where nobody answers for who may come in, nobody does.
TEST(BrokerDoors, WithoutAGateTheyAreShutAlsoOnceItIsGone) {
  zmq::context_t context;
  const Certificate own = draw_certificate();
  const Certificate known = draw_certificate();
  const BrokerEndpoints any{"tcp://127.0.0.1:*", "tcp://127.0.0.1:*", "tcp://127.0.0.1:*"};
  const auto opened = BrokerSockets::open(context, any, {}, own.secret_key);
  ASSERT_TRUE(opened) << opened.error();
  Access access;
  access.replace({{known.public_key, Role::kMonitor, "eye"}});
  const CurveClient keys{known.public_key, known.secret_key, own.public_key};
  SocketOptions options;
  options.client = &keys;
  // Whether a question comes through within the time; the gate is asked meanwhile, if it is there.
  const auto comes_in = [&](Gate* gate, std::int64_t most_ms) {
    zmq::socket_t asker = make_socket(context, zmq::socket_type::dealer, options);
    EXPECT_TRUE(connect_socket(asker, (*opened)->endpoints().query));
    EXPECT_TRUE(send(asker, std::string_view("question"), false));
    std::vector<Line> lines;
    for (std::int64_t end = read_clock().steady_ms + most_ms; read_clock().steady_ms < end;) {
      if (gate != nullptr) gate->answer(read_clock(), access, lines);
      (*opened)->wait(read_clock(), read_clock().steady_ms + 10, -1);
      if (!(*opened)->receive().requests.empty()) return true;
      (*opened)->send({}, {});
    }
    return false;
  };
  constexpr std::int64_t kSilenceMs = 700;
  EXPECT_FALSE(comes_in(nullptr, kSilenceMs)) << "no gate was ever there";
  {
    Gate gate(context);
    EXPECT_TRUE(comes_in(&gate, 20 * kSilenceMs)) << "with it, a known key comes in";
    (*opened)->send({}, {});
  }
  EXPECT_FALSE(comes_in(nullptr, kSilenceMs)) << "the gate is gone";
}

}  // namespace
}  // namespace rollcall
