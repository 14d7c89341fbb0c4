// Damaged files, put out of the way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall {

// Renames the file, and what SQLite keeps beside it, to PATH.damaged-YYYYMMDD-HHMMSS (UTC). Of
// those, the newest limits::kDamagedFiles stay. Returns the new name, without its folder. Throws
// StoreError where it cannot be renamed. Nobody may have it open.
std::string set_aside(const std::string& path, std::int64_t wall_ms);

// YYYYMMDD-HHMMSS (UTC).
std::string stamp_of(std::int64_t wall_ms);
// Of the files that are called as the one at `path` and go on with `infix`, the last `most` stay,
// in the order of their names; logs go with their files.
void drop_oldest(const std::string& path, std::string_view infix, std::size_t most);

}  // namespace rollcall
