#include "tests/store/faulty_disk.hpp"

#include <condition_variable>
#include <cstring>
#include <mutex>

#include <sqlite3.h>

namespace rollcall::faulty {
namespace {

std::mutex mutex;
std::condition_variable changed;
Call chosen = Call::kAny;
int left = 0;
int error = SQLITE_OK;
bool fails_for_good = false;
bool failed = false;
bool holds = false;
int held = 0;
int allocations_left = 0;

sqlite3_vfs* disk = nullptr;  // the real one
sqlite3_mem_methods heap;     // as well

// What to answer instead of doing it; SQLITE_OK: do it.
int fate(Call call) {
  const std::lock_guard lock(mutex);
  if (chosen != Call::kAny && chosen != call) return SQLITE_OK;
  if (left == 0) return failed && fails_for_good ? error : SQLITE_OK;
  if (--left != 0) return SQLITE_OK;
  failed = true;
  return error;
}

struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real(); }

template <auto Method, typename... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
  return (real(file)->pMethods->*Method)(real(file), arguments...);
}

int do_read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
  const int code = fate(Call::kRead);
  return code != SQLITE_OK ? code : pass<&sqlite3_io_methods::xRead>(file, bytes, size, at);
}

int do_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const int code = fate(Call::kWrite);
  if (code == SQLITE_OK) return pass<&sqlite3_io_methods::xWrite>(file, bytes, size, at);
  // Half of it arrived, as it may.
  pass<&sqlite3_io_methods::xWrite>(file, bytes, size / 2, at);
  return code;
}

int do_truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = fate(Call::kTruncate);
  return code != SQLITE_OK ? code : pass<&sqlite3_io_methods::xTruncate>(file, size);
}

int do_sync(sqlite3_file* file, int flags) {
  {
    std::unique_lock lock(mutex);
    ++held;
    changed.notify_all();
    changed.wait(lock, [] { return !holds; });
    --held;
  }
  const int code = fate(Call::kSync);
  return code != SQLITE_OK ? code : pass<&sqlite3_io_methods::xSync>(file, flags);
}

int do_lock(sqlite3_file* file, int how) {
  const int code = fate(Call::kLock);
  return code != SQLITE_OK ? code : pass<&sqlite3_io_methods::xLock>(file, how);
}

int do_close(sqlite3_file* file) { return pass<&sqlite3_io_methods::xClose>(file); }
int do_size(sqlite3_file* file, sqlite3_int64* size) {
  return pass<&sqlite3_io_methods::xFileSize>(file, size);
}
int do_unlock(sqlite3_file* file, int how) { return pass<&sqlite3_io_methods::xUnlock>(file, how); }
int is_reserved(sqlite3_file* file, int* answer) {
  return pass<&sqlite3_io_methods::xCheckReservedLock>(file, answer);
}
int do_control(sqlite3_file* file, int op, void* argument) {
  return pass<&sqlite3_io_methods::xFileControl>(file, op, argument);
}
int sector_size(sqlite3_file* file) { return pass<&sqlite3_io_methods::xSectorSize>(file); }
int traits(sqlite3_file* file) { return pass<&sqlite3_io_methods::xDeviceCharacteristics>(file); }

// Version 1: without memory that is shared between processes, which the store does not use.
sqlite3_io_methods methods_of_all() {
  sqlite3_io_methods it{};
  it.iVersion = 1;
  it.xClose = do_close;
  it.xRead = do_read;
  it.xWrite = do_write;
  it.xTruncate = do_truncate;
  it.xSync = do_sync;
  it.xFileSize = do_size;
  it.xLock = do_lock;
  it.xUnlock = do_unlock;
  it.xCheckReservedLock = is_reserved;
  it.xFileControl = do_control;
  it.xSectorSize = sector_size;
  it.xDeviceCharacteristics = traits;
  return it;
}

int do_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* got) {
  static const sqlite3_io_methods methods = methods_of_all();
  file->pMethods = nullptr;
  if (const int code = fate(Call::kOpen); code != SQLITE_OK) return code;
  const int code = disk->xOpen(disk, name, real(file), flags, got);
  if (code == SQLITE_OK) file->pMethods = &methods;
  return code;
}

int do_delete(sqlite3_vfs*, const char* name, int then_flush) {
  const int code = fate(Call::kDelete);
  return code != SQLITE_OK ? code : disk->xDelete(disk, name, then_flush);
}

bool may_allocate() {
  const std::lock_guard lock(mutex);
  if (allocations_left == 0 || --allocations_left != 0) return true;
  failed = true;
  return false;
}

void* allocate(int size) { return may_allocate() ? heap.xMalloc(size) : nullptr; }
void* allocate_again(void* old, int size) {
  return may_allocate() ? heap.xRealloc(old, size) : nullptr;
}

// Before SQLite is used at all: its memory cannot be exchanged later.
const bool is_set_up = [] {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &heap);
  static sqlite3_mem_methods instead = heap;
  instead.xMalloc = allocate;
  instead.xRealloc = allocate_again;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &instead);
  sqlite3_initialize();
  disk = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs faulty = *disk;
  faulty.zName = "faulty";
  faulty.pNext = nullptr;
  faulty.szOsFile = static_cast<int>(sizeof(File)) + disk->szOsFile;
  faulty.xOpen = do_open;
  faulty.xDelete = do_delete;
  sqlite3_vfs_register(&faulty, 1);
  return true;
}();

}  // namespace

void fail(Call call, int nth, int code, bool for_good) {
  const std::lock_guard lock(mutex);
  chosen = call;
  left = nth;
  error = code;
  fails_for_good = for_good;
  failed = false;
}

void heal() {
  const std::lock_guard lock(mutex);
  left = allocations_left = 0;
  fails_for_good = false;
}

bool has_failed() {
  const std::lock_guard lock(mutex);
  return failed;
}

void hold_flushes() {
  const std::lock_guard lock(mutex);
  holds = true;
}

void let_go() {
  const std::lock_guard lock(mutex);
  holds = false;
  changed.notify_all();
}

int waiting() {
  const std::lock_guard lock(mutex);
  return holds ? held : 0;
}

void fail_allocation(int nth) {
  const std::lock_guard lock(mutex);
  allocations_left = nth;
  failed = false;
}

}  // namespace rollcall::faulty
