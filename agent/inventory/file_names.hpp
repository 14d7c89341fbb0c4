// Which files of a data directory are blocks. A block's id is its path relative to the data
// directory, with "/" between the parts. Not blocks, by their names:
//   - hidden files, and everything in hidden directories (a part of the path begins with "."),
//   - files that are being made: names that end in ".tmp" or ".part" (rename them when whole),
//   - paths that cannot be an id: over 128 bytes, or not UTF-8. These are counted and shown.
// Links, pipes, sockets and devices are never blocks; symbolic links are not followed.
#pragma once

#include <cstdint>
#include <string_view>

namespace rollcall {

enum class NameKind : std::uint8_t {
  kBlock,
  kIgnored,   // hidden, or being made
  kUnusable,  // no id can be made of it
};

// `path` is relative; its directories are taken to be judged already by kind_of_directory.
NameKind kind_of_file(std::string_view path);
// kBlock: its files may be blocks. In an unusable directory, none can be.
NameKind kind_of_directory(std::string_view path);

// The part behind the last "/".
std::string_view last_part(std::string_view path);

}  // namespace rollcall
