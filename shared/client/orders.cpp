#include "shared/client/orders.hpp"

#include "shared/client/named.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {

void write_order_request(std::uint64_t id, const OrderRequest& order, Buffer& out) {
  const auto count = [](bool is_there) { return is_there ? std::size_t{1} : 0; };
  out.clear();
  Writer writer(out);
  writer.map(3 + 1 + count(order.for_ms.has_value()) + count(!order.reason.empty()) +
             count(!order.text.empty()));
  writer.pair("v", kProtocolVersion).pair("id", id).pair("op", std::string_view(order.op));
  if (order.node.empty()) {
    writer.text("labels").map(order.labels.size());
    for (const auto& [key, value] : order.labels) writer.pair(key, std::string_view(value));
  } else {
    writer.pair("node", std::string_view(order.node));
  }
  if (order.for_ms) writer.pair_ms("for", *order.for_ms);
  if (!order.reason.empty()) writer.pair("reason", std::string_view(order.reason));
  if (!order.text.empty()) writer.pair("text", std::string_view(order.text));
}

bool decode_order_result(Bytes result, OrderResult& ordered) {
  ordered = OrderResult{};
  Reader reader(result);
  constexpr std::array<std::string_view, 3> kNames{"nodes", "changed", "seq"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_texts(reader, ordered.nodes, limits::kOrderedNodes);
      case 1: return reader.read_uint(ordered.changed);
      default: return reader.take_nil() || reader.read_uint(ordered.seq);
    }
  });
  return reader.ok() && reader.at_end() && (seen & 0b11u) == 0b11u;
}

}  // namespace rollcall
