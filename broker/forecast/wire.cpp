#include "broker/forecast/wire.hpp"

#include <algorithm>

namespace rollcall {
namespace {

// Doubles of 2^63 and more would not fit.
std::uint64_t whole_bytes(double bytes) {
  return static_cast<std::uint64_t>(std::clamp(bytes, 0.0, 0x1.fffffffffffffp62));
}

std::size_t pairs_of(const Crossing& crossing) {
  return (crossing.at_ms ? 1u : 0u) + (crossing.earliest_ms ? 1u : 0u) +
         (crossing.latest_ms ? 1u : 0u);
}

void write_crossing(const Crossing& crossing, Writer& writer) {
  if (crossing.at_ms) writer.pair_ms("at", *crossing.at_ms);
  if (crossing.earliest_ms) writer.pair_ms("earliest", *crossing.earliest_ms);
  if (crossing.latest_ms) writer.pair_ms("latest", *crossing.latest_ms);
}

void write_growth(const DailyGrowth& growth, Writer& writer) {
  writer.text("trend").map(3);
  writer.pair_number("low", growth.low);
  writer.pair_number("middle", growth.middle);
  writer.pair_number("high", growth.high);
}

void write_full(const Forecast& forecast, Writer& writer) {
  writer.text("full").array(kFullPercents.size());
  for (std::size_t i = 0; i < kFullPercents.size(); ++i) {
    writer.map(1 + pairs_of(forecast.full[i]));
    writer.pair("percent", static_cast<std::uint64_t>(kFullPercents[i]));
    write_crossing(forecast.full[i], writer);
  }
}

void write_absorb(const Forecast& forecast, const Absorb& absorb, Writer& writer) {
  const bool is_now = absorb.margin_bytes < 0;
  const Crossing crossing = is_now ? Crossing{} : forecast.margin;
  writer.text("absorb").map(2 + pairs_of(crossing));
  writer.pair("largest", absorb.largest).pair_bool("now", is_now);
  write_crossing(crossing, writer);
}

}  // namespace

void write_forecast(std::string_view of, const Forecast& forecast,
                    const std::optional<Absorb>& absorb, Buffer& out) {
  Writer writer(out);
  writer.map(6 + (forecast.why.empty() ? 0u : 1u) + (forecast.growth ? 1u : 0u) +
             (absorb ? 1u : 0u));
  writer.pair("of", of);
  writer.pair("used", whole_bytes(forecast.used)).pair("total", whole_bytes(forecast.total));
  writer.pair_ms("span", forecast.span_ms);
  writer.pair("says", name_of(forecast.says));
  if (!forecast.why.empty()) writer.pair("why", forecast.why);
  if (forecast.growth) write_growth(*forecast.growth, writer);
  write_full(forecast, writer);
  if (absorb) write_absorb(forecast, *absorb, writer);
}

}  // namespace rollcall
