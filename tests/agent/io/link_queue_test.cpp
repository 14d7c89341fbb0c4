#include "agent/io/link_queue.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "shared/io/socket.hpp"

namespace rollcall {
namespace {

void push(LinkQueue& queue, const char* topic, const std::string& text) {
  zmq::message_t body(text.data(), text.size());
  queue.push(topic, body);
}

std::vector<std::string> drained(LinkQueue& queue) {
  std::vector<std::string> all;
  for (; !queue.empty(); queue.pop()) all.emplace_back(view_of(queue.front().body));
  return all;
}

using Texts = std::vector<std::string>;

TEST(LinkQueue, KeepsTheOrderOverAllKinds) {
  LinkQueue queue(10, 1000);
  push(queue, "blocks.a", "1");
  push(queue, "status.a", "2");
  push(queue, "status.b", "3");
  push(queue, "blocks.b", "4");
  push(queue, "leave.a", "5");
  EXPECT_EQ(queue.size(), 5u);
  EXPECT_EQ(drained(queue), (Texts{"1", "2", "3", "4", "5"}));
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_EQ(queue.dropped(), 0u);
}

TEST(LinkQueue, TheOldestStatusMakesRoomForTheNewest) {
  LinkQueue queue(2, 1000);
  push(queue, "blocks.a", "set");
  for (const char* text : {"1", "2", "3", "4"}) push(queue, "status.a", text);
  EXPECT_EQ(queue.dropped(), 2u);
  EXPECT_EQ(drained(queue), (Texts{"set", "3", "4"}));
}

TEST(LinkQueue, IsBoundedInBytesAndStatusesGoBeforeBlocks) {
  LinkQueue queue(100, 60);
  push(queue, "status.a", "1");  // 9 bytes each
  push(queue, "status.a", "2");
  push(queue, "blocks.a", std::string(32, 'x'));  // 40
  EXPECT_EQ(queue.bytes(), 58u);
  push(queue, "blocks.a", "y");
  EXPECT_EQ(queue.dropped(), 1u);
  push(queue, "blocks.a", std::string(52, 'z'));  // does not fit beside the other blocks
  EXPECT_EQ(queue.dropped(), 3u);
  EXPECT_EQ(drained(queue), (Texts{std::string(32, 'x'), "y"}));
}

TEST(LinkQueue, MemoryStaysBoundedHoweverLongNobodyReads) {
  LinkQueue queue(2, 1000);
  push(queue, "blocks.a", "first");
  for (int i = 0; i < 100'000; ++i) push(queue, "status.a", "s");
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue.dropped(), 99'998u);
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0u);
  push(queue, "status.a", "after");
  EXPECT_EQ(drained(queue), Texts{"after"});
}

TEST(LinkQueue, TheBytesOfWhatWasSentAreGivenBack) {
  LinkQueue queue(2, 100);
  for (int i = 0; i < 50; ++i) {
    push(queue, "blocks.a", std::string(80, 'x'));
    ASSERT_EQ(queue.size(), 1u);
    queue.front().body = zmq::message_t();  // as after sending: libzmq has taken it
    queue.pop();
  }
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_EQ(queue.dropped(), 0u);
}

}  // namespace
}  // namespace rollcall
