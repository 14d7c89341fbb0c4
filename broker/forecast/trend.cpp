#include "broker/forecast/trend.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "broker/forecast/median.hpp"

namespace rollcall {
namespace {

// Parts of the span whose means the estimates are made from: a thousand pairs.
constexpr std::size_t kParts = 48;
// A swing is told from a trend when it was seen so often, and by so many readings a day.
constexpr double kLeastDays = 3;
constexpr double kReadingsADay = Trend::kDayParts;
// A profile of the day is believed when it leaves at most so much of the squares.
constexpr double kUnexplained = 0.5;
// The past of a straight line does not promise that it goes on: this share of the rate at least,
// and for each span ahead as much again. Less than two weeks have not seen much of what there is
// (week ends, rounds of cleaning), so it is more of them, by the root of the time.
constexpr double kLeastDoubt = 0.03;
constexpr double kMostDoubt = 0.10;
constexpr double kSeenMuchDays = 14;
// A line fitted to a random walk takes some of its movement: what is left of it understates it.
constexpr double kFittedWalk = 1.35;
constexpr double kFittedLonger = 2;
// Of the slope of a line through a random walk: 6/5 of the variance of its mean step.
constexpr double kWalkSlope = 1.2;
// A change of rate is believed beyond so many standard deviations.
constexpr double kBendStandsOut = 3;
// … and if it is more than this share of the rate.
constexpr double kBendMatters = 0.1;
// Of a range that was seen, before it counts as left.
constexpr double kLittleMore = 0.25;
// Where it is looked for, in shares of the span, and how many parts must lie behind it.
constexpr std::array<double, 4> kBendPlaces{1.0 / 2, 2.0 / 3, 3.0 / 4, 5.0 / 6};
constexpr std::size_t kLeastBentParts = 8;
// Within so short a time a swing of the day is nearly straight.
constexpr double kNoSwingDays = 0.25;

// A point that lies between two parts always goes to the later one, from whichever moment the days
// are counted.
constexpr double kRounding = 1e-6;

// The mean of the points in one part of the span.
struct Part {
  double day = 0;
  double level = 0;
  double weight = 0;  // points in it; 0: none
};

struct Line {
  double rate = 0;
  double day = 0;  // where it is at `level`
  double level = 0;
  double at(double when) const { return level + rate * (when - day); }
};

double span_of(std::span<const LevelPoint> points) { return points.back().day - points[0].day; }

std::size_t parts_for(std::span<const LevelPoint> points) {
  return std::min(kParts, points.size());
}

std::size_t part_at(const LevelPoint& point, double begin, double width, std::size_t parts) {
  return std::min(static_cast<std::size_t>((point.day - begin) / width + kRounding), parts - 1);
}

std::vector<Part> parts_of(std::span<const LevelPoint> points) {
  std::vector<Part> parts(parts_for(points));
  const double width = span_of(points) / static_cast<double>(parts.size());
  for (const LevelPoint& point : points) {
    Part& part = parts[part_at(point, points[0].day, width, parts.size())];
    part.day += point.day;
    part.level += point.level;
    part.weight += 1;
  }
  for (Part& part : parts) {
    if (part.weight == 0) continue;
    part.day /= part.weight;
    part.level /= part.weight;
  }
  return parts;
}

// Theil and Sen: the median of the slopes of all pairs; the line lies in the middle of the levels.
Line line_through(std::span<const Part> parts) {
  std::vector<double> slopes;
  slopes.reserve(parts.size() * parts.size() / 2);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (parts[i].weight == 0 || parts[j].weight == 0) continue;
      slopes.push_back((parts[i].level - parts[j].level) / (parts[i].day - parts[j].day));
    }
  }
  Line line;
  line.rate = median_of(slopes);
  line.day = parts.back().day;
  std::vector<double> offsets;
  for (const Part& part : parts) {
    if (part.weight != 0) offsets.push_back(part.level - line.rate * (part.day - line.day));
  }
  line.level = median_of(offsets);
  return line;
}

std::size_t day_part(const LevelPoint& point) {
  return std::min(static_cast<std::size_t>(point.of_day * Trend::kDayParts), Trend::kDayParts - 1);
}

// Means of what the line leaves, by the hour of the day, about their own mean; taken off the points
// where they explain much.
void take_off_the_day(std::vector<LevelPoint>& points, const Line& line, Trend& trend) {
  const double span = span_of(points);
  if (span < kLeastDays || static_cast<double>(points.size()) < kReadingsADay * span) return;
  std::array<double, Trend::kDayParts> sums{};
  std::array<double, Trend::kDayParts> counts{};
  double before = 0;
  double sum = 0;
  for (const LevelPoint& point : points) {
    const double left = point.level - line.at(point.day);
    sums[day_part(point)] += left;
    counts[day_part(point)] += 1;
    before += left * left;
    sum += left;
  }
  const auto total = static_cast<double>(points.size());
  before -= sum * sum / total;
  double explained = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (counts[i] < 2) return;
    trend.profile[i] = sums[i] / counts[i] - sum / total;
    explained += counts[i] * trend.profile[i] * trend.profile[i];
  }
  trend.has_profile = before > 0 && explained > (1 - kUnexplained) * before;
  if (!trend.has_profile) return;
  trend.profile_highest = *std::max_element(trend.profile.begin(), trend.profile.end());
  for (LevelPoint& point : points) point.level -= trend.profile[day_part(point)];
}

