// How far forecasts are off: fleets that are made up, of which the forecast sees the past and is
// compared with what comes, next to a straight line by least squares. All from fixed seeds, so that
// the figures of docs/forecast.md come out again.
//   rollcall-forecast-backtest [nodes per fleet, 200] [seed, 2]
// The constants of the forecast were chosen while looking at seed 1; judge them by another.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>

#include <fmt/format.h>

#include "agent/simulate/simulated_source.hpp"
#include "broker/forecast/answer.hpp"
#include "broker/forecast/forecast.hpp"
#include "broker/forecast/history_read.hpp"
#include "shared/protocol/announcement.hpp"
#include "tests/forecast/fleets.hpp"
#include "tests/forecast/lists.hpp"

namespace rollcall {
namespace {

using fleets::kDayMs;
using fleets::kHourMs;
using Points = std::vector<StoragePoint>;

constexpr double kDay = static_cast<double>(kDayMs);
// So much more of the capacity is asked for; what was there first is the truth.
constexpr std::array<double, 3> kMargins{0.02, 0.06, 0.15};
constexpr std::array<int, 3> kHorizonDays{1, 3, 7};
// A fall by so much of the capacity ends what a forecast is about: it says when, if nobody cleans.
constexpr double kCleaned = 0.08;
constexpr double kMoved = 0.10;

// Of this process alone, so that a machine that does something else besides disturbs little.
double processor_seconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

struct Line {
  double rate = 0;  // bytes a day
  double level = 0;
};

Line least_squares(const Points& points, std::int64_t now_ms) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const StoragePoint& point : points) {
    const double day = static_cast<double>(point.at_ms - now_ms) / kDay;
    n += 1, x += day, y += point.used, xx += day * day, xy += day * point.used;
  }
  const double below = n * xx - x * x;
  Line line;
  line.rate = below == 0 ? 0 : (n * xy - x * y) / below;
  line.level = (y - line.rate * x) / n;
  return line;
}

