#include "broker/history/packed_points.hpp"

namespace rollcall {
namespace {

std::uint64_t zigzag(std::uint64_t difference) {
  return difference << 1 ^ (difference >> 63 != 0 ? UINT64_MAX : 0);
}
std::uint64_t unzigzag(std::uint64_t value) {
  return value >> 1 ^ ((value & 1u) != 0 ? UINT64_MAX : 0);
}

}  // namespace

void append_varint(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>((value & 0x7fu) | 0x80u));
  bytes.push_back(static_cast<char>(value));
}

bool take_varint(Bytes& bytes, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && shift / 7 < bytes.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[shift / 7]);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte >= 0x80) continue;
    bytes.remove_prefix(shift / 7 + 1);
    return true;
  }
  return false;
}

void append_point(std::string& bytes, const HistoryPoint& before, const HistoryPoint& point) {
  std::uint64_t changed = 0;
  for (std::size_t i = 0; i < HistoryPoint::kColumns; ++i) {
    if (point.columns[i] != before.columns[i]) changed |= std::uint64_t{1} << i;
  }
  append_varint(bytes, changed);
  for (std::size_t i = 0; i < HistoryPoint::kColumns; ++i) {
    if (point.columns[i] == before.columns[i]) continue;
    append_varint(bytes, zigzag(point.columns[i] - before.columns[i]));
  }
}

bool take_point(Bytes& bytes, const HistoryPoint& before, HistoryPoint& point) {
  std::uint64_t changed = 0;
  if (!take_varint(bytes, changed) || changed >> HistoryPoint::kColumns != 0) return false;
  point = before;
  for (std::size_t i = 0; i < HistoryPoint::kColumns; ++i) {
    if ((changed >> i & 1u) == 0) continue;
    std::uint64_t difference = 0;
    if (!take_varint(bytes, difference)) return false;
    point.columns[i] += unzigzag(difference);
  }
  return true;
}

void PackedPoints::append(const HistoryPoint& point) {
  // A third more each time: twice as much would waste a quarter of what all of them may take.
  constexpr std::size_t kMostOfOne = 12 * 10 + 2;
  if (bytes_.capacity() - bytes_.size() < kMostOfOne) {
    bytes_.reserve(bytes_.size() + bytes_.size() / 3 + kMostOfOne);
  }
  append_point(bytes_, last_, point);
  last_ = point;
  ++count_;
}

void PackedPoints::visit(const std::function<void(const HistoryPoint&)>& visit) const {
  Bytes rest = bytes_;
  HistoryPoint before;
  HistoryPoint point;
  while (!rest.empty() && take_point(rest, before, point)) {
    visit(point);
    before = point;
  }
}

}  // namespace rollcall
