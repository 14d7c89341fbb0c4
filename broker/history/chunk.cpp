#include "broker/history/chunk.hpp"

#include "broker/history/column_codec.hpp"
#include "shared/core/check.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::uint64_t kVersion = 1;

bool make_sense(const std::vector<HistoryPoint>& points) {
  const HistoryPoint* before = nullptr;
  for (const HistoryPoint& point : points) {
    if (!is_sound(point)) return false;
    if (before != nullptr && point.at_ms() <= before->at_ms()) return false;
    before = &point;
  }
  return true;
}

}  // namespace

void encode_chunk(const std::vector<HistoryPoint>& points, std::string& bytes) {
  ROLLCALL_CHECK(!points.empty() && points.size() <= limits::kChunkPoints);
  bytes.clear();
  BitWriter bits(bytes);
  bits.put(kVersion, 8);
  bits.put_varint(points.size());
  std::vector<std::uint64_t> values(points.size());
  for (std::size_t column = 0; column < HistoryPoint::kColumns; ++column) {
    for (std::size_t i = 0; i < points.size(); ++i) values[i] = points[i].columns[column];
    put_column(bits, values);
  }
  bits.finish();
}

bool decode_chunk(Bytes bytes, std::vector<HistoryPoint>& points) {
  points.clear();
  BitReader bits(bytes);
  if (bits.get(8) != kVersion) return false;
  const std::uint64_t count = bits.get_varint();
  if (!bits.ok() || count == 0 || count > limits::kChunkPoints) return false;
  points.resize(static_cast<std::size_t>(count));
  std::vector<std::uint64_t> values(points.size());
  for (std::size_t column = 0; column < HistoryPoint::kColumns; ++column) {
    if (!get_column(bits, values)) return false;
    for (std::size_t i = 0; i < points.size(); ++i) points[i].columns[column] = values[i];
  }
  return bits.is_finished() && make_sense(points);
}

}  // namespace rollcall
