#include "agent/io/system/machine.hpp"

#include <gtest/gtest.h>

#include "agent/probe/network.hpp"
#include "tests/agent/io/system/scratch.hpp"
#include "tests/agent/probe/recordings.hpp"

namespace rollcall {
namespace {

class RecordedMachine : public testing::Test {
 protected:
  RecordedMachine() {
    scratch.make_directory("proc/net");
    scratch.write("proc/stat", recorded::kStat);
    scratch.write("proc/meminfo", recorded::kMeminfo);
    scratch.write("proc/uptime", "350735.47 234388.90\n");
    scratch.write("proc/net/dev", recorded::kNetDev);
    add_interface("lo", "772\n", "unknown\n", "");
    add_interface("eth0", "1\n", "up\n", "1000\n");
    add_interface("eth1", "1\n", "down\n", "-1\n");
    add_interface("docker0", "1\n", "down\n", "");
    scratch.make_directory("sys/class/net/eth0/device");
    scratch.make_directory("sys/class/net/eth1/device");
  }
  void add_interface(const std::string& name, std::string_view type, std::string_view operstate,
                     std::string_view speed) {
    const std::string folder = "sys/class/net/" + name;
    scratch.make_directory(folder);
    scratch.write(folder + "/type", type);
    scratch.write(folder + "/operstate", operstate);
    if (!speed.empty()) scratch.write(folder + "/speed", speed);
  }
  Scratch scratch;
};

TEST_F(RecordedMachine, IsReadWhole) {
  Machine machine(scratch.root());
  const Machine::Readings& found = machine.read({1000, 0});
  ASSERT_TRUE(found.cpu.has_value());
  EXPECT_EQ(found.cpu->busy, 197172u);
  EXPECT_EQ(found.memory, (UsedTotal{4277024ull * 1024, 16307428ull * 1024}));
  EXPECT_EQ(found.uptime_s, 350735u);
  EXPECT_EQ(found.net_dev, recorded::kNetDev);
  EXPECT_EQ(machine.interfaces().names, (std::vector<std::string>{"eth0", "eth1"}));
  EXPECT_EQ(machine.interfaces().capacity_bytes_s, 125'000'000u);
}

TEST_F(RecordedMachine, LooksAtSpeedsAgainAfterAMinute) {
  Machine machine(scratch.root());
  machine.read({0, 0});
  scratch.write("sys/class/net/eth0/speed", "10000\n");
  machine.read({59'000, 0});
  EXPECT_EQ(machine.interfaces().capacity_bytes_s, 125'000'000u);
  machine.read({60'000, 0});
  EXPECT_EQ(machine.interfaces().capacity_bytes_s, 1'250'000'000u);
}

TEST_F(RecordedMachine, LooksAtOnceWhenAnInterfaceComes) {
  Machine machine(scratch.root());
  machine.read({0, 0});
  add_interface("eth2", "1\n", "up\n", "2500\n");
  scratch.make_directory("sys/class/net/eth2/device");
  scratch.write("proc/net/dev",
                std::string(recorded::kNetDev) + "  eth2: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
  machine.read({1, 0});
  EXPECT_EQ(machine.interfaces().names, (std::vector<std::string>{"eth0", "eth1", "eth2"}));
  EXPECT_EQ(machine.interfaces().capacity_bytes_s, 125'000'000u + 312'500'000u);
}

TEST_F(RecordedMachine, InAContainerItsLimitsHold) {
  scratch.make_directory("sys/fs/cgroup");
  scratch.write("sys/fs/cgroup/memory.max", recorded::kMemoryMax);
  scratch.write("sys/fs/cgroup/memory.current", recorded::kMemoryCurrent);
  scratch.write("sys/fs/cgroup/memory.stat", recorded::kMemoryStat);
  scratch.write("sys/fs/cgroup/cpu.max", "50000 100000\n");
  scratch.write("sys/fs/cgroup/cpu.stat", recorded::kCpuStat);
  Machine machine(scratch.root());
  const Machine::Readings& found = machine.read({2000, 0});
  EXPECT_EQ(found.memory, (UsedTotal{124ull << 20, 512ull << 20}));
  ASSERT_TRUE(found.cpu.has_value());
  EXPECT_EQ(found.cpu->busy, 123456789u);
  EXPECT_EQ(found.cpu->total, 1'000'000u);
}

TEST(Machine, WithoutAnyFileThereIsNothing) {
  const Scratch scratch;
  Machine machine(scratch.root());
  const Machine::Readings& found = machine.read({0, 0});
  EXPECT_FALSE(found.cpu.has_value());
  EXPECT_FALSE(found.memory.has_value());
  EXPECT_FALSE(found.uptime_s.has_value());
  EXPECT_TRUE(machine.interfaces().names.empty());
}

TEST(Machine, ThisOneAnswers) {
  Machine machine;
  const Machine::Readings& found = machine.read(read_clock());
  EXPECT_TRUE(found.cpu.has_value());
  ASSERT_TRUE(found.memory.has_value());
  EXPECT_GT(found.memory->total, 0u);
  EXPECT_TRUE(found.uptime_s.has_value());
}

}  // namespace
}  // namespace rollcall
