// A broker's store as a file: taken in parts, and given back in parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/protocol/writer.hpp"

namespace rollcall {

// Asks for a copy as the store is now; the answer says how large it is.
void write_backup_begin(std::uint64_t id, Buffer& out);
// Asks for the part of the copy `name` that begins at `offset`.
void write_backup_part(std::uint64_t id, std::string_view name, std::uint64_t offset, Buffer& out);

struct BackupBegun {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint64_t digest = 0;  // XXH64 of it
};
bool decode_backup_begun(Bytes result, BackupBegun& begun);

struct BackupPart {
  Bytes data;               // points into the result
  std::uint64_t bytes = 0;  // of the whole copy
};
// False also where the part is empty or longer than limits::kBackupPartBytes.
bool decode_backup_part(Bytes result, BackupPart& part);

void write_restore_begin(std::uint64_t id, std::uint64_t bytes, std::uint64_t digest, Buffer& out);
// `data`: limits::kRestorePartBytes at most.
void write_restore_part(std::uint64_t id, std::uint64_t offset, Bytes data, Buffer& out);
void write_restore_finish(std::uint64_t id, Buffer& out);

}  // namespace rollcall
