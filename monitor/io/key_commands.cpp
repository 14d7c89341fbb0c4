// `keygen` and `keys`: certificates as files; no broker is asked.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "monitor/io/commands.hpp"
#include "monitor/io/output.hpp"
#include "shared/config/options.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/ids.hpp"
#include "shared/io/key_file.hpp"

namespace rollcall {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kPlaces{"agents", "monitors", "admins"};

struct KeyFile {
  std::string role;
  std::string name;
  std::string path;
  std::string public_key;  // empty where it cannot be read
  std::string problem;
};

// Everything that ends in .key under the three folders, by role and name.
std::vector<KeyFile> find_keys(const std::string& folder) {
  std::vector<KeyFile> found;
  for (const std::string_view place : kPlaces) {
    std::error_code error;
    fs::directory_iterator it(fs::path(folder) / place, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      const fs::path path = it->path();
      if (path.extension() != ".key" || path.stem().string().starts_with('.')) continue;
      KeyFile file{std::string(place.substr(0, place.size() - 1)),
                   path.stem().string(),
                   path.string(),
                   {},
                   {}};
      auto certificate = read_public_key_file(file.path);
      if (!is_node_id(file.name)) {
        file.problem = escaped(file.path) + ": not a name that a node could have";
      } else if (certificate) {
        file.public_key = certificate->public_key;
      } else {
        file.problem = certificate.error();
      }
      found.push_back(std::move(file));
    }
  }
  std::sort(found.begin(), found.end(), [](const KeyFile& a, const KeyFile& b) {
    return std::tie(a.role, a.name) < std::tie(b.role, b.name);
  });
  return found;
}

bool is_folder(const std::string& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return true;
  complain(fmt::format("{} is no directory; make one with: rollcall-monitor keygen broker --out {}",
                       escaped(folder), escaped(folder)));
  return false;
}

// What is wrong with the folder as a whole.
void check_folder(const std::string& folder, std::vector<std::string>& problems) {
  if (const auto own = read_broker_key(folder); !own) problems.push_back(own.error());
  for (const std::string& place :
       {folder, folder + "/agents", folder + "/monitors", folder + "/admins"}) {
    struct stat status {};
    if (stat(place.c_str(), &status) != 0) continue;
    if ((status.st_mode & S_IWOTH) != 0) {
      problems.push_back(escaped(place) + ": everybody may put keys into it; chmod o-w it");
    }
  }
}

void check_duplicates(const std::vector<KeyFile>& files, std::vector<std::string>& problems) {
  std::map<std::string_view, const KeyFile*> first;
  for (const KeyFile& file : files) {
    if (file.public_key.empty()) continue;
    const auto [known, is_new] = first.emplace(file.public_key, &file);
    if (is_new) continue;
    const bool same_role = known->second->role == file.role;
    problems.push_back(fmt::format(
        "{}: the same key as {}{}", escaped(file.path), escaped(known->second->path),
        same_role ? "; neither is let in, for it would speak for both" : ", in another role"));
  }
}

void check(const std::string& folder, const std::vector<KeyFile>& files,
           std::vector<std::string>& problems) {
  check_folder(folder, problems);
  for (const KeyFile& file : files) {
    if (!file.problem.empty()) problems.push_back(file.problem);
  }
  check_duplicates(files, problems);
}

}  // namespace

int run_keygen(const std::string& name, const std::string& folder) {
  if (!is_node_id(name)) {
    complain(
        fmt::format("'{}' cannot be a name: letters, digits and _ . : - after a letter or "
                    "digit, at most 128 characters",
                    escaped(name, 64)));
    return kExitUsage;
  }
  const Certificate drawn = draw_certificate();
  const auto path = write_key_files(folder, name, drawn);
  if (!path) {
    complain(path.error());
    return kExitFailed;
  }
  put_line(fmt::format("{} and {}_secret are written; public key {}", escaped(*path),
                       escaped(*path), drawn.public_key));
  put_line(name == "broker"
               ? fmt::format("start it with: rollcall-broker --keys {}; hand {} to every agent and "
                             "monitor",
                             escaped(folder), escaped(*path))
               : fmt::format("put {} into agents/, monitors/ or admins/ of the broker's keys; the "
                             "secret one stays with {}, beside broker.key",
                             escaped(*path), name));
  return kExitDone;
}

int run_keys_list(const Settings& settings, const std::string& folder) {
  if (!is_folder(folder)) return kExitFailed;
  const std::vector<KeyFile> files = find_keys(folder);
  if (settings.is_json()) {
    auto all = nlohmann::json::array();
    for (const KeyFile& file : files) {
      all.push_back({{"role", file.role},
                     {"name", escaped(file.name)},
                     {"public_key", file.public_key},
                     {"problem", file.problem}});
    }
    put_line(nlohmann::json{{"keys", std::move(all)}}.dump());
    return kExitDone;
  }
  if (files.empty()) {
    put_line("nobody is let in yet; put NAME.key files into agents/, monitors/ and admins/");
    return kExitDone;
  }
  std::size_t width = 4;
  for (const KeyFile& file : files) width = std::max(width, escaped(file.name).size());
  put_line(fmt::format("{:<8} {:<{}} {}", "ROLE", "NAME", width, "PUBLIC KEY"));
  for (const KeyFile& file : files) {
    put_line(fmt::format("{:<8} {:<{}} {}", file.role, escaped(file.name), width,
                         file.public_key.empty() ? "— " + file.problem : file.public_key));
  }
  return kExitDone;
}

std::vector<std::string> key_problems(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return {escaped(folder) + " is no directory"};
  std::vector<std::string> problems;
  check(folder, find_keys(folder), problems);
  return problems;
}

int run_keys_check(const std::string& folder) {
  if (!is_folder(folder)) return kExitFailed;
  const std::vector<KeyFile> files = find_keys(folder);
  std::vector<std::string> problems;
  check(folder, files, problems);
  for (const std::string& problem : problems) put_line("✗ " + problem);
  if (!problems.empty()) return kExitFailed;
  std::map<std::string_view, std::size_t> counts;
  for (const KeyFile& file : files) ++counts[file.role];
  put_line(fmt::format("✓ {} agents, {} monitors, {} admins; nothing is wrong", counts["agent"],
                       counts["monitor"], counts["admin"]));
  return kExitDone;
}

}  // namespace rollcall
