// Some hundred points of one series in few bytes: a version, how many there are, and column by
// column (column_codec.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "broker/history/point.hpp"
#include "shared/protocol/reader.hpp"

namespace rollcall {

// Replaces `bytes`. One to limits::kChunkPoints points.
void encode_chunk(const std::vector<HistoryPoint>& points, std::string& bytes);
// Replaces `points`. False where the bytes make no sense: cut short or too long, of another
// version, or of points that are not sound or do not rise in time.
bool decode_chunk(Bytes bytes, std::vector<HistoryPoint>& points);

}  // namespace rollcall
