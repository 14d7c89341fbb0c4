#include <limits>

#include "shared/client/past_fields.hpp"

namespace rollcall {
namespace {

// Above the sum of 2^64 bytes over as many nodes as there can be; what is made of it stays finite.
constexpr double kMostValue = 1e30;

bool read_values(Reader& reader, std::vector<double>& out) {
  return read_items(reader, out, limits::kPastPoints, [](Reader& from, double& value) {
    if (from.take_nil()) {
      value = std::numeric_limits<double>::quiet_NaN();
      return true;
    }
    if (!from.read_number(value)) return false;
    return (value >= 0 && value <= kMostValue) || from.fail(Refusal::kOutOfRange);
  });
}

bool read_states(Reader& reader, std::vector<std::optional<State>>& out) {
  return read_items(reader, out, limits::kPastPoints,
                    [](Reader& from, std::optional<State>& state) {
                      std::string_view word;
                      if (from.take_nil()) return true;
                      if (!from.read_string(word)) return false;
                      state = from_name<State>(word);
                      return state.has_value() || from.fail(Refusal::kOutOfRange);
                    });
}

bool read_columns(Reader& reader, PastSeries& series) {
  constexpr std::size_t kState = kPastColumnNames.size();
  static constexpr auto kNames = [] {
    std::array<std::string_view, kState + 1> names;
    for (std::size_t i = 0; i < kState; ++i) names[i] = kPastColumnNames[i];
    names[kState] = "state";
    return names;
  }();
  read_named(reader, kNames, [&](int i) {
    const auto column = static_cast<std::size_t>(i);
    if (column == kState) return read_states(reader, series.states);
    return read_values(reader, series.columns[column]);
  });
  return reader.ok();
}

bool read_series(Reader& reader, PastSeries& series) {
  constexpr std::array<std::string_view, 2> kNames{"of", "columns"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    return i == 0 ? read_text(reader, series.of) : read_columns(reader, series);
  });
  return reader.ok() && seen == 0b11u;
}

bool has_points(const PastSeries& series, std::size_t points) {
  for (const std::vector<double>& column : series.columns) {
    if (!column.empty() && column.size() != points) return false;
  }
  return series.states.empty() || series.states.size() == points;
}

}  // namespace

bool decode_history(Bytes result, PastHistory& history) {
  history = PastHistory{};
  Reader reader(result);
  std::uint64_t points = 0;
  constexpr std::array<std::string_view, 5> kNames{"begins", "step", "points", "level", "series"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_ms(reader, history.begins_ms);
      case 1: return read_ms(reader, history.step_ms);
      case 2: return reader.read_uint(points);
      case 3: return read_text(reader, history.level);
      default: return read_items(reader, history.series, limits::kPageMax, read_series);
    }
  });
  if (!is_whole(reader, seen, 0b10111u)) return false;
  if (points > limits::kPastPoints || history.step_ms == 0) return false;
  // So that the end of the last step is a moment, too.
  if (history.step_ms > static_cast<std::int64_t>(kMostMs / limits::kPastPoints)) return false;
  history.points = points;
  for (const PastSeries& series : history.series) {
    if (!has_points(series, history.points)) return false;
  }
  return true;
}

}  // namespace rollcall
