#include "shared/core/ids.hpp"

#include <array>

#include <xxhash.h>

#include "shared/core/limits.hpp"

namespace rollcall {
namespace {

constexpr std::array<bool, 256> node_id_bytes() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : {'_', '.', ':', '-'}) table[static_cast<std::size_t>(c)] = true;
  return table;
}

constexpr std::array<bool, 256> kNodeIdBytes = node_id_bytes();

}  // namespace

bool is_node_id(std::string_view text) {
  if (text.empty() || text.size() > limits::kNodeIdBytes) return false;
  const char first = text.front();
  if (first == '_' || first == '.' || first == ':' || first == '-') return false;
  for (const char c : text) {
    if (!kNodeIdBytes[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

std::uint64_t hash_of(std::string_view text) { return XXH64(text.data(), text.size(), 0); }

}  // namespace rollcall
