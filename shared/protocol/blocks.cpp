#include "shared/protocol/announcement.hpp"
#include "shared/protocol/fields.hpp"

namespace rollcall {
namespace {

enum BlocksField : int { kFrom = kHeaderFields, kTo, kPart, kParts, kAdd, kRemove };

constexpr std::uint32_t kRequired = kHeaderRequired | (1u << kFrom) | (1u << kTo);

int blocks_field_of(std::string_view key) {
  if (key == "from") return kFrom;
  if (key == "to") return kTo;
  if (key == "part") return kPart;
  if (key == "parts") return kParts;
  if (key == "add") return kAdd;
  if (key == "remove") return kRemove;
  return header_field_of(key);
}

bool read_block_id(Reader& reader, std::string_view& id) {
  if (!reader.read_string(id)) return false;
  const bool fits = !id.empty() && id.size() <= limits::kBlockIdBytes;
  return fits || reader.fail(Refusal::kOutOfRange);
}

bool read_block(Reader& reader) {
  std::uint32_t items = 0;
  Block block;
  if (!reader.read_array(items)) return false;
  if (items != 2) return reader.fail(Refusal::kWrongType);
  return read_block_id(reader, block.id) && reader.read_uint(block.bytes);
}

// An array of which each item passes `read_item`; `raw` is what lies behind its header.
template <typename ReadItem>
bool read_items(Reader& reader, std::uint32_t& count, Bytes& raw, ReadItem&& read_item) {
  if (!reader.read_array(count)) return false;
  const char* const begin = reader.position();
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!read_item()) return false;
  }
  raw = Bytes(begin, static_cast<std::size_t>(reader.position() - begin));
  return true;
}

bool read_from(Reader& reader, std::optional<std::uint64_t>& from) {
  if (reader.take_nil()) return true;
  std::uint64_t version = 0;
  if (!reader.read_uint(version)) return false;
  from = version;
  return true;
}

bool read_blocks_field(Reader& reader, int field, BlocksView& blocks) {
  std::string_view id;
  switch (field) {
    case kFrom: return read_from(reader, blocks.from);
    case kTo: return reader.read_uint(blocks.to);
    case kPart: return reader.read_uint(blocks.part);
    case kParts: return reader.read_uint(blocks.parts);
    case kAdd:
      return read_items(reader, blocks.add_count, blocks.add, [&] { return read_block(reader); });
    case kRemove:
      return read_items(reader, blocks.remove_count, blocks.remove,
                        [&] { return read_block_id(reader, id); });
    default: return read_header_field(reader, field, blocks.header);
  }
}

}  // namespace

Refusal decode_blocks(Bytes body, BlocksView& blocks) {
  blocks = BlocksView{};
  Reader reader(body);
  std::uint32_t pairs = 0;
  const auto read = [&](int field) { return read_blocks_field(reader, field, blocks); };
  const std::uint32_t seen = read_fields(reader, kBelowBody, pairs, blocks_field_of, read);
  return finish(reader, seen, kRequired);
}

Refusal why_invalid(const BlocksView& blocks) {
  const Refusal header = why_invalid(blocks.header);
  if (header != Refusal::kNone) return header;
  const bool fits = blocks.part >= 1 && blocks.part <= blocks.parts &&
                    blocks.parts <= limits::kBlockParts &&
                    (blocks.from.has_value() || blocks.remove_count == 0);
  return fits ? Refusal::kNone : Refusal::kOutOfRange;
}

void encode(const Blocks& blocks, Buffer& out) {
  Writer writer(out);
  writer.map(10)
      .pair("v", blocks.header.version)
      .pair("session", blocks.header.session)
      .pair("seq", blocks.header.seq)
      .pair("at", blocks.header.at_ms)
      .text("from");
  if (blocks.from) {
    writer.uint(*blocks.from);
  } else {
    writer.nil();
  }
  writer.pair("to", blocks.to).pair("part", blocks.part).pair("parts", blocks.parts);
  writer.text("add").array(blocks.add.size());
  for (const Block& block : blocks.add) writer.array(2).text(block.id).uint(block.bytes);
  writer.text("remove").array(blocks.remove.size());
  for (const std::string_view id : blocks.remove) writer.text(id);
}

}  // namespace rollcall
