// A reader of XML that knows as much of it as our pictures need: enough to refuse what a browser
// would refuse.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

// What is wrong, or an empty text.
inline std::string why_not_well_formed(std::string_view text) {
  std::vector<std::string> open;
  bool had_root = false;
  while (!text.empty()) {
    const std::size_t tag = text.find('<');
    const std::string_view between = text.substr(0, tag);
    if (open.empty() && between.find_first_not_of(" \n") != std::string_view::npos) {
      return "text outside of the root";
    }
    for (std::size_t at = 0; (at = between.find('&', at)) != std::string_view::npos; ++at) {
      const std::string_view entity = between.substr(at, between.find(';', at) - at);
      if (entity != "&amp" && entity != "&lt" && entity != "&gt" && entity != "&quot" &&
          entity != "&#39") {
        return "unknown entity " + std::string(entity);
      }
    }
    for (const char c : between) {
      if (static_cast<unsigned char>(c) < 0x20 && c != '\n') return "a control character";
    }
    if (tag == std::string_view::npos) break;
    const std::size_t end = text.find('>', tag);
    if (end == std::string_view::npos) return "a tag that does not end";
    std::string_view inside = text.substr(tag + 1, end - tag - 1);
    text.remove_prefix(end + 1);
    if (inside.starts_with('/')) {
      if (open.empty() || open.back() != inside.substr(1)) return "</> of another";
      open.pop_back();
      continue;
    }
    if (open.empty() && had_root) return "two roots";
    had_root = true;
    if (inside.find('<') != std::string_view::npos) return "a tag within a tag";
    std::size_t quotes = 0;
    for (const char c : inside) quotes += c == '"' ? 1 : 0;
    if (quotes % 2 != 0) return "an attribute that does not end: " + std::string(inside);
    if (inside.ends_with('/')) continue;
    open.emplace_back(inside.substr(0, inside.find_first_of(" \n")));
  }
  if (!open.empty()) return open.back() + " does not end";
  return had_root ? "" : "no root";
}

}  // namespace rollcall
