// What a history reads from its file: chunks, and points of journals. Whatever decodes is sound, is
// no larger than it may be, and is written again to the same points.
#include "broker/history/chunk.hpp"
#include "broker/history/packed_points.hpp"
#include "shared/core/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace rollcall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = as_text(data, size);
  std::vector<HistoryPoint> points;
  if (decode_chunk(input, points)) {
    ROLLCALL_CHECK(!points.empty() && points.size() <= limits::kChunkPoints);
    for (const HistoryPoint& point : points) ROLLCALL_CHECK(is_sound(point));
    std::string bytes;
    encode_chunk(points, bytes);
    std::vector<HistoryPoint> again;
    ROLLCALL_CHECK(decode_chunk(bytes, again) && again == points);
  }
  Bytes rest = input;
  std::uint64_t series = 0;
  const HistoryPoint base;
  HistoryPoint point;
  while (!rest.empty() && take_varint(rest, series) && take_point(rest, base, point)) {
    ROLLCALL_CHECK(is_within(rest, input));
    std::string bytes;
    append_point(bytes, base, point);
    Bytes written = bytes;
    HistoryPoint again;
    ROLLCALL_CHECK(take_point(written, base, again) && written.empty() && again == point);
  }
  return 0;
}
