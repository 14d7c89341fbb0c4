// A disk that a test may slow down, stop or break while a program runs, by two numbers in the file
// that DISK_SHIM names: each flush of a file takes so many milliseconds longer, and each write at a
// place fails with that errno, where it is not 0. Loaded with LD_PRELOAD.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct disk {
  volatile int64_t delay_ms, error;
};

static struct disk sound;
static struct disk* disk = &sound;

__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("DISK_SHIM");
  const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void* mapped = mmap(0, sizeof *disk, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) disk = mapped;
}

// The delay may end meanwhile: it is looked at each millisecond.
static void wait_for_it(void) {
  const struct timespec millisecond = {0, 1000000};
  for (int64_t waited = 0; waited < disk->delay_ms; ++waited) nanosleep(&millisecond, 0);
}

int fsync(int fd) {
  wait_for_it();
  return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
  wait_for_it();
  return (int)syscall(SYS_fdatasync, fd);
}

static ssize_t write_at(int fd, const void* bytes, size_t size, off_t at) {
  errno = (int)disk->error;
  return errno ? -1 : syscall(SYS_pwrite64, fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return write_at(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t at) {
  return write_at(fd, bytes, size, at);
}