// The mean square of how much what the line leaves changes over `lag` parts.
double change_over(std::span<const Part> parts, const Line& line, std::size_t lag) {
  double sum = 0;
  double pairs = 0;
  for (std::size_t i = lag; i < parts.size(); ++i) {
    const Part& a = parts[i - lag];
    const Part& b = parts[i];
    if (a.weight == 0 || b.weight == 0) continue;
    const double change = (b.level - line.at(b.day)) - (a.level - line.at(a.day));
    sum += change * change;
    pairs += 1;
  }
  return pairs == 0 ? 0 : sum / pairs;
}

// What a line leaves, told apart.
struct Rest {
  double walk_variance = 0;  // a day
  double noise = 0;          // of the mean of a part
};

// Noise changes as much over one part as over many; a random walk the more the longer. From the
// two follows how much of each there is (a structure function, as of turbulence: Kolmogorov 1941).
// What returns to its level, as a fleet does in which one after the other is cleaned up, changes
// no more over twice the time.
Rest rest_of(std::span<const Part> parts, const Line& line, double width) {
  const double near = change_over(parts, line, 1);
  const auto walk_over = [&](std::size_t lag) {
    const double beyond = std::max(0.0, change_over(parts, line, lag) - near);
    return beyond / (static_cast<double>(lag - 1) * width);
  };
  const std::size_t lag = std::max<std::size_t>(2, parts.size() / 8);
  const double walk = walk_over(lag);
  const double noise = std::sqrt(std::max(0.0, near - walk * width) / 2);
  return {std::min(kFittedWalk * walk, kFittedLonger * walk_over(2 * lag)), noise};
}

// Where the levels of parts lie; lowest above highest where there is none.
struct Range {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();
  double width() const { return std::max(0.0, highest - lowest); }
};

Range range_of(std::span<const Part> parts) {
  Range range;
  for (const Part& part : parts) {
    if (part.weight == 0) continue;
    range.lowest = std::min(range.lowest, part.level);
    range.highest = std::max(range.highest, part.level);
  }
  return range;
}

// Whether the last quarter stays within what the first three saw, and little more.
bool is_settled(std::span<const Part> parts) {
  const std::size_t later = parts.size() - parts.size() / 4;
  const Range before = range_of(parts.first(later));
  const Range after = range_of(parts.subspan(later));
  const double more = kLittleMore * before.width();
  return after.lowest >= before.lowest - more && after.highest <= before.highest + more;
}

// How far single readings lie from the mean of their part; where there is one in each, they are it.
void find_reading_noise(std::span<const LevelPoint> points, std::span<const Part> parts,
                        const Line& line, Trend& trend) {
  const double width = trend.span / static_cast<double>(parts.size());
  double squares = 0;
  double spare = 0;
  for (const LevelPoint& point : points) {
    const Part& part = parts[part_at(point, points[0].day, width, parts.size())];
    const double left = point.level - line.at(point.day) - (part.level - line.at(part.day));
    squares += left * left;
    spare += 1 - 1 / part.weight;
  }
  trend.reading_noise = trend.noise;
  if (spare >= 1) trend.reading_noise = std::max(trend.noise, std::sqrt(squares / spare));
}

// Variance of the slope of a line through `parts` parts of that walk and noise.
double slope_variance(const Rest& rest, double width, std::size_t parts) {
  const auto count = static_cast<double>(parts);
  const double span = width * count;
  const double of_noise = 12 * rest.noise * rest.noise / (count * span * span);
  return kWalkSlope * rest.walk_variance / span + of_noise;
}

// The level at the end: what the line leaves, smoothed exponentially with the best weight for that
// much walk and noise (Muth 1960).
void find_level(std::span<const Part> parts, const Line& line, Trend& trend) {
  const double width = trend.span / static_cast<double>(parts.size());
  const double noise_variance = trend.noise * trend.noise;
  double weight = 1;
  if (noise_variance > 0) {
    const double ratio = trend.walk_variance * width / noise_variance;
    weight = (std::sqrt(ratio * ratio + 4 * ratio) - ratio) / 2;
  }
  double above = 0;
  for (const Part& part : parts) {
    if (part.weight != 0) above += weight * (part.level - line.at(part.day) - above);
  }
  trend.level = line.at(trend.end_day) + above;
  const double settled = std::max(weight, 4.0 / static_cast<double>(parts.size()));
  trend.level_variance = settled * noise_variance;
}

// Student's t, one-sided 5 %, by how many independent looks at the walk there were.
double quantile_for(std::size_t parts) {
  if (parts < 20) return 2.35;
  if (parts < 32) return 2.02;
  return 1.86;
}

