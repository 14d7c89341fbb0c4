// Pictures for browsers: standalone SVG documents without scripts, in light or dark as the reader's
// own surroundings are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/render/chart.hpp"
#include "shared/client/past.hpp"

namespace rollcall {

// Puts a document together. Sizes are pixels; a class is one of the style sheet's: ink, dim,
// accent, notice, good, warning, bad, worst, unknown.
class Svg {
 public:
  struct Point {
    double x = 0;
    double y = 0;
  };
  enum class Anchor : std::uint8_t { kStart, kMiddle, kEnd };

  // `text` may hold anything: it is escaped, and cut where it is very long.
  void text(Point at, std::string_view text, std::string_view css, Anchor anchor = Anchor::kStart,
            bool bold = false);
  void line(Point from, Point to, std::string_view css);
  void rect(Point at, double width, double height, std::string_view css);
  // With a shade from it down to `ground` where that is not negative.
  void path(const std::vector<Point>& points, std::string_view css, bool dotted, double ground);

  // The whole document, `width` by `height`. `title` names it for readers who do not see it.
  std::string document(double width, double height, std::string_view title) const;

 private:
  std::string body_;
};

// The text of an element or an attribute.
std::string svg_escaped(std::string_view text);

std::string history_svg(const PastHistory& history);
std::string timeline_svg(const PastTimeline& timeline);
// `chart`: of the only forecast, where there is one.
std::string forecast_svg(const std::vector<PastForecast>& forecasts,
                         const std::optional<Chart>& chart, std::int64_t now_ms);

}  // namespace rollcall
