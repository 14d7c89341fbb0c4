#include "monitor/render/text.hpp"

#include <algorithm>
#include <array>

#include "shared/core/utf8.hpp"

namespace rollcall {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// From the Unicode Character Database: general categories Mn and Me of the scripts met in labels.
constexpr std::array<Range, 14> kZeroWidth{{{0x0300, 0x036F},
                                            {0x0483, 0x0489},
                                            {0x0591, 0x05BD},
                                            {0x0610, 0x061A},
                                            {0x064B, 0x065F},
                                            {0x0E34, 0x0E3A},
                                            {0x0E47, 0x0E4E},
                                            {0x1AB0, 0x1AFF},
                                            {0x1DC0, 0x1DFF},
                                            {0x200B, 0x200F},
                                            {0x20D0, 0x20FF},
                                            {0xFE00, 0xFE0F},
                                            {0xFE20, 0xFE2F},
                                            {0xE0100, 0xE01EF}}};

// East Asian Width W and F, and emoji that terminals draw wide.
constexpr std::array<Range, 44> kWide{
    {{0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0},
     {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},
     {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},
     {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},   {0x26D4, 0x26D4},
     {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},   {0x26FA, 0x26FA},
     {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
     {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},
     {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},
     {0x2E80, 0x303E},   {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xAC00, 0xD7A3},
     {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
     {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}}};

constexpr char32_t kEmojiPresentation = 0xFE0F;

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), c,
                       [](char32_t x, const Range& range) { return x < range.first; });
  return after != ranges.begin() && c <= std::prev(after)->last;
}

// Takes one code point off the front; a malformed byte counts as one.
char32_t take(std::string_view& text, std::size_t& length) {
  length = std::max<std::size_t>(1, utf8_prefix_length(text));
  const auto lead = static_cast<unsigned char>(text[0]);
  char32_t c = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    c = (c << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  text.remove_prefix(length);
  return c;
}

// `before`: width of the code point before it, which an emoji selector widens.
std::size_t width_of(char32_t c, std::size_t before) {
  if (c < 0x300) return 1;
  if (c == kEmojiPresentation) return before == 1 ? 1 : 0;
  if (is_in(kZeroWidth, c)) return 0;
  return is_in(kWide, c) ? 2 : 1;
}

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::kPlain: return "";
    case Style::kDim: return "\x1b[2m";
    case Style::kBold: return "\x1b[1m";
    case Style::kGood: return "\x1b[32m";
    case Style::kNotice: return "\x1b[36m";
    case Style::kWarning: return "\x1b[33m";
    case Style::kBad: return "\x1b[1;31m";
    case Style::kAccent: return "\x1b[1;34m";
    default: return "\x1b[7m";
  }
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  std::size_t last = 0;
  std::size_t length = 0;
  while (!text.empty()) {
    last = width_of(take(text, length), last);
    width += last;
  }
  return width;
}

std::size_t display_width(const Row& row) {
  std::size_t width = 0;
  for (const Span& span : row) width += display_width(span.text);
  return width;
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::string out;
  std::size_t used = 0;
  std::size_t last = 0;
  while (!text.empty()) {
    std::size_t length = 0;
    const std::string_view before = text;
    last = width_of(take(text, length), last);
    if (used + last > width - 1) break;
    used += last;
    out += before.substr(0, length);
  }
  return out + "…";
}

Row cut(const Row& row, std::size_t width) {
  Row out;
  std::size_t left = width;
  for (const Span& span : row) {
    const std::size_t wanted = display_width(span.text);
    if (wanted <= left) {
      out.push_back(span);
      left -= wanted;
      continue;
    }
    if (left > 0) out.push_back({cut(span.text, left), span.style});
    break;
  }
  return out;
}

std::string padded(std::string_view text, std::size_t width, bool to_the_right) {
  std::string out = cut(text, width);
  const std::string spaces(width - std::min(width, display_width(out)), ' ');
  return to_the_right ? spaces + out : out + spaces;
}

std::string plain(const Row& row) {
  std::string out;
  for (const Span& span : row) out += span.text;
  return out;
}

std::string paint(const Row& row, bool colours) {
  if (!colours) return plain(row);
  std::string out;
  for (const Span& span : row) {
    const std::string_view escape = escape_of(span.style);
    out += escape;
    out += span.text;
    if (!escape.empty()) out += "\x1b[0m";
  }
  return out;
}

}  // namespace rollcall