// How the rate of the later part differs from that of the earlier, and how much of that is chance.
// Each is compared with a line of its own: what one line leaves of a bend looks like a walk.
struct Bend {
  double change = 0;
  double chance_variance = 0;
  std::size_t later = 0;  // where that part begins
  double beyond_chance() const {
    return std::sqrt(std::max(0.0, change * change - chance_variance));
  }
  bool stands_out(double rate) const {
    return change * change > kBendStandsOut * kBendStandsOut * chance_variance &&
           std::abs(change) > kBendMatters * std::abs(rate);
  }
  bool is_clearer_than(const Bend& other) const {
    return change * change * other.chance_variance > other.change * other.change * chance_variance;
  }
};

Bend bend_at(std::span<const Part> parts, double width, std::size_t later) {
  const Line before = line_through(parts.first(later));
  const Line after = line_through(parts.subspan(later));
  Bend bend;
  bend.later = later;
  bend.change = after.rate - before.rate;
  bend.chance_variance =
      slope_variance(rest_of(parts.first(later), before, width), width, later) +
      slope_variance(rest_of(parts.subspan(later), after, width), width, parts.size() - later);
  return bend;
}

// A part of a day's swing is as bent as can be, and no change of the rate.
bool may_be_looked_at_alone(double span, double later) {
  return span < kNoSwingDays || later >= kLeastDays;
}

// The clearest of several places where the rate may have changed for good.
Bend clearest_bend(std::span<const Part> parts, double width) {
  Bend clearest;
  for (const double place : kBendPlaces) {
    const auto count = static_cast<double>(parts.size());
    const auto later = static_cast<std::size_t>(place * count);
    if (parts.size() - later < kLeastBentParts ||
        !may_be_looked_at_alone(count * width, static_cast<double>(parts.size() - later) * width)) {
      continue;
    }
    const Bend bend = bend_at(parts, width, later);
    if (clearest.later == 0 || bend.is_clearer_than(clearest)) clearest = bend;
  }
  return clearest;
}

double least_doubt_of(double span) {
  return std::clamp(kLeastDoubt * std::sqrt(kSeenMuchDays / span), kLeastDoubt, kMostDoubt);
}

// What is looked at of the points, and whether its rate changed.
struct Look {
  Trend trend;
  bool is_bent = false;
  double later = 0;  // the day from which the rate is another
  double drift = 0;
};

Look look_at(std::vector<LevelPoint> points) {
  Look look;
  Trend& trend = look.trend;
  trend.end_day = points.back().day;
  trend.span = span_of(points);
  trend.quantile = quantile_for(parts_for(points));
  std::vector<Part> parts = parts_of(points);
  take_off_the_day(points, line_through(parts), trend);
  if (trend.has_profile) parts = parts_of(points);
  const Line line = line_through(parts);
  const double width = trend.span / static_cast<double>(parts.size());
  const Rest rest = rest_of(parts, line, width);
  trend.rate = line.rate;
  trend.walk_variance = rest.walk_variance;
  trend.noise = rest.noise;
  trend.range = range_of(parts).width();
  trend.is_settled = is_settled(parts);
  trend.rate_variance = slope_variance(rest, width, parts.size());
  trend.least_doubt = least_doubt_of(trend.span) * std::abs(line.rate);
  find_reading_noise(points, parts, line, trend);
  find_level(parts, line, trend);
  trend.bend = bend_at(parts, width, parts.size() / 2).beyond_chance();
  const Bend clearest = clearest_bend(parts, width);
  look.is_bent = clearest.later != 0 && clearest.stands_out(line.rate);
  look.later = points.front().day + static_cast<double>(clearest.later) * width;
  look.drift = clearest.change / (trend.span / 2);
  return look;
}

}  // namespace

double Trend::doubt(double ahead, double side) const {
  const double least = least_doubt * ahead * (1 + ahead / span);
  const double by_chance =
      level_variance + walk_variance * ahead + rate_variance * ahead * ahead + least * least;
  const double by_bend = bend * (ahead + ahead * ahead / span);
  const double by_drift = std::max(0.0, side * drift) * (ahead * ahead / 2 + ahead * span / 2);
  return std::sqrt(quantile * quantile * by_chance + by_bend * by_bend) + by_drift;
}

double Trend::rate_doubt() const {
  const double least = 2 * least_doubt;
  const double by_chance = rate_variance + walk_variance / span + least * least;
  return std::sqrt(quantile * quantile * by_chance + bend * bend);
}

Trend trend_of(std::span<const LevelPoint> points) {
  Look look = look_at({points.begin(), points.end()});
  while (look.is_bent) {
    const auto later = std::find_if(points.begin(), points.end(), [&](const LevelPoint& point) {
      return point.day >= look.later;
    });
    const std::span<const LevelPoint> rest(later, points.end());
    if (rest.size() < 2 * kLeastPoints || rest.size() == points.size()) break;
    points = rest;
    const double drift = look.drift;
    look = look_at({points.begin(), points.end()});
    look.trend.drift = drift;
  }
  return look.trend;
}

}  // namespace rollcall
