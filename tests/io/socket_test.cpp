#include "shared/io/socket.hpp"

#include <array>

#include <gtest/gtest.h>

#include "shared/core/endpoint.hpp"
#include "shared/io/clock.hpp"

namespace rollcall {
namespace {

constexpr std::int64_t kPatienceMs = 10'000;

// Waits for something to read, for as long as a test may.
bool readable(zmq::socket_t& socket) {
  std::array<zmq::pollitem_t, 1> items{{{socket.handle(), 0, ZMQ_POLLIN, 0}}};
  const Now now = read_clock();
  for (Now at = now; at.steady_ms < now.steady_ms + kPatienceMs; at = read_clock()) {
    poll_until(items, at, now.steady_ms + kPatienceMs);
    if ((items[0].revents & ZMQ_POLLIN) != 0) return true;
  }
  return false;
}

TEST(Endpoint, TakesTcpAndIpcAlone) {
  for (const char* good :
       {"tcp://127.0.0.1:8888", "tcp://*:1", "tcp://[::1]:0", "tcp://host:*", "ipc:///tmp/x"}) {
    EXPECT_EQ(why_bad_endpoint(good), "") << good;
  }
  for (const char* bad : {"", "8888", "tcp://", "tcp://host", "tcp://:1", "tcp://h:99999",
                          "tcp://h:12x", "udp://h:1", "pgm://h:1", "inproc://x", "ipc://"}) {
    EXPECT_NE(why_bad_endpoint(bad), "") << bad;
  }
  EXPECT_EQ(why_bad_endpoint("ipc://" + std::string(107, 'x')), "");
  EXPECT_NE(why_bad_endpoint("ipc://" + std::string(108, 'x')), "");
}

TEST(Endpoint, ToConnectToNamesAHostAndAPort) {
  for (const char* good : {"tcp://127.0.0.1:8888", "tcp://host:100", "ipc:///tmp/x"}) {
    EXPECT_EQ(why_bad_peer(good), "") << good;
  }
  for (const char* bad : {"tcp://*:8888", "tcp://127.0.0.1:*", "tcp://127.0.0.1:0", "tcp://h:00",
                          "tcp://host", "udp://h:1", "tcp://[*]:1", "tcp://a b:1"}) {
    EXPECT_NE(why_bad_peer(bad), "") << bad;
  }
}

TEST(Endpoint, KnowsWhatOnlyThisMachineReaches) {
  for (const char* local : {"tcp://127.0.0.1:1", "tcp://127.1.2.3:1", "tcp://localhost:1",
                            "tcp://[::1]:1", "ipc:///tmp/x"}) {
    EXPECT_TRUE(is_loopback(local)) << local;
  }
  for (const char* open : {"tcp://*:1", "tcp://0.0.0.0:1", "tcp://10.0.0.1:1",
                           "tcp://127.evil.example:1", "tcp://[::]:1"}) {
    EXPECT_FALSE(is_loopback(open)) << open;
  }
}

TEST(Endpoint, TellsIpv6AndWhatCanBeBound) {
  EXPECT_TRUE(is_ipv6("tcp://[::1]:1"));
  EXPECT_FALSE(is_ipv6("tcp://127.0.0.1:1"));
  EXPECT_FALSE(is_ipv6("ipc://[x"));
  EXPECT_EQ(as_bindable("tcp://localhost:81"), "tcp://127.0.0.1:81");
  EXPECT_EQ(as_bindable("tcp://[::1]:81"), "tcp://[::1]:81");
  EXPECT_EQ(as_bindable("ipc://localhost:81"), "ipc://localhost:81");
}

TEST(Socket, BindsToLocalhostByName) {
  zmq::context_t context;
  auto server = make_socket(context, zmq::socket_type::rep, {});
  const auto bound = bind_socket(server, "tcp://localhost:*");
  ASSERT_TRUE(bound) << bound.error();
  EXPECT_TRUE(bound->starts_with("tcp://127.0.0.1:")) << *bound;
}

TEST(Socket, BindsToAPortThatTheSystemPicksAndSaysWhich) {
  zmq::context_t context;
  auto first = make_socket(context, zmq::socket_type::rep, {});
  const auto endpoint = bind_socket(first, "tcp://127.0.0.1:*");
  ASSERT_TRUE(endpoint) << endpoint.error();
  EXPECT_EQ(why_bad_endpoint(*endpoint), "");
  EXPECT_EQ(endpoint->find('*'), std::string::npos);
  auto second = make_socket(context, zmq::socket_type::rep, {});
  const auto taken = bind_socket(second, *endpoint);
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().find("another program listens there"), std::string::npos);
}

TEST(Socket, SendsAndReceivesFramesAndNamesThePeer) {
  zmq::context_t context;
  auto server = make_socket(context, zmq::socket_type::pull, {});
  auto client = make_socket(context, zmq::socket_type::push, {});
  const auto endpoint = bind_socket(server, "tcp://127.0.0.1:*");
  ASSERT_TRUE(endpoint);
  zmq::message_t frame;
  EXPECT_FALSE(receive(server, frame));
  ASSERT_TRUE(connect_socket(client, *endpoint));
  ASSERT_TRUE(send(client, "topic", true));
  ASSERT_TRUE(send(client, "body", false));
  ASSERT_TRUE(readable(server));
  ASSERT_TRUE(receive(server, frame));
  EXPECT_EQ(view_of(frame), "topic");
  EXPECT_TRUE(frame.more());
  EXPECT_EQ(peer_address(frame), "127.0.0.1");
  ASSERT_TRUE(receive(server, frame));
  EXPECT_EQ(view_of(frame), "body");
}

TEST(Socket, QueuesNothingForAPeerThatIsNotThereIfToldSo) {
  zmq::context_t context;
  auto client = make_socket(context, zmq::socket_type::push, {.only_when_connected = true});
  ASSERT_TRUE(connect_socket(client, "tcp://127.0.0.1:1"));
  EXPECT_FALSE(send(client, "lost", false));
}

}  // namespace
}  // namespace rollcall
