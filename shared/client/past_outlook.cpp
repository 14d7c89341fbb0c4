// Decoders of `forecast`, `backtest` and `availability`.
#include "shared/client/past_fields.hpp"

namespace rollcall {
namespace {

constexpr std::size_t kThresholds = 16;

bool read_trend(Reader& reader, PastTrend& trend) {
  constexpr std::array<std::string_view, 3> kNames{"low", "middle", "high"};
  const std::array<double*, 3> values{&trend.low, &trend.middle, &trend.high};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    return reader.read_number(*values[static_cast<std::size_t>(i)]);
  });
  return reader.ok() && seen == 0b111u;
}

// Fields 0 to 2 of `full` and of `absorb`.
bool read_expected(Reader& reader, int field, PastExpected& when) {
  if (field == 0) return read_optional_ms(reader, when.at_ms);
  return read_optional_ms(reader, field == 1 ? when.earliest_ms : when.latest_ms);
}

bool read_full(Reader& reader, PastFull& full) {
  constexpr std::array<std::string_view, 4> kNames{"at", "earliest", "latest", "percent"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    return i == 3 ? reader.read_uint(full.percent) : read_expected(reader, i, full.when);
  });
  return reader.ok() && (seen & 0b1000u) != 0;
}

bool read_absorb(Reader& reader, PastAbsorb& absorb) {
  constexpr std::array<std::string_view, 5> kNames{"at", "earliest", "latest", "largest", "now"};
  read_named(reader, kNames, [&](int i) {
    if (i == 3) return read_optional_text(reader, absorb.largest);
    return i == 4 ? reader.read_bool(absorb.now) : read_expected(reader, i, absorb.when);
  });
  return reader.ok();
}

bool read_forecast(Reader& reader, PastForecast& forecast) {
  constexpr std::array<std::string_view, 9> kNames{"of",  "used",  "total", "span",  "says",
                                                   "why", "trend", "full",  "absorb"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, forecast.of);
      case 1: return reader.take_nil() || reader.read_uint(forecast.storage.used);
      case 2: return reader.take_nil() || reader.read_uint(forecast.storage.total);
      case 3: return reader.take_nil() || read_ms(reader, forecast.span_ms);
      case 4: return read_text(reader, forecast.says);
      case 5: return read_optional_text(reader, forecast.why);
      case 6: return reader.take_nil() || read_trend(reader, forecast.trend.emplace());
      case 7: return reader.take_nil() || read_items(reader, forecast.full, kThresholds, read_full);
      default: return reader.take_nil() || read_absorb(reader, forecast.absorb.emplace());
    }
  });
  return reader.ok() && (seen & 0b10001u) == 0b10001u;
}

bool read_verdicts(Reader& reader, PastVerdicts& verdicts) {
  constexpr std::array<std::string_view, 6> kNames{
      "late_after", "evict_after", "late", "evicted", "false_evictions", "mean_detection"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_optional_ms(reader, verdicts.late_after_ms);
      case 1: return read_ms(reader, verdicts.evict_after_ms);
      case 2: return reader.read_uint(verdicts.late);
      case 3: return reader.read_uint(verdicts.evicted);
      case 4: return reader.read_uint(verdicts.false_evictions);
      default: return read_optional_ms(reader, verdicts.mean_detection_ms);
    }
  });
  return reader.ok() && (seen & 0b11110u) == 0b11110u;
}

bool read_change(Reader& reader, PastChange& change) {
  constexpr std::array<std::string_view, 5> kNames{"node", "at", "silent_for", "was", "would_be"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, change.node);
      case 1: return read_ms(reader, change.at_ms);
      case 2: return read_ms(reader, change.silent_for_ms);
      case 3: return read_text(reader, change.was);
      default: return read_text(reader, change.would_be);
    }
  });
  return reader.ok() && seen == 0b11111u;
}

bool read_row(Reader& reader, PastAvailabilityRow& row) {
  constexpr std::array<std::string_view, 9> kNames{"of",
                                                   "nodes",
                                                   "up",
                                                   "down",
                                                   "planned",
                                                   "unknown",
                                                   "incidents",
                                                   "mean_time_between_failures",
                                                   "mean_time_to_return"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, row.of);
      case 1: return reader.read_uint(row.nodes);
      case 2: {
        // Nil where no time counts.
        if (reader.take_nil()) return true;
        double up = 0;
        if (!reader.read_number(up)) return false;
        row.up = up;
        return (up >= 0 && up <= 1) || reader.fail(Refusal::kOutOfRange);
      }
      case 3: return read_ms(reader, row.down_ms);
      case 4: return read_ms(reader, row.planned_ms);
      case 5: return read_ms(reader, row.unknown_ms);
      case 6: return reader.read_uint(row.incidents);
      case 7: return read_optional_ms(reader, row.between_failures_ms);
      default: return read_optional_ms(reader, row.to_return_ms);
    }
  });
  return reader.ok() && (seen & 1u) != 0;
}

}  // namespace

bool decode_forecasts(Bytes result, std::vector<PastForecast>& forecasts) {
  forecasts.clear();
  Reader reader(result);
  constexpr std::array<std::string_view, 1> kNames{"forecasts"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int) {
    return read_items(reader, forecasts, limits::kPageMax, read_forecast);
  });
  return is_whole(reader, seen, 1u);
}

bool decode_backtest(Bytes result, PastBacktest& backtest) {
  backtest = PastBacktest{};
  Reader reader(result);
  constexpr std::array<std::string_view, 9> kNames{"since",          "until",    "nodes",
                                                   "silences",       "shortest", "as_it_was",
                                                   "as_it_would_be", "changed",  "changed_total"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_ms(reader, backtest.since_ms);
      case 1: return read_ms(reader, backtest.until_ms);
      case 2: return reader.read_uint(backtest.nodes);
      case 3: return reader.read_uint(backtest.silences);
      case 4: return reader.take_nil() || read_ms(reader, backtest.shortest_ms);
      case 5: return read_verdicts(reader, backtest.as_it_was);
      case 6: return read_verdicts(reader, backtest.as_it_would_be);
      case 7: return read_items(reader, backtest.changed, limits::kPageMax, read_change);
      default: return reader.read_uint(backtest.changed_total);
    }
  });
  return is_whole(reader, seen, 0b001100011u);
}

bool decode_availability(Bytes result, PastAvailability& availability) {
  availability = PastAvailability{};
  Reader reader(result);
  constexpr std::array<std::string_view, 4> kNames{"since", "until", "rows", "next"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_ms(reader, availability.since_ms);
      case 1: return read_ms(reader, availability.until_ms);
      case 2: return read_items(reader, availability.rows, limits::kPageMax, read_row);
      default: return read_optional_text(reader, availability.next);
    }
  });
  return is_whole(reader, seen, 0b0100u);
}

}  // namespace rollcall
