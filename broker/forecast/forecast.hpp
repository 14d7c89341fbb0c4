// When a store of bytes is full, from how it went so far: the pure core. Nothing is drawn at
// random, nothing is remembered between two calls: the same points at the same moment say the same.
//
// The model, its sources and what it was measured to be worth are in docs/forecast.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "broker/past/sources.hpp"

namespace rollcall {

enum class Outlook : std::uint8_t { kFills, kSteady, kEmpties, kCannotPredict };

inline constexpr std::array<std::string_view, 4> kOutlookNames{"fills", "steady", "empties",
                                                               "cannot_predict"};
constexpr const auto& names_of(Outlook) { return kOutlookNames; }

inline constexpr std::array<int, 3> kFullPercents{80, 90, 95};

// When a level is first reached. Nine in ten lie within `earliest_ms` and `latest_ms`; one that is
// missing is further ahead than the history tells (Forecast::reach_ms). Wall clock.
struct Crossing {
  std::optional<std::int64_t> at_ms;
  std::optional<std::int64_t> earliest_ms;
  std::optional<std::int64_t> latest_ms;
};

// Bytes a day; the true one lies within `low` and `high` in nine of ten cases.
struct DailyGrowth {
  double low = 0;
  double middle = 0;
  double high = 0;
};

struct Forecast {
  Outlook says = Outlook::kCannotPredict;
  std::string why;            // always with kCannotPredict; else a remark, or empty
  double used = 0;            // bytes, as they were last heard
  double total = 0;           // bytes
  std::int64_t span_ms = 0;   // of the history that it rests on
  std::int64_t reach_ms = 0;  // how far ahead it looks
  std::optional<DailyGrowth> growth;
  std::array<Crossing, kFullPercents.size()>
      full;         // of kFullPercents; passed ones have `at_ms` only
  Crossing margin;  // when `margin_bytes` more are used than now
};

// `points` may be in any order; what is no number, negative, of no capacity, or later than `now_ms`
// is passed over. `margin_bytes` is how much more may come until something else than a percentage
// is reached.
Forecast forecast(std::span<const StoragePoint> points, std::int64_t now_ms,
                  std::optional<double> margin_bytes = std::nullopt);

}  // namespace rollcall
