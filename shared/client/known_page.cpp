#include "shared/client/known_page.hpp"

#include "shared/client/named.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

void write_known_request(std::uint64_t id, const std::string& after, Buffer& out) {
  out.clear();
  Writer writer(out);
  writer.map(after.empty() ? 4 : 5).pair("v", kProtocolVersion).pair("id", id).pair("op", "known");
  writer.pair("limit", std::uint64_t{limits::kPageMax});
  if (!after.empty()) writer.pair("after", std::string_view(after));
}

bool decode_known_page(Bytes result, KnownPage& page) {
  page = KnownPage{};
  Reader reader(result);
  constexpr std::array<std::string_view, 2> kNames{"nodes", "next"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    if (i == 0) return reader.skip(limits::kNestingDepth + 1, &page.list);
    return reader.take_nil() || read_text(reader, page.next);
  });
  if (!reader.ok() || !reader.at_end() || (seen & 1u) == 0) return false;
  return for_each_item(page.list, [&](Bytes raw) {
    Reader item(raw);
    std::string node;
    constexpr std::array<std::string_view, 1> kNode{"node"};
    read_named(item, kNode, [&](int) { return read_text(item, node); });
    if (item.ok() && !node.empty()) page.nodes.push_back(std::move(node));
    return page.nodes.size() < limits::kPageMax;
  });
}

}  // namespace rollcall
