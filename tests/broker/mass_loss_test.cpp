#include "broker/guards/mass_loss.hpp"

#include <gtest/gtest.h>

#include "tests/broker/harness.hpp"

namespace rollcall {
namespace {

// A cluster in zones and racks, of which parts fall silent.
class Site {
 public:
  // Racks of `per_rack` nodes: zone-rack-number.
  Site(std::vector<std::string> zones, int racks, int per_rack) {
    for (const std::string& zone : zones) {
      for (int rack = 0; rack < racks; ++rack) {
        for (int i = 0; i < per_rack; ++i) {
          nodes_.push_back({zone, std::to_string(rack)});
        }
      }
    }
  }

  // Nodes for which silent(zone, rack) say nothing; the others beat every 10 s.
  template <typename Silent>
  void run(int seconds, Silent&& silent) {
    for (int i = 0; i < seconds; ++i) {
      for (std::size_t n = 0; n < nodes_.size(); ++n) {
        Place& node = nodes_[n];
        looked_at = n;
        if (static_cast<int>(n) % 10 != second_ % 10 || silent(node.zone, node.rack)) continue;
        Status status = a_status(1, ++node.seq);
        status.labels = {{"zone", node.zone}, {"rack", node.rack}};
        broker.status(name_of(n), status);
      }
      broker.step();
      broker.run_for(1000);
      ++second_;
    }
  }
  void run(int seconds) {
    run(seconds, [](auto&, auto&) { return false; });
  }
  std::string name_of(std::size_t n) const {
    return nodes_[n].zone + "-" + nodes_[n].rack + "-" + std::to_string(n);
  }
  nlohmann::json incidents() const {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& event : broker.published("event.guard.-")) {
      if (event.at("guard") == "mass_loss") list.push_back(event);
    }
    return list;
  }

  BrokerHarness broker;
  std::size_t looked_at = 0;  // the node that silent() is asked of

