#include "agent/inventory/file_names.hpp"

#include "shared/core/limits.hpp"
#include "shared/core/utf8.hpp"

namespace rollcall {

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

NameKind kind_of_file(std::string_view path) {
  const std::string_view name = last_part(path);
  if (name.starts_with('.') || name.ends_with(".tmp") || name.ends_with(".part")) {
    return NameKind::kIgnored;
  }
  if (name.empty() || path.size() > limits::kBlockIdBytes || !is_utf8(path)) {
    return NameKind::kUnusable;
  }
  return NameKind::kBlock;
}

NameKind kind_of_directory(std::string_view path) {
  const std::string_view name = last_part(path);
  if (name.starts_with('.')) return NameKind::kIgnored;
  // A file in it needs at least "/x" more.
  if (name.empty() || path.size() + 2 > limits::kBlockIdBytes || !is_utf8(path)) {
    return NameKind::kUnusable;
  }
  return NameKind::kBlock;
}

}  // namespace rollcall
