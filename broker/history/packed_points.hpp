// Points on their way into a chunk, one behind the other in some 15 bytes each: which columns
// differ from the point before, and by how much. Also a single point, as journals hold it. Simple
// and fast; chunk.hpp is what is small.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "broker/history/point.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

// LEB128: seven bits a byte, the lowest first.
void append_varint(std::string& bytes, std::uint64_t value);
// False, and nothing taken, where there is no whole one.
bool take_varint(Bytes& bytes, std::uint64_t& value);

void append_point(std::string& bytes, const HistoryPoint& before, const HistoryPoint& point);
bool take_point(Bytes& bytes, const HistoryPoint& before, HistoryPoint& point);

class PackedPoints {
 public:
  void append(const HistoryPoint& point);
  // In the order in which they came.
  void visit(const std::function<void(const HistoryPoint&)>& visit) const;
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::size_t bytes() const { return bytes_.capacity(); }
  const HistoryPoint& last() const { return last_; }

 private:
  std::string bytes_;
  HistoryPoint last_;
  std::uint64_t count_ = 0;
};

}  // namespace rollcall
