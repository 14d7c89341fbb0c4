// Pages of nodes of which only the ids matter: of the queries `known` and `nodes`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/protocol/writer.hpp"

namespace rollcall {

// The query `known`. `after`: `next` of the page before.
void write_known_request(std::uint64_t id, const std::string& after, Buffer& out);

struct KnownPage {
  Bytes list;  // the array as it came; points into the result
  std::vector<std::string> nodes;
  std::string next;  // empty at the end
};
bool decode_known_page(Bytes result, KnownPage& page);

}  // namespace rollcall
