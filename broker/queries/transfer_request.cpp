#include "broker/queries/transfer_request.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "shared/core/escape.hpp"
#include "shared/protocol/fields.hpp"

namespace rollcall {
namespace {

enum Field : int { kBackup, kOffset, kWhat, kBytes, kDigest, kData };
constexpr std::array<std::string_view, 6> kFieldNames{"backup", "offset", "what",
                                                      "bytes",  "digest", "data"};

int field_of(std::string_view key) {
  const auto found = std::find(kFieldNames.begin(), kFieldNames.end(), key);
  return found == kFieldNames.end() ? -1 : static_cast<int>(found - kFieldNames.begin());
}

constexpr std::uint32_t bit(Field field) { return 1u << static_cast<unsigned>(field); }

PastFailure bad(std::string message) { return {QueryError::kBadRequest, std::move(message)}; }

// msgpack's bin 8, 16 and 32: a tag, a length of 1, 2 or 4 bytes, the bytes.
bool read_binary(Reader& reader, std::string& data) {
  constexpr unsigned kBin8 = 0xc4;
  constexpr unsigned kBin32 = 0xc6;
  Bytes raw;
  if (!reader.skip(0, &raw)) return false;
  const unsigned tag = raw.empty() ? 0 : static_cast<unsigned char>(raw[0]);
  if (tag < kBin8 || tag > kBin32) return reader.fail(Refusal::kWrongType);
  data.assign(raw.substr(1 + (std::size_t{1} << (tag - kBin8))));
  return true;
}

bool read_name(Reader& reader, std::string& text) {
  std::string_view value;
  if (!reader.read_string(value)) return false;
  text.assign(value);
  return true;
}

struct Read {
  std::uint32_t seen = 0;
  std::string what;
};

std::optional<PastFailure> read_all(Bytes body, Transfer& transfer, Read& read) {
  transfer = Transfer{};
  Reader reader(body);
  std::uint32_t pairs = 0;
  int last = -1;
  read.seen = read_fields(reader, kBelowBody, pairs, field_of, [&](int field) {
    last = field;
    switch (field) {
      case kBackup: return read_name(reader, transfer.name);
      case kOffset: return reader.read_uint(transfer.offset);
      case kWhat: return read_name(reader, read.what);
      case kBytes: return reader.read_uint(transfer.bytes);
      case kDigest: return reader.read_uint(transfer.digest);
      default: return read_binary(reader, transfer.data);
    }
  });
  if (reader.ok() && reader.at_end()) return std::nullopt;
  if (last < 0) return bad("the request cannot be read");
  return bad(fmt::format("'{}' cannot be read: {}", kFieldNames[static_cast<std::size_t>(last)],
                         name_of(reader.ok() ? Refusal::kTrailingBytes : reader.failure())));
}

std::optional<PastFailure> missing(std::uint32_t seen, Field field, std::string_view what) {
  if ((seen & bit(field)) != 0) return std::nullopt;
  return bad(
      fmt::format("'{}' is missing: {}", kFieldNames[static_cast<std::size_t>(field)], what));
}

}  // namespace

std::optional<PastFailure> read_backup(Bytes body, Transfer& transfer) {
  Read read;
  if (auto failure = read_all(body, transfer, read)) return failure;
  const std::uint32_t seen = read.seen & (bit(kBackup) | bit(kOffset));
  if (seen == 0) return std::nullopt;
  if (auto failure = missing(seen, kBackup, "the name of the copy that is read")) return failure;
  if (auto failure = missing(seen, kOffset, "where the part begins, in bytes")) return failure;
  if (transfer.name.empty()) return bad("'backup' is the name that the answer to a backup had");
  return std::nullopt;
}

std::optional<PastFailure> read_restore(Bytes body, Transfer& transfer) {
  Read read;
  if (auto failure = read_all(body, transfer, read)) return failure;
  if (read.what == "begin") {
    transfer.step = RestoreStep::kBegin;
    if (auto failure = missing(read.seen, kBytes, "how long the backup is")) return failure;
    return missing(read.seen, kDigest, "the XXH64 of the backup");
  }
  if (read.what == "data") {
    transfer.step = RestoreStep::kData;
    if (auto failure = missing(read.seen, kOffset, "where the part begins")) return failure;
    if (auto failure = missing(read.seen, kData, "the part of the backup, as bin")) return failure;
    if (transfer.data.empty()) return bad("'data' is empty");
    return std::nullopt;
  }
  transfer.step = RestoreStep::kFinish;
  if (read.what == "finish") return std::nullopt;
  return bad(fmt::format("'what' is begin, data or finish, not '{}'", escaped(read.what, 64)));
}

}  // namespace rollcall
