// The public keys that the broker lets in, as files: agents/<node id>.key, monitors/<name>.key and
// admins/<name>.key under the folder of --keys. They may come, go and change at any time.
//
// What cannot be read or understood never lets anyone in; a file that could be read before and now
// cannot stays as it was, and is told of, until it is mended or removed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "broker/access/access.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

class KeyFolder {
 public:
  explicit KeyFolder(std::string folder);
  ~KeyFolder();
  KeyFolder(const KeyFolder&) = delete;
  KeyFolder& operator=(const KeyFolder&) = delete;

  // Readable when something happened in the folders; -1 where the kernel has no watch to spare.
  int fd() const { return watch_; }
  // When to look again whatever the watch says.
  std::int64_t due_ms() const { return due_ms_; }
  void take_note(Now now);

  // Reads the files that changed. True where anything did, also in what is wrong with them.
  bool read(Now now);
  std::vector<Identity> identities() const;
  // What is wrong with some of the files, one sentence each.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct File {
    std::int64_t modified_ns = 0;
    std::uint64_t inode = 0;
    std::int64_t bytes = 0;
    std::string public_key;  // empty where it never could be read
    std::string problem;
    bool seen = false;
  };
  struct Place {
    Role role;
    std::string path;
    std::map<std::string, File> files;  // by name
    int watch = -1;
  };

  void watch(Place& place);
  bool read_place(Place& place);
  bool read_file(Place& place, const std::string& name, int folder);

  std::string folder_;
  int watch_;
  std::vector<Place> places_;
  std::vector<std::string> problems_;
  std::int64_t due_ms_ = 0;
};

}  // namespace rollcall
