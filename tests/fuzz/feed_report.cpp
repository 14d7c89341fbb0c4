// What comes upstream on the feed: a row of frames, each with its length before it, whose highest
// bit says that the message goes on.
#include "broker/feed/report.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = as_text(data, size);
  while (!input.empty()) {
    const auto head = static_cast<unsigned char>(input[0]);
    input.remove_prefix(1);
    const std::string_view frame = input.substr(0, head & 0x7fu);
    input.remove_prefix(frame.size());
    const bool is_whole = (head & 0x80u) == 0;
    const FeedReport report = read_feed_report(frame, is_whole);
    if (report.kind == FeedReport::Kind::kForeign) {
      ROLLCALL_CHECK(report.topic.empty());
      ROLLCALL_CHECK(!is_whole || frame.empty() || (frame[0] != 0 && frame[0] != 1));
      continue;
    }
    ROLLCALL_CHECK(is_whole && is_within(report.topic, frame));
    ROLLCALL_CHECK(report.topic.size() + 1 == frame.size());
    ROLLCALL_CHECK((report.kind == FeedReport::Kind::kFirst) == (frame[0] == 1));
    if (!report.is_listener()) ROLLCALL_CHECK(report.topic.starts_with("command."));
  }
  return 0;
}