 private:
  struct Place {
    std::string zone;
    std::string rack;
    std::uint64_t seq = 0;
  };
  std::vector<Place> nodes_;
  int second_ = 0;
};

// [P64]
TEST(MassLoss, OfAZoneIsOneIncident) {
  Site site({"a", "b", "c"}, 3, 10);
  site.run(30);
  site.run(45, [](auto& zone, auto&) { return zone == "a"; });
  ASSERT_GE(site.incidents().size(), 1u);
  const auto guards = site.broker.result({{"op", "guards"}}).at("guards");
  ASSERT_EQ(guards.size(), 1u) << guards;
  EXPECT_EQ(guards[0].at("guard"), "mass_loss");
  EXPECT_EQ(guards[0].at("domain"), "zone=a");
  EXPECT_EQ(guards[0].at("lost"), 30);
  EXPECT_EQ(guards[0].at("of"), 30);
  EXPECT_EQ(site.broker.ask({{"op", "ping"}}).at("as_of").at("holding"),
            nlohmann::json::array({"mass_loss"}));
  // Its nodes are shown as such, and no others.
  const auto nodes = site.broker.result({{"op", "nodes"}}).at("nodes");
  for (const auto& node : nodes) {
    const bool is_lost = node.at("labels").at("zone") == "a";
    EXPECT_EQ(node.contains("silence"), is_lost);
    if (is_lost) {
      EXPECT_EQ(node.at("silence").at("incident"), "zone=a");
    }
  }
}

TEST(MassLoss, OfTheWholeClusterIsOneIncidentNotOnePerZone) {
  Site site({"a", "b"}, 2, 10);
  site.run(30);
  site.run(45, [](auto&, auto&) { return true; });
  const auto guards = site.broker.result({{"op", "guards"}}).at("guards");
  ASSERT_EQ(guards.size(), 1u) << guards;
  EXPECT_EQ(guards[0].at("domain"), "all");
}

// One that is gone is half of the whole, too.
TEST(MassLoss, OfOneOfTwoZonesIsTheZones) {
  Site site({"a", "b"}, 2, 10);
  site.run(30);
  site.run(60, [](auto& zone, auto&) { return zone == "a"; });
  const auto guards = site.broker.result({{"op", "guards"}}).at("guards");
  ASSERT_EQ(guards.size(), 1u) << guards;
  EXPECT_EQ(guards[0].at("domain"), "zone=a");
  // When the other goes, too, all that there was is gone.
  site.run(60, [](auto&, auto&) { return true; });
  const auto both = site.broker.result({{"op", "guards"}}).at("guards");
  ASSERT_EQ(both.size(), 1u) << both;
  EXPECT_EQ(both[0].at("domain"), "all");
}

TEST(MassLoss, OfARackStaysARacks) {
  Site site({"a", "b"}, 4, 10);
  site.run(30);
  site.run(45, [](auto& zone, auto& rack) { return zone == "b" && rack == "2"; });
  const auto guards = site.broker.result({{"op", "guards"}}).at("guards");
  ASSERT_EQ(guards.size(), 1u) << guards;
  EXPECT_EQ(guards[0].at("domain"), "zone=b rack=2");
}

TEST(MassLoss, IsOverWhenNineInTenAreBack) {
  Site site({"a", "b", "c"}, 1, 10);
  site.run(30);
  site.run(45, [](auto& zone, auto&) { return zone == "a"; });
  EXPECT_EQ(site.incidents().size(), 1u);
  site.run(12);
  ASSERT_EQ(site.incidents().size(), 2u);
  EXPECT_EQ(site.incidents()[1].at("phase"), "ended");
  EXPECT_EQ(site.incidents()[1].at("ended_by"), "itself");
  EXPECT_EQ(site.incidents()[1].at("lost"), 10);
}

TEST(MassLoss, EvictionsGoOnAndSayWhatTheyArePartOf) {
  Site site({"a", "b", "c"}, 1, 10);
  site.run(30);
  site.run(135, [](auto& zone, auto&) { return zone == "a"; });
  const auto evicted = site.broker.published("event.evicted");
  ASSERT_EQ(evicted.size(), 10u);
  for (const auto& event : evicted) EXPECT_EQ(event.at("incident"), "zone=a");
  // Back later, as new nodes, within the hold.
  site.run(15);
  EXPECT_EQ(site.incidents().back().at("phase"), "ended");
}

TEST(MassLoss, EndsInTimeWhenNobodyComesBack) {
  Site site({"a", "b", "c"}, 1, 10);
  site.run(30);
  site.run(700, [](auto& zone, auto&) { return zone == "a"; });
  ASSERT_EQ(site.incidents().size(), 2u);
  EXPECT_EQ(site.incidents()[1].at("ended_by"), "timer");
}

TEST(MassLoss, AnOperatorMayReleaseIt) {
  Site site({"a", "b", "c"}, 1, 10);
  site.run(30);
  site.run(45, [](auto& zone, auto&) { return zone == "a"; });
  site.broker.result({{"op", "release"}, {"guard", "mass_loss"}, {"domain", "zone=a"}});
  EXPECT_EQ(site.incidents().back().at("ended_by"), "operator");
  EXPECT_EQ(site.incidents().back().at("by"), "anyone");
  EXPECT_EQ(site.broker.ask({{"op", "ping"}}).at("as_of").at("holding"), nlohmann::json::array());
  const auto refused =
      site.broker.ask({{"op", "release"}, {"guard", "mass_loss"}, {"domain", "zone=a"}});
  EXPECT_EQ(refused.at("error").at("code"), "not_found");
}

TEST(MassLoss, AFewNodesAreNone) {
  Site site({"a"}, 1, 4);
  site.run(30);
  site.run(140, [](auto&, auto&) { return true; });
  EXPECT_TRUE(site.incidents().empty());
  EXPECT_EQ(site.broker.published("event.evicted").size(), 4u);
}

TEST(MassLoss, NodesThatFailOneByOneAreNone) {
  Site site({"a"}, 1, 20);
  site.run(30);
  std::size_t dead = 0;
  for (; dead < 10; ++dead) {
    site.run(30, [&](auto&, auto&) { return site.looked_at < dead; });
  }
  EXPECT_TRUE(site.incidents().empty());
}

TEST(MassLoss, AnOrderlyShutdownIsNone) {
  Site site({"a"}, 1, 10);
  site.run(30);
  for (std::size_t n = 0; n < 10; ++n) site.broker.leave(site.name_of(n), 1, 100);
  site.run(60, [](auto&, auto&) { return true; });
  EXPECT_TRUE(site.incidents().empty());
}

}  // namespace
}  // namespace rollcall
