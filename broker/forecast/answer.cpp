#include "broker/forecast/answer.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "broker/forecast/forecast.hpp"
#include "broker/forecast/history_read.hpp"
#include "broker/forecast/members.hpp"
#include "broker/forecast/wire.hpp"
#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr double kDayMs = 86'400'000;
// What is thought to fill by no less than this share of its capacity a day, to be ranked before it
// is looked at closely: so a full one that stands still comes before an empty one.
constexpr double kLeastGrowth = 0.01;
constexpr double kFull = 0.95;

// A node or a group that may be forecast.
struct Candidate {
  std::string of;
  bool is_group = false;
  double used = 0;
  double total = 0;
  double days = 0;  // until it is full, roughly
  std::vector<const Member*> members;
};

struct Made {
  std::string of;
  Forecast forecast;
  std::optional<Absorb> absorb;
};

using Candidates = std::vector<Candidate>;

PastFailure bad(std::string message) { return {QueryError::kBadRequest, std::move(message)}; }
PastFailure unknown(std::string message) { return {QueryError::kNotFound, std::move(message)}; }

class Forecaster {
 public:
  Forecaster(std::int64_t now_ms, SampleSource& samples) : now_ms_(now_ms), samples_(samples) {}

  Made make(const Candidate& of, bool can_absorb) {
    Made made{of.of, {}, can_absorb ? absorb_of(of.members) : std::nullopt};
    const auto margin = made.absorb ? std::optional(made.absorb->margin_bytes) : std::nullopt;
    made.forecast =
        forecast(read_history(samples_, {of.is_group, of.of}, now_ms_), now_ms_, margin);
    return made;
  }

  // Keeps those of `candidates` that look as if they would be full first. Of nodes it is looked at
  // how fast they fill; of groups that would cost as much as forecasting them.
  void rank(Candidates& candidates) {
    if (candidates.size() <= limits::kForecasts) return;
    for (Candidate& candidate : candidates) guess(candidate, 0);
    keep_soonest(candidates,
                 candidates[0].is_group ? limits::kForecasts : limits::kForecastCandidates);
    if (candidates[0].is_group) return;
    for (Candidate& candidate : candidates) guess(candidate, growth_of(candidate));
    keep_soonest(candidates, limits::kForecasts);
  }

 private:
  // Over the last day, in bytes a day; 0 where that is not known.
  double growth_of(const Candidate& candidate) {
    const auto day_ms = static_cast<std::int64_t>(kDayMs);
    Sample before;
    if (!samples_.last_before({candidate.is_group, candidate.of}, now_ms_ - day_ms, day_ms,
                              before)) {
      return 0;
    }
    const double days = static_cast<double>(now_ms_ - before.at_ms) / kDayMs;
    return (candidate.used - static_cast<double>(before.storage.used)) / std::max(days, 0.5);
  }
  static void guess(Candidate& candidate, double growth) {
    const double least = kLeastGrowth * candidate.total;
    const double room = std::max(0.0, kFull * candidate.total - candidate.used);
    candidate.days = candidate.total > 0 ? room / std::max(growth, least)
                                         : std::numeric_limits<double>::infinity();
  }
  static void keep_soonest(Candidates& candidates, std::size_t most) {
    const auto sooner = [](const Candidate& a, const Candidate& b) {
      return a.days != b.days ? a.days < b.days : a.of < b.of;
    };
    const auto end =
        candidates.begin() + static_cast<std::ptrdiff_t>(std::min(most, candidates.size()));
    std::partial_sort(candidates.begin(), end, candidates.end(), sooner);
    candidates.erase(end, candidates.end());
  }

  std::int64_t now_ms_;
  SampleSource& samples_;
};

// Full first; of two that do not get there by then, the one that gets farther; then the fuller.
bool is_sooner(const Made& a, const Made& b) {
  for (std::size_t i = kFullPercents.size(); i-- > 0;) {
    const std::int64_t a_at = a.forecast.full[i].at_ms.value_or(INT64_MAX);
    const std::int64_t b_at = b.forecast.full[i].at_ms.value_or(INT64_MAX);
    if (a_at != b_at) return a_at < b_at;
  }
  const double a_full = a.forecast.used * b.forecast.total;
  const double b_full = b.forecast.used * a.forecast.total;
  return a_full != b_full ? a_full > b_full : a.of < b.of;
}

const std::string& label_of(const Member& member, std::string_view key) {
  return key == "zone" ? member.zone : member.rack;
}