double median(std::vector<double> values) {
  if (values.empty()) return -1;
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

struct Score {
  std::map<std::string_view, int> says;
  int asked = 0;
  int bounded = 0;  // crossings with a truth to compare with
  int covered = 0;
  int too_soon = 0;
  int too_late = 0;
  int two_sided = 0;              // of those covered: with both bounds
  std::vector<double> off;        // |predicted - true| / (true - now), of the moments
  std::vector<double> naive_off;  // the same of the straight line, on the same questions
  std::vector<double> naive_all;  // where the forecast says nothing
  std::array<std::vector<double>, 3> used_off;  // share of the capacity
  std::array<std::vector<double>, 3> naive_used_off;
  int steady = 0;
  int steady_broken = 0;
  double seconds = 0;
};

// What came: when a level was first reached, and until when that is known.
struct Truth {
  std::int64_t reached_ms = INT64_MAX;
  std::int64_t known_until_ms = 0;
};

Truth truth_of(std::span<const StoragePoint> after, double level) {
  Truth truth;
  double highest = 0;
  for (const StoragePoint& point : after) {
    highest = std::max(highest, point.used);
    if (point.used < highest - kCleaned * point.total) break;
    truth.known_until_ms = point.at_ms;
    if (point.used >= level) {
      truth.reached_ms = point.at_ms;
      break;
    }
  }
  return truth;
}

void compare_moment(const Forecast& made, const Crossing& crossing, const Line& naive,
                    const Truth& truth, double level, std::int64_t now_ms, Score& score) {
  const std::int64_t reach_ms = now_ms + made.reach_ms;
  const std::int64_t earliest_ms = crossing.earliest_ms.value_or(reach_ms);
  const std::int64_t latest_ms = crossing.latest_ms.value_or(INT64_MAX);
  const bool is_reached = truth.reached_ms != INT64_MAX;
  if (!is_reached && latest_ms > truth.known_until_ms) return;  // nobody knows
  ++score.bounded;
  const bool is_too_soon = is_reached && truth.reached_ms < earliest_ms;  // the truth was sooner
  const bool is_too_late = truth.reached_ms > latest_ms;
  score.too_soon += is_too_soon;
  score.too_late += is_too_late;
  score.covered += !is_too_soon && !is_too_late;
  score.two_sided += crossing.earliest_ms && crossing.latest_ms;
  if (!is_reached || !crossing.at_ms) return;
  const auto took = static_cast<double>(truth.reached_ms - now_ms);
  score.off.push_back(std::abs(static_cast<double>(*crossing.at_ms - truth.reached_ms)) / took);
  const double days = naive.rate > 0 ? std::max(0.0, (level - naive.level) / naive.rate) : 1e4;
  score.naive_off.push_back(std::min(100.0, std::abs(static_cast<double>(now_ms) + days * kDay -
                                                     static_cast<double>(truth.reached_ms)) /
                                                took));
}

void compare_used(const Forecast& made, const Line& naive, std::span<const StoragePoint> after,
                  std::int64_t now_ms, Score& score) {
  for (std::size_t i = 0; i < kHorizonDays.size(); ++i) {
    const std::int64_t at_ms = now_ms + kHorizonDays[i] * kDayMs;
    if (made.reach_ms < at_ms - now_ms) continue;
    const Truth truth = truth_of(after, 1e30);
    if (truth.known_until_ms < at_ms) continue;
    const auto then = std::find_if(after.begin(), after.end(),
                                   [&](const StoragePoint& point) { return point.at_ms >= at_ms; });
    if (then == after.end()) continue;
    const double days = kHorizonDays[i];
    const double predicted = made.used + made.growth->middle * days;
    score.used_off[i].push_back(std::abs(predicted - then->used) / then->total);
    score.naive_used_off[i].push_back(std::abs(naive.level + naive.rate * days - then->used) /
                                      then->total);
  }
}

// Whoever is told `steady` expects a level that stays within a tenth of the capacity, for as long
// as it was seen to.
void compare_steady(const Forecast& made, std::span<const StoragePoint> after, std::int64_t now_ms,
                    Score& score) {
  ++score.steady;
  for (const StoragePoint& point : after) {
    if (point.at_ms > now_ms + made.span_ms) return;
    if (std::abs(point.used - made.used) < kMoved * point.total) continue;
    ++score.steady_broken;
    return;
  }
}

// The past of `points` up to `now_ms`, read as a broker reads it.
void judge_at(const Points& points, std::int64_t now_ms, Score& score) {
  const auto behind = std::find_if(points.begin(), points.end(),
                                   [&](const StoragePoint& point) { return point.at_ms > now_ms; });
  const Points before(points.begin(), behind);
  const std::span<const StoragePoint> after(behind, points.end());
  ListedSamples samples;
  samples.storage["n"] = before;
  const Points read = read_history(samples, {false, "n"}, now_ms);
  for (const double margin : kMargins) {
    const double more = margin * before.back().total;
    const double begin = processor_seconds();
    const Forecast made = forecast(read, now_ms, more);
    score.seconds += processor_seconds() - begin;
    ++score.asked;
    ++score.says[name_of(made.says)];
    if (made.says == Outlook::kSteady) compare_steady(made, after, now_ms, score);
    if (made.says != Outlook::kFills) continue;
    const Line naive = least_squares(before, now_ms);
    const double level = before.back().used + more;
    compare_moment(made, made.margin, naive, truth_of(after, level), level, now_ms, score);
    if (margin == kMargins[0]) compare_used(made, naive, after, now_ms, score);
  }
}

void print_head() {
  fmt::print(
      "| fleet | asked | fills | steady | broken | empties | cannot | moments | covered | sooner | "
      "later | both bounds | off | line off | used off 1/3/7 d | line 1/3/7 d | us |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- "
      "| --- | --- |\n");
}

std::string percent(double part, double whole) {
  return whole == 0 || part < 0 ? "-" : fmt::format("{:.0f} %", 100 * part / whole);
}

std::string medians(const std::array<std::vector<double>, 3>& values) {
  std::string text;
  for (const auto& one : values) {
    text += (text.empty() ? "" : " / ") +
            (one.empty() ? std::string("-") : fmt::format("{:.1f}", 100 * median(one)));
  }
  return text;
}

void print(std::string_view name, Score& score) {
  const auto share = [&](const char* word) { return percent(score.says[word], score.asked); };
  fmt::print(
      "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.0f} "
      "|\n",
      name, score.asked, share("fills"), share("steady"),
      percent(score.steady_broken, score.steady), share("empties"), share("cannot_predict"),
      score.bounded, percent(score.covered, score.bounded), percent(score.too_soon, score.bounded),
      percent(score.too_late, score.bounded), percent(score.two_sided, score.bounded),
      percent(median(score.off), 1), percent(median(score.naive_off), 1), medians(score.used_off),
      medians(score.naive_used_off), 1e6 * score.seconds / score.asked);
  std::fflush(stdout);
}

constexpr std::array<double, 5> kOrigins{0.5, 2, 5, 9, 14};  // days of history
constexpr double kHeldOut = 14;
constexpr std::uint64_t kUsualSeed = 2;

// Of the rate of a fleet that changes: those of which it has changed for a day, or is yet to.
enum class When : std::uint8_t { kAny, kChanged, kYetTo };

bool counts(When when, std::uint64_t seed, double origin) {
  if (when == When::kAny) return true;
  const double change_day = fleets::Node(seed).change_day;
  return when == When::kChanged ? origin > change_day + 1 : origin < change_day;
}

std::uint64_t fleet_seed = kUsualSeed;

void run_shape(std::string_view name, fleets::Shape shape, int nodes, When when = When::kAny) {
  Score score;
  for (int i = 0; i < nodes; ++i) {
    const std::uint64_t seed = 1000 * fleet_seed + static_cast<std::uint64_t>(i);
    const Points points =
        fleets::history(shape, seed, kOrigins.back() + kHeldOut, 10 * fleets::kMinuteMs);
    for (const double origin : kOrigins) {
      if (!counts(when, seed, origin)) continue;
      judge_at(points, fleets::kBeginMs + static_cast<std::int64_t>(origin * kDay), score);
    }
  }
  print(name, score);
}

// Simulated agents, as they announce.
struct Simulation {
  std::string_view name;
  int fleets = 0;
  int nodes_each = 1;
  std::vector<double> origins;  // days of history
  std::int64_t step_ms = 0;
  double time_scale = 1;  // of their days to ours
};

Points simulated(const Simulation& simulation, int node) {
  const double days = simulation.origins.back() + 8 / simulation.time_scale;
  const SimulationOptions options{
      .seed = 6 + fleet_seed, .time_scale = simulation.time_scale, .tell_work = false};
  SimulatedSource source(fmt::format("node-{:04}", node), options, {0, fleets::kBeginMs});
  Points points;
  for (std::int64_t ms = 0; ms < static_cast<std::int64_t>(days * kDay); ms += simulation.step_ms) {
    source.sample({ms, fleets::kBeginMs + ms}, true);
    const Reading& reading = source.reading();
    points.push_back({fleets::kBeginMs + ms, static_cast<double>(reading.storage.used),
                      static_cast<double>(reading.storage.total)});
  }
  return points;
}

void run(const Simulation& simulation) {
  Score score;
  for (int i = 0; i < simulation.fleets; ++i) {
    Points sum = simulated(simulation, i * simulation.nodes_each);
    for (int j = 1; j < simulation.nodes_each; ++j) {
      const Points one = simulated(simulation, i * simulation.nodes_each + j);
      for (std::size_t k = 0; k < sum.size(); ++k) {
        sum[k].used += one[k].used;
        sum[k].total += one[k].total;
      }
    }
    for (const double origin : simulation.origins) {
      judge_at(sum, fleets::kBeginMs + static_cast<std::int64_t>(origin * kDay), score);
    }
  }
  print(simulation.name, score);
}

// The query `forecast` by node over a fleet, without what a store takes to read.
void time_a_fleet(int nodes) {
  ListedNodes listed;
  ListedSamples samples;
  for (int i = 0; i < nodes; ++i) {
    const std::string id = fmt::format("n{:06}", i);
    auto points =
        fleets::history(fleets::Shape::kLine, static_cast<std::uint64_t>(i), 10, 6 * kHourMs);
    Status status;
    status.header.session = 1;
    status.header.seq = 1;
    status.interval_ms = 1000;
    status.storage = {static_cast<std::uint64_t>(points.back().used),
                      static_cast<std::uint64_t>(points.back().total)};
    Buffer body;
    encode(status, body);
    listed.nodes[id].id = id;
    listed.nodes[id].status = std::string(body.view());
    samples.storage[id] = std::move(points);
  }
  PastQuestion question;
  question.by = "node";
  std::vector<double> took_ms;
  for (int i = 0; i < 5; ++i) {
    Buffer out;
    const double begin = processor_seconds();
    answer_forecast(question, {fleets::kBeginMs + 10 * kDayMs, 0}, listed, samples, out);
    took_ms.push_back(1000 * (processor_seconds() - begin));
  }
  fmt::print("by node over {}: {:.1f} ms; {} reads, {} looks each\n", nodes, median(took_ms),
             samples.visits / 5, samples.looks / 5);
}

}  // namespace
}  // namespace rollcall

