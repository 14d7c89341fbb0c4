#include "monitor/render/trends.hpp"

#include <algorithm>

#include "monitor/render/chart.hpp"

namespace rollcall {
namespace {

// Less of a change than this share of the disk is drawn as small as it is.
constexpr double kLeastChange = 0.01;

// The last cells' worth, at the right.
std::vector<double> last_cells(const std::vector<double>& values) {
  const std::size_t skipped = values.size() - std::min(values.size(), kTrendCells);
  return {values.begin() + static_cast<std::ptrdiff_t>(skipped), values.end()};
}

std::string storage_trend(const PastSeries& series) {
  const std::vector<double> values = last_cells(series.column(PastColumn::kStorageUsed));
  const auto found = extremes_of(values);
  if (!found) return {};
  const auto total = extremes_of(series.column(PastColumn::kStorageTotal));
  const double least = total ? total->last * kLeastChange : 0;
  return sparkline(values, found->least, std::max(found->greatest, found->least + least));
}

}  // namespace

void add_trends(const PastHistory& history, Trends& trends) {
  for (const PastSeries& series : history.series) {
    trends[series.of] = {storage_trend(series),
                         sparkline(last_cells(series.column(PastColumn::kCpu)), 0, 100)};
  }
}

}  // namespace rollcall
