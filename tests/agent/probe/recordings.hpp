// What real machines answer, as they wrote it.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::recorded {

// A server with two processors, kernel 6.1.
inline constexpr std::string_view kStat =
    R"(cpu  152410 330 40211 9812345 20311 0 3021 1200 500 0
cpu0 76000 165 20000 4906000 10100 0 3000 600 250 0
cpu1 76410 165 20211 4906345 10211 0 21 600 250 0
intr 30123456 0 9 0 0 0 0 0 0 0 0 0 0
ctxt 61234567
btime 1763895000
processes 81234
procs_running 1
procs_blocked 0
softirq 9123456 3 1234567 12 345678 0 0 1234 2345678 0 5194284
)";

// Linux 2.4: four columns.
inline constexpr std::string_view kStatOfOld =
    "cpu  1132 34 1441 11311718\ncpu0 1132 34 1441 11311718\n";

// A machine with 1000 processors: 100 kB, of which only the first line matters.
inline std::string stat_of_1000() {
  std::string text = "cpu  1000000 0 500000 98000000 400000 0 100000 0 0 0\n";
  for (int i = 0; i < 1000; ++i) {
    text += "cpu" + std::to_string(i) + " 1000 0 500 98000 400 0 100 0 0 0\n";
  }
  text += "intr 1";
  for (int i = 0; i < 20000; ++i) text += " 0";
  return text + "\nctxt 1\n";
}

// Debian 12, no swap.
inline constexpr std::string_view kMeminfo =
    R"(MemTotal:       16307428 kB
MemFree:         1203948 kB
MemAvailable:   12030404 kB
Buffers:          512004 kB
Cached:         10102020 kB
SwapCached:            0 kB
Active:          4301208 kB
Inactive:        9102304 kB
SwapTotal:             0 kB
SwapFree:              0 kB
Shmem:            401200 kB
Slab:             802304 kB
SReclaimable:     602304 kB
SUnreclaim:       200000 kB
HugePages_Total:       0
Hugepagesize:       2048 kB
DirectMap4k:      301200 kB
)";

// Linux 2.6.32 (RHEL 6): no MemAvailable.
inline constexpr std::string_view kMeminfoOfOld =
    R"(MemTotal:        8059216 kB
MemFree:          559216 kB
Buffers:          200000 kB
Cached:          3300000 kB
SwapCached:         1024 kB
Shmem:            300000 kB
SReclaimable:     240000 kB
)";

inline constexpr std::string_view kNetDev =
    R"(Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 100000  1000    0    0    0     0          0         0   100000    1000    0    0    0     0       0          0
  eth0: 5000000 4000    0    2    0     0          0        12  2000000    3000    0    0    0     0       0          0
  eth1: 7000000 6000    0    0    0     0          0         0  1000000    1500    0    0    0     0       0          0
docker0: 900     10    0    0    0     0          0         0      900      10    0    0    0     0       0          0
)";

// Linux 2.6: no blank behind the colon; and an alias.
inline constexpr std::string_view kNetDevOfOld =
    R"(Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  2776770   11307    0    0    0     0          0         0  2776770   11307    0    0    0     0       0          0
  eth0:1215645    2751    0    0    0     0          0         0  1782404    4324    0    0    0   427       0          0
eth0:1:1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0
)";

// A container of 512 MiB and one and a half processors (cgroup v2).
inline constexpr std::string_view kMemoryMax = "536870912\n";
inline constexpr std::string_view kMemoryCurrent = "402653184\n";
inline constexpr std::string_view kMemoryStat =
    R"(anon 104857600
file 262144000
kernel 20971520
shmem 1048576
inactive_anon 1000
active_anon 104856600
inactive_file 157286400
active_file 104857600
unevictable 0
slab_reclaimable 10485760
slab_unreclaimable 4194304
)";
inline constexpr std::string_view kCpuMax = "150000 100000\n";
inline constexpr std::string_view kCpuStat =
    R"(usage_usec 123456789
user_usec 100000000
system_usec 23456789
nr_periods 1000
nr_throttled 12
throttled_usec 345678
)";

}  // namespace rollcall::recorded
