#include "broker/io/store/descriptor.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "broker/io/store/database.hpp"

namespace rollcall {

void Descriptor::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

void sync_folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const Descriptor file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file && fsync(file.get()) == 0) return;
  throw StoreError(StoreTrouble::kFailed,
                   fmt::format("cannot write down {}: {}", folder, std::strerror(errno)));
}

}  // namespace rollcall
