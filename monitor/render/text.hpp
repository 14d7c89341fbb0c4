// Text for a terminal as data: rows of styled spans, measured by the columns that they take. What
// came from outside is escaped before it gets here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

enum class Style : std::uint8_t {
  kPlain,
  kDim,
  kBold,
  kGood,
  kNotice,
  kWarning,
  kBad,
  kAccent,
  kInverse,
};

struct Span {
  std::string text;
  Style style = Style::kPlain;
};

using Row = std::vector<Span>;
using Rows = std::vector<Row>;

// Columns that `text` takes on a terminal: 0 for combining marks, 2 for CJK and emoji, else 1.
std::size_t display_width(std::string_view text);
std::size_t display_width(const Row& row);

// At most `width` columns, with "…" where it was cut.
std::string cut(std::string_view text, std::size_t width);
Row cut(const Row& row, std::size_t width);

// Exactly `width` columns.
std::string padded(std::string_view text, std::size_t width, bool to_the_right = false);

std::string plain(const Row& row);
// With the escape sequences of its styles where `colours`.
std::string paint(const Row& row, bool colours);

}  // namespace rollcall