int main(int count, char** arguments) {
  using namespace rollcall;
  const int nodes = count > 1 ? std::max(1, std::atoi(arguments[1])) : 200;
  if (count > 2) fleet_seed = std::strtoull(arguments[2], nullptr, 10);
  print_head();
  run_shape("line", fleets::Shape::kLine, nodes);
  run_shape("random walk", fleets::Shape::kWalk, nodes);
  run_shape("swing of the day", fleets::Shape::kDay, nodes);
  run_shape("working hours", fleets::Shape::kWorkingHours, nodes);
  run_shape("saw-tooth", fleets::Shape::kSawTooth, nodes);
  run_shape("bulk loads", fleets::Shape::kLoads, nodes);
  run_shape("new rate", fleets::Shape::kNewRate, nodes, When::kChanged);
  run_shape("new rate to come", fleets::Shape::kNewRate, nodes, When::kYetTo);
  run_shape("accelerating", fleets::Shape::kAccelerating, nodes);
  run_shape("shrinking", fleets::Shape::kShrinking, nodes);
  run_shape("noise", fleets::Shape::kNoise, nodes);
  const std::vector<double> days{0.25, 1, 2, 4, 7};
  const std::vector<double> minutes{3.0 / 1440, 5.0 / 1440, 10.0 / 1440};
  run({"simulated nodes", nodes / 4, 1, days, 60'000, 1});
  run({"60 times faster, minutes", nodes / 4, 1, minutes, 1000, 60});
  run({"simulated fleets of 30", nodes / 10, 30, days, 600'000, 1});
  run({"the same, minutes", nodes / 10, 30, minutes, 1000, 60});
  time_a_fleet(10'000);
  return 0;
}
