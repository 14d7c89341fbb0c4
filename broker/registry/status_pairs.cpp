#include "broker/registry/status_pairs.hpp"

namespace rollcall {

std::size_t plain_pairs(const Node& node) {
  if (!node.is_plain) return 0;
  return StatusView::kPlainPairs + (node.has_network ? 1u : 0u);
}

void write_plain_pairs(const Node& node, Writer& writer) {
  if (!node.is_plain) return;
  writer.pair("v", kProtocolVersion)
      .pair("session", node.session)
      .pair("interval", std::uint64_t{node.interval_ms})
      .pair("state", name_of(node.state));
  writer.text("storage").map(2);
  writer.pair("used", node.storage.used).pair("total", node.storage.total);
  writer.text("memory").map(2);
  writer.pair("used", node.memory.used).pair("total", node.memory.total);
  if (!node.has_network) return;
  writer.text("network").map(node.network.capacity != 0 ? 3 : 2);
  writer.pair("rx", node.network.rx).pair("tx", node.network.tx);
  if (node.network.capacity != 0) writer.pair("capacity", node.network.capacity);
}

void write_status_again(const Node& node, Buffer& out) {
  Writer writer(out);
  writer.map(plain_pairs(node) + node.text.pair_count());
  write_plain_pairs(node, writer);
  out.append(node.text.pairs());
}

}  // namespace rollcall
