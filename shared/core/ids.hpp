#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

namespace rollcall {

// A node id matches [A-Za-z0-9][A-Za-z0-9_.:-]{0,127}; so it is safe in logs, topics and paths
// (save as the whole of a path: "..": it cannot begin with a dot).
bool is_node_id(std::string_view text);

// XXH64 with seed 0: of a block id it is the summand of an inventory digest (the wire's
// definition); of a node id it is the hash that the registry looks up by.
std::uint64_t hash_of(std::string_view text);

// A node id with its hash, which is computed once.
struct NodeKey {
  template <std::convertible_to<std::string_view> Text>
  NodeKey(const Text& of) : id(of), hash(hash_of(id)) {}
  NodeKey(std::string_view of, std::uint64_t known_hash) : id(of), hash(known_hash) {}
  std::string_view id;
  std::uint64_t hash;
};

}  // namespace rollcall
