// [P79]
#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "broker/past/answers.hpp"
#include "broker/past/node_past.hpp"
#include "broker/past/pages.hpp"
#include "broker/past/uptime.hpp"

namespace rollcall {
namespace {

void write_row(std::string_view of, const Uptime& uptime, Writer& writer) {
  const auto share = uptime.share();
  const auto between = uptime.mean_time_between_failures_ms();
  const auto to_return = uptime.mean_time_to_return_ms();
  writer.map(6u + share.has_value() + between.has_value() + to_return.has_value());
  writer.pair("of", of).pair("nodes", uptime.nodes);
  if (share) writer.pair_number("up", *share);
  writer.pair_ms("down", uptime.down_ms).pair_ms("planned", uptime.planned_ms);
  writer.pair_ms("unknown", uptime.unknown_ms).pair("incidents", uptime.incidents);
  if (between) writer.pair_ms("mean_time_between_failures", *between);
  if (to_return) writer.pair_ms("mean_time_to_return", *to_return);
}

// Rows as pages have them: in order, behind `after`, until the page is full.
class Rows {
 public:
  explicit Rows(const PastQuestion& question) : question_(question) {}

  // False where it is full; `next` is the last one before then.
  bool add(std::string_view of, const Uptime& uptime) {
    row_.clear();
    Writer writer(row_);
    write_row(of, uptime, writer);
    if (is_full() || (count_ != 0 && rows_.size() + row_.size() > question_.page_bytes)) {
      stop();
      return false;
    }
    rows_.append(row_.view());
    last_ = of;
    ++count_;
    return true;
  }
  bool is_full() const { return count_ >= question_.limit; }
  // There is more behind the last one; or behind one that was passed over.
  void stop() { next_ = last_; }
  void pass_over(std::string_view of) { last_ = of; }

  void write(const PastRange& range, Buffer& out) const {
    Writer writer(out);
    writer.map(4).pair_ms("since", range.since_ms).pair_ms("until", range.until_ms);
    writer.text("rows").array(count_).raw(rows_.view());
    write_next(next_, writer);
  }

 private:
  const PastQuestion& question_;
  Buffer rows_;
  Buffer row_;
  std::size_t count_ = 0;
  std::string last_;
  std::string next_;
};

class Measuring {
 public:
  Measuring(const PastRange& range, const PastSources& past)
      : past_(past), nodes_(range, past, {}, budget_) {}

  Uptime of(const RosterNode& node) {
    UptimeMeter meter;
    nodes_.tell(node, [&](std::int64_t from_ms, std::int64_t to_ms, const NodeThen& then) {
      meter.add(from_ms, to_ms, then);
    });
    return meter.finish();
  }
  bool is_spent() const { return budget_.is_spent(); }
  NodeSource& nodes() { return past_.nodes; }

 private:
  const PastSources& past_;
  PastBudget budget_;
  NodePast nodes_;
};

void add_nodes(const PastQuestion& question, Measuring& measuring, Rows& rows) {
  std::size_t looked_at = 0;
  measuring.nodes().visit(question.prefix, question.after, [&](const RosterNode& node) {
    if (rows.is_full() || ++looked_at > limits::kPastNodesPerPage) {
      rows.stop();
      return false;
    }
    if (!has_labels(node.labels, question.labels)) {
      rows.pass_over(node.id);
      return true;
    }
    return rows.add(node.id, measuring.of(node)) && !measuring.is_spent();
  });
}

PastFailure too_many(std::string_view what, std::size_t most) {
  return {QueryError::kTooLarge,
          fmt::format("more than {} {}; name 'labels' or a 'node', or ask 'by' node, page by page",
                      most, what)};
}

PastVerdict add_groups(const PastQuestion& question, Measuring& measuring, Rows& rows) {
  std::map<std::string, Uptime> groups;
  std::size_t looked_at = 0;
  measuring.nodes().visit(question.prefix, {}, [&](const RosterNode& node) {
    if (!has_labels(node.labels, question.labels)) return true;
    if (++looked_at > limits::kPastNodes) return false;
    std::string of = "all";
    if (!question.by.empty()) {
      of = fmt::format("{}={}", question.by, label_of(node.labels, question.by));
    }
    groups[std::move(of)].add(measuring.of(node));
    return groups.size() <= limits::kPastGroups && !measuring.is_spent();
  });
  if (looked_at > limits::kPastNodes) return too_many("nodes", limits::kPastNodes);
  if (groups.size() > limits::kPastGroups) return too_many("groups", limits::kPastGroups);
  for (auto group = groups.upper_bound(question.after); group != groups.end(); ++group) {
    if (rows.is_full()) {
      rows.stop();
      break;
    }
    if (!rows.add(group->first, group->second)) break;
  }
  return std::nullopt;
}

}  // namespace

PastVerdict answer_availability(const PastQuestion& question, const PastMoment& moment,
                                const PastSources& past, Buffer& out) {
  PastRange range;
  if (auto failure = find_range(question, moment, 30 * kDayMs, past.events, range)) return failure;
  Measuring measuring(range, past);
  Rows rows(question);
  if (!question.node.empty()) {
    RosterNode node;
    if (!past.nodes.find(question.node, node)) return node_not_known(question.node);
    rows.add(node.id, measuring.of(node));
  } else if (question.by == "node") {
    add_nodes(question, measuring, rows);
  } else if (auto failure = add_groups(question, measuring, rows)) {
    return failure;
  }
  if (measuring.is_spent()) return PastBudget::failure();
  rows.write(range, out);
  return std::nullopt;
}

}  // namespace rollcall
