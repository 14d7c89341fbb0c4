// Redis: the latest value of each node with an expiry, as a cache would keep it; no subscribers.
#include <stdexcept>

#include <hiredis/hiredis.h>

#include "tests/bench/load/peer.hpp"

namespace rollcall {
namespace {

constexpr int kPipelined = 64;

class RedisPublisher : public Publisher {
 public:
  explicit RedisPublisher(const std::string& endpoint) {
    const HostPort at = host_port_of(endpoint);
    redis_ = redisConnect(at.host.c_str(), at.port);
    if (redis_ == nullptr || redis_->err != 0) throw std::runtime_error("no redis at " + endpoint);
  }
  ~RedisPublisher() override { redisFree(redis_); }
  void publish(std::string_view topic, std::string_view body) override {
    const char* const words[] = {"SET", topic.data(), body.data(), "EX", "120"};
    const std::size_t sizes[] = {3, topic.size(), body.size(), 2, 3};
    redisAppendCommandArgv(redis_, 5, const_cast<const char**>(words), sizes);
    if (++pending_ == kPipelined) flush();
  }
  void flush() override {
    for (; pending_ > 0; --pending_) {
      void* reply = nullptr;
      if (redisGetReply(redis_, &reply) != REDIS_OK) throw std::runtime_error("redis hung up");
      freeReplyObject(reply);
    }
  }

 private:
  redisContext* redis_;
  int pending_ = 0;
};

}  // namespace

std::unique_ptr<Publisher> make_redis_publisher(const std::string& endpoint) {
  return std::make_unique<RedisPublisher>(endpoint);
}

}  // namespace rollcall
