#include "shared/client/backup.hpp"

#include "shared/client/named.hpp"
#include "shared/protocol/announcement.hpp"

namespace rollcall {
namespace {

Writer& begin(Writer& writer, std::uint64_t id, std::string_view op, std::size_t arguments) {
  return writer.map(3 + arguments).pair("v", kProtocolVersion).pair("id", id).pair("op", op);
}

// msgpack's bin 32.
void append_binary(Bytes data, Buffer& out) {
  const auto length = static_cast<std::uint32_t>(data.size());
  const std::array<char, 5> header{'\xc6', static_cast<char>(length >> 24),
                                   static_cast<char>(length >> 16), static_cast<char>(length >> 8),
                                   static_cast<char>(length)};
  out.write(header.data(), header.size());
  out.append(data);
}

// One value of msgpack's types bin 8, 16 and 32, without its header.
bool take_binary(Bytes raw, Bytes& data) {
  if (raw.empty()) return false;
  const auto tag = static_cast<unsigned char>(raw[0]);
  if (tag < 0xc4 || tag > 0xc6) return false;
  // That it is whole was seen when it was passed over.
  data = raw.substr(1 + (std::size_t{1} << (tag - 0xc4u)));
  return true;
}

}  // namespace

void write_backup_begin(std::uint64_t id, Buffer& out) {
  out.clear();
  Writer writer(out);
  begin(writer, id, "backup", 0);
}

void write_backup_part(std::uint64_t id, std::string_view name, std::uint64_t offset, Buffer& out) {
  out.clear();
  Writer writer(out);
  begin(writer, id, "backup", 2).pair("backup", name).pair("offset", offset);
}

bool decode_backup_begun(Bytes result, BackupBegun& begun) {
  begun = BackupBegun{};
  Reader reader(result);
  constexpr std::array<std::string_view, 3> kNames{"backup", "bytes", "digest"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    switch (i) {
      case 0: return read_text(reader, begun.name);
      case 1: return reader.read_uint(begun.bytes);
      default: return reader.read_uint(begun.digest);
    }
  });
  return reader.ok() && reader.at_end() && seen == 0b111u && !begun.name.empty();
}

bool decode_backup_part(Bytes result, BackupPart& part) {
  part = BackupPart{};
  Reader reader(result);
  Bytes raw;
  constexpr std::array<std::string_view, 2> kNames{"data", "bytes"};
  const std::uint32_t seen = read_named(reader, kNames, [&](int i) {
    return i == 0 ? reader.skip(1, &raw) : reader.read_uint(part.bytes);
  });
  if (!reader.ok() || !reader.at_end() || seen != 0b11u || !take_binary(raw, part.data)) {
    return false;
  }
  return !part.data.empty() && part.data.size() <= limits::kBackupPartBytes;
}

void write_restore_begin(std::uint64_t id, std::uint64_t bytes, std::uint64_t digest, Buffer& out) {
  out.clear();
  Writer writer(out);
  begin(writer, id, "restore", 3).pair("what", "begin").pair("bytes", bytes).pair("digest", digest);
}

void write_restore_part(std::uint64_t id, std::uint64_t offset, Bytes data, Buffer& out) {
  out.clear();
  Writer writer(out);
  begin(writer, id, "restore", 3).pair("what", "data").pair("offset", offset).text("data");
  append_binary(data, out);
}

void write_restore_finish(std::uint64_t id, Buffer& out) {
  out.clear();
  Writer writer(out);
  begin(writer, id, "restore", 1).pair("what", "finish");
}

}  // namespace rollcall
