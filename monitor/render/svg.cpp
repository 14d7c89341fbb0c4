#include "monitor/render/svg.hpp"

#include <fmt/format.h>

#include "shared/core/escape.hpp"

namespace rollcall {
namespace {

// Colours that are told apart with any eyes: blue, teal, green, amber, red; and those of the dark,
// lighter. Lines are stroked (s-…), the rest is filled (f-…).
constexpr std::string_view kStyleSheet = R"(<style>
svg{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;background:#fff}
.page{fill:#fff}.f-ink{fill:#1f2328}.f-dim{fill:#656d76}.s-grid{stroke:#d8dee4}.s-axis{stroke:#8c959f}
.f-accent{fill:#0969da}.s-accent{stroke:#0969da}.f-notice{fill:#0a8a8a}.s-notice{stroke:#0a8a8a}
.f-good{fill:#2da44e}.s-good{stroke:#2da44e}.f-warning{fill:#d4a72c}.s-warning{stroke:#d4a72c}
.f-bad{fill:#cf222e}.s-bad{stroke:#cf222e}.f-worst{fill:#82071e}.s-dim{stroke:#8c959f}
.f-unknown{fill:#d8dee4}.line{fill:none;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}
.dotted{stroke-dasharray:2 4}.shade{opacity:.12;stroke:none}.bold{font-weight:600}
@media(prefers-color-scheme:dark){svg{background:#0d1117}
.page{fill:#0d1117}.f-ink{fill:#e6edf3}.f-dim{fill:#8d96a0}.s-grid{stroke:#30363d}.s-axis{stroke:#6e7681}
.f-accent{fill:#4493f8}.s-accent{stroke:#4493f8}.f-notice{fill:#39c5cf}.s-notice{stroke:#39c5cf}
.f-good{fill:#3fb950}.s-good{stroke:#3fb950}.f-warning{fill:#d29922}.s-warning{stroke:#d29922}
.f-bad{fill:#f85149}.s-bad{stroke:#f85149}.f-worst{fill:#ff9492}.s-dim{stroke:#6e7681}
.f-unknown{fill:#30363d}}
</style>
)";

std::string_view name_of_anchor(Svg::Anchor anchor) {
  if (anchor == Svg::Anchor::kMiddle) return "middle";
  return anchor == Svg::Anchor::kEnd ? "end" : "start";
}

}  // namespace

std::string svg_escaped(std::string_view text) {
  std::string out;
  // First what no document may hold, then what would end the text.
  const std::string safe = escaped(text);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    // U+FFFE and U+FFFF: well-formed UTF-8 that XML does not know.
    const std::string_view rest = std::string_view(safe).substr(i, 3);
    if (rest == "\xef\xbf\xbe" || rest == "\xef\xbf\xbf") {
      out += "\xef\xbf\xbd";
      i += 2;
      continue;
    }
    switch (safe[i]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += safe[i];
    }
  }
  return out;
}

void Svg::text(Point at, std::string_view text, std::string_view css, Anchor anchor, bool bold) {
  body_ +=
      fmt::format(R"(<text x="{:.1f}" y="{:.1f}" class="f-{}{}" text-anchor="{}">{}</text>)"
                  "\n",
                  at.x, at.y, css, bold ? " bold" : "", name_of_anchor(anchor), svg_escaped(text));
}

void Svg::line(Point from, Point to, std::string_view css) {
  body_ += fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="s-{}"/>)"
                       "\n",
                       from.x, from.y, to.x, to.y, css);
}

void Svg::rect(Point at, double width, double height, std::string_view css) {
  body_ +=
      fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="f-{}"/>)"
                  "\n",
                  at.x, at.y, width, height, css);
}

void Svg::path(const std::vector<Point>& points, std::string_view css, bool dotted, double ground) {
  if (points.empty()) return;
  std::string steps;
  for (const Point& point : points) {
    steps += fmt::format("{}{:.1f} {:.1f}", steps.empty() ? "M" : "L", point.x, point.y);
  }
  // One point alone: a dot, by the round ends of a line.
  if (points.size() == 1) steps += fmt::format("L{:.1f} {:.1f}", points[0].x, points[0].y);
  if (ground >= 0 && points.size() > 1) {
    body_ += fmt::format(R"(<path d="{}L{:.1f} {:.1f}L{:.1f} {:.1f}Z" class="f-{} shade"/>)"
                         "\n",
                         steps, points.back().x, ground, points.front().x, ground, css);
  }
  body_ += fmt::format(R"(<path d="{}" class="line s-{}{}"/>)"
                       "\n",
                       steps, css, dotted ? " dotted" : "");
}

std::string Svg::document(double width, double height, std::string_view title) const {
  std::string out =
      fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1:.0f}" )"
                  R"(viewBox="0 0 {0:.0f} {1:.0f}" role="img">)"
                  "\n<title>{2}</title>\n",
                  width, height, svg_escaped(title));
  out += kStyleSheet;
  out += R"(<rect width="100%" height="100%" class="page"/>)"
         "\n";
  return out + body_ + "</svg>\n";
}

}  // namespace rollcall
