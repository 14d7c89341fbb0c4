// Clocks that a test may move while a program runs: offsets in nanoseconds, from the file that
// CLOCK_SHIM names, are added to what the system says. Loaded with LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct offsets {
  volatile int64_t real, monotonic, boot;
};

static struct offsets none;
static struct offsets* offsets = &none;

__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("CLOCK_SHIM");
  const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void* mapped = mmap(0, sizeof *offsets, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) offsets = mapped;
}

static int64_t offset_of(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE: return offsets->real;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW: return offsets->monotonic;
    case CLOCK_BOOTTIME: return offsets->boot;
    default: return 0;
  }
}

int clock_gettime(clockid_t clock, struct timespec* out) {
  const int failed = (int)syscall(SYS_clock_gettime, clock, out);
  if (failed) return failed;
  const int64_t second = 1000000000;
  const int64_t all = out->tv_sec * second + out->tv_nsec + offset_of(clock);
  out->tv_sec = all / second;
  out->tv_nsec = all % second;
  return 0;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