bool is_domain(std::string_view key) { return key == "zone" || key == "rack"; }

Candidates nodes_among(const std::vector<Member>& members) {
  Candidates candidates;
  candidates.reserve(members.size());
  for (const Member& member : members) {
    candidates.push_back({member.id, false, member.used, member.total, 0, {}});
  }
  return candidates;
}

Candidates groups_among(const std::vector<Member>& members, const std::string& key) {
  std::map<std::string_view, Candidate> groups;
  for (const Member& member : members) {
    const std::string& value = label_of(member, key);
    if (value.empty()) continue;
    Candidate& group = groups[value];
    group.used += member.used;
    group.total += member.total;
    group.members.push_back(&member);
  }
  Candidates candidates;
  for (auto& [value, group] : groups) {
    group.of = key + "=" + std::string(value);
    group.is_group = true;
    candidates.push_back(std::move(group));
  }
  return candidates;
}

// {`forecasts`, `of`: how many there are, `whole`: all known nodes were gone through}.
void write_answer(std::span<const Made> made, std::size_t of, bool is_whole, std::size_t page_bytes,
                  Buffer& out) {
  Buffer rows;
  std::size_t written = 0;
  for (const Made& one : made) {
    const std::size_t before = rows.size();
    write_forecast(one.of, one.forecast, one.absorb, rows);
    if (page_bytes != 0 && rows.size() > page_bytes && written > 0) {
      rows.resize(before);
      break;
    }
    ++written;
  }
  Writer writer(out);
  writer.map(3).text("forecasts").array(written).raw(rows.view());
  writer.pair("of", of).pair_bool("whole", is_whole);
}

std::optional<PastFailure> answer_by(const PastQuestion& question, Forecaster& forecaster,
                                     NodeSource& nodes, Buffer& out) {
  const bool by_node = question.by == "node";
  if (!by_node && !is_domain(question.by)) return bad("`by` is node, zone or rack");
  const MemberList list = members_of(nodes, [](const Member&) { return true; });
  Candidates candidates =
      by_node ? nodes_among(list.members) : groups_among(list.members, question.by);
  const std::size_t of = candidates.size();
  forecaster.rank(candidates);
  std::vector<Made> made;
  made.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    made.push_back(forecaster.make(candidate, !by_node && list.is_whole));
  }
  std::sort(made.begin(), made.end(), is_sooner);
  const auto rows = std::span(made).first(std::min(question.limit, made.size()));
  write_answer(rows, of, list.is_whole, question.page_bytes, out);
  return std::nullopt;
}

std::optional<PastFailure> answer_group(const PastQuestion& question, Forecaster& forecaster,
                                        NodeSource& nodes, Buffer& out) {
  Candidate group;
  group.of = "all";
  group.is_group = true;
  if (!question.labels.empty()) {
    const auto& [key, value] = question.labels.front();
    if (question.labels.size() > 1 || !is_domain(key)) return bad("`labels` is one zone or rack");
    group.of = key + "=" + value;
  }
  const MemberList list = members_of(nodes, [&](const Member& member) {
    return question.labels.empty() ||
           label_of(member, question.labels.front().first) == question.labels.front().second;
  });
  if (list.members.empty() && list.is_whole && !question.labels.empty()) {
    return unknown("no such zone or rack");
  }
  for (const Member& member : list.members) group.members.push_back(&member);
  const Made made = forecaster.make(group, list.is_whole);
  write_answer({&made, 1}, 1, list.is_whole, 0, out);
  return std::nullopt;
}

}  // namespace

std::optional<PastFailure> answer_forecast(const PastQuestion& question, const PastMoment& moment,
                                           NodeSource& nodes, SampleSource& samples, Buffer& out) {
  const int asks = (question.node.empty() ? 0 : 1) + (question.labels.empty() ? 0 : 1) +
                   (question.by.empty() ? 0 : 1);
  if (asks > 1) return bad("`node`, `labels` or `by`, not several of them");
  Forecaster forecaster(moment.wall_ms, samples);
  if (!question.by.empty()) return answer_by(question, forecaster, nodes, out);
  if (question.node.empty()) return answer_group(question, forecaster, nodes, out);
  RosterNode known;
  if (!nodes.find(question.node, known)) return unknown("no such node");
  Candidate candidate;
  candidate.of = question.node;
  const Made made = forecaster.make(candidate, false);
  write_answer({&made, 1}, 1, true, 0, out);
  return std::nullopt;
}

}  // namespace rollcall
