// Damaged files, put out of the way.
#pragma once

#include <cstdint>
#include <string>

namespace rollcall {

// Renames the file, and what SQLite keeps beside it, to PATH.damaged-YYYYMMDD-HHMMSS (UTC). Of
// those, the newest limits::kDamagedFiles stay. Returns the new name, without its folder. Throws
// StoreError where it cannot be renamed. Nobody may have it open.
std::string set_aside(const std::string& path, std::int64_t wall_ms);

}  // namespace rollcall
