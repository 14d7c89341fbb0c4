#include "broker/queries/explain.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "broker/guards/verdict.hpp"
#include "shared/core/escape.hpp"
#include "shared/core/units.hpp"

namespace rollcall {
namespace {

struct Finding {
  std::string rule;
  std::string value;
  std::string text;
  std::int64_t since_ms = 0;  // wall clock; 0: not known
  std::string clears{};
};
using Findings = std::vector<Finding>;

constexpr std::size_t kShownBytes = 200;

class Explainer {
 public:
  Explainer(Slot slot, const ClusterView& view)
      : slot_(slot),
        view_(view),
        node_(view.registry.nodes().at(slot)),
        silent_for_ms_(view.attended_ms - node_.heard_ms) {}

  Findings run() {
    explain_presence();
    if (node_.presence == Presence::kLate) explain_silence();
    explain_flapping();
    explain_guards();
    explain_state();
    explain_blocks();
    if (node_.missed() != 0) {
      add({"missed", std::to_string(node_.missed()),
           fmt::format("{} of its announcements never came", format_count(node_.missed())), 0,
           "nothing: it is a count"});
    }
    return std::move(findings_);
  }

 private:
  void add(Finding finding) { findings_.push_back(std::move(finding)); }
  // The wall clock that many milliseconds ago.
  std::int64_t ago(std::int64_t ms) const { return view_.now.wall_ms - ms; }

  void explain_presence() {
    const std::int64_t late_ms = Registry::late_ms(node_);
    const std::int64_t evict_ms = view_.registry.evict_ms(node_);
    const std::string silence = format_duration(silent_for_ms_);
    const std::string gone_in =
        format_duration(std::max<std::int64_t>(0, evict_ms - silent_for_ms_));
    switch (node_.presence) {
      case Presence::kPresent:
        return add({"heard", silence,
                    fmt::format("present: heard {} ago; late after three of its intervals, {}",
                                silence, format_duration_exact(late_ms)),
                    node_.joined_at_ms});
      case Presence::kLeft:
        return add({"said_goodbye", silence, fmt::format("left: it said goodbye {} ago", silence),
                    ago(silent_for_ms_), fmt::format("its next status; forgotten in {}", gone_in)});
      default: break;
    }
    if (node_.is_held()) {
      return add(
          {"held", silence,
           fmt::format("late, although it was heard {} ago: it is held as flapping", silence), 0,
           "see flapping"});
    }
    add({"silent", silence,
         fmt::format("late: silent for {}, more than three of its intervals ({})", silence,
                     format_duration_exact(late_ms)),
         ago(silent_for_ms_ - late_ms),
         fmt::format("any announcement of it; evicted in {}", gone_in)});
  }

  void explain_silence() {
    if (node_.is_held()) return;
    const ConnectionFacts facts = view_.peers.facts_of(view_.registry.connection(slot_));
    const Verdict verdict = judge_silence(facts, silent_for_ms_, node_.verdict());
    add({"verdict", std::string(name_of(verdict)),
         fmt::format("{}: {}", sentence_of(verdict), evidence_text(facts, verdict)),
         ago(silent_for_ms_), advice_of(verdict)});
  }

  static std::string sentence_of(Verdict verdict) {
    switch (verdict) {
      case Verdict::kProcessDied: return "its agent ended without a goodbye";
      case Verdict::kHostOrLink: return "its machine or the way to it is gone";
      case Verdict::kAgentHung: return "its machine lives, but its agent says nothing";
      default: return "why is not known";
    }
  }

  static std::string advice_of(Verdict verdict) {
    switch (verdict) {
      case Verdict::kProcessDied: return "starting the agent again; look at its log";
      case Verdict::kHostOrLink: return "power or network; look at the machine";
      case Verdict::kAgentHung: return "the agent going on; look what it waits for (a disk?)";
      default: return "any announcement of it";
    }
  }

  void explain_flapping() {
    if (!node_.is_held()) return;
    const FlapMemory& flap = node_.extras->flap;
    const std::int64_t left_ms = std::max<std::int64_t>(0, flap.hold_until_ms - view_.attended_ms);
    const Guard* const guard = view_.guards.list().find(GuardKind::kFlapping, node_.id());
    add({"flapping", fmt::format("{} returns", FlapRules::kReturnsAllowed + flap.coalesced),
         fmt::format("it came back more than {} times of late; until it stays it counts as late "
                     "and its coming and going is not told",
                     FlapRules::kReturnsAllowed),
         guard == nullptr ? 0 : guard->since_wall_ms,
         fmt::format("staying for another {}, or: rollcall-monitor release flapping {}",
                     format_duration(left_ms), node_.id())});
  }

  void explain_guards() {
    if (const std::string_view domain = view_.incident_of(slot_); !domain.empty()) {
      const Guard* const guard = view_.guards.list().find(GuardKind::kMassLoss, domain);
      const std::uint64_t lost = guard == nullptr ? 0 : guard->count;
      add({"mass_loss", escaped(domain, kShownBytes),
           fmt::format("it is one of {} nodes of {} that went at once: one incident",
                       format_count(lost), escaped(domain, kShownBytes)),
           guard == nullptr ? 0 : guard->since_wall_ms, "nine in ten of them being back"});
    }
    if (const Guard* const flood = view_.guards.list().find(GuardKind::kFlood, node_.id())) {
      add({"flood", fmt::format("{}/s", format_count(flood->count)),
           fmt::format("it announces far too often; all above {} a second is refused",
                       FloodWatch::kSharePerS),
           flood->since_wall_ms, "a minute below that"});
    }
    if (view_.settling) {
      add({"own_pause", "", "this broker did not run for a while: it judges nobody for a moment",
           view_.now.wall_ms, "less than a second"});
    }
  }

  void explain_state() {
    if (node_.state == State::kHealthy || node_.state == State::kIdle) return;
    std::string reasons;
    for_each_reason(node_.value_of("reasons"), [&](std::string_view reason) {
      if (!reasons.empty()) reasons += "; ";
      reasons += escaped(reason, kShownBytes);
    });
    if (reasons.empty()) reasons = "it gave no reason";
    add({"state", std::string(name_of(node_.state)),
         fmt::format("it says of itself that it is {}: {}", name_of(node_.state), reasons), 0,
         "its own word"});
  }

  void explain_blocks() {
    const InventorySummary* const said = node_.inventory();
    if (said == nullptr || view_.blocks.is_in_sync(slot_)) return;
    add({"blocks", fmt::format("version {}", said->version),
         fmt::format("it announces {} blocks; the list that this broker holds is another",
                     format_count(said->count)),
         0, "the whole list, which it is asked for"});
  }

  Slot slot_;
  const ClusterView& view_;
  const Node& node_;
  std::int64_t silent_for_ms_;
  Findings findings_;
};

// The newest kept event of the node and kind; null where there is none.
const KeptEvent* last_event(std::string_view node, EventKind kind, const EventLog& log) {
  for (std::uint64_t seq = log.newest(); log.oldest() != 0 && seq >= log.oldest(); --seq) {
    const KeptEvent& event = log.at(seq);
    if (event.kind == kind && event.node == node) return &event;
  }
  return nullptr;
}

struct EventWords {
  std::int64_t at_ms = 0;
  std::int64_t silent_for_ms = 0;
  std::string reason{};
  std::string verdict{};
};

EventWords words_of(const KeptEvent& event) {
  EventWords words;
  Reader reader(event.body);
  std::uint32_t pairs = 0;
  reader.read_map(pairs);
  std::string_view key;
  std::string_view text;
  std::uint64_t number = 0;
  for (std::uint32_t i = 0; i < pairs && reader.read_string(key); ++i) {
    if (key == "at" && reader.read_uint(number)) {
      words.at_ms = static_cast<std::int64_t>(number);
    } else if (key == "silent_for" && reader.read_uint(number)) {
      words.silent_for_ms = static_cast<std::int64_t>(number);
    } else if (key == "reason" && reader.read_string(text)) {
      words.reason = text;
    } else if (key == "verdict" && reader.read_string(text)) {
      words.verdict = text;
    } else if (key != "at" && key != "silent_for" && key != "reason" && key != "verdict") {
      reader.skip(limits::kNestingDepth);
    }
  }
  return words;
}

void explain_events(std::string_view node, bool is_listed, const ClusterView& view,
                    Findings& findings) {
  const KeptEvent* const evicted =
      is_listed ? nullptr : last_event(node, EventKind::kEvicted, view.events);
  if (evicted != nullptr) {
    const EventWords words = words_of(*evicted);
    findings.push_back({"evicted", format_duration(words.silent_for_ms),
                        fmt::format("not listed any more: it had been silent for {} (verdict: {})",
                                    format_duration(words.silent_for_ms), words.verdict),
                        words.at_ms, "its next status: it joins anew"});
  }
  if (const KeptEvent* const event = last_event(node, EventKind::kRefused, view.events)) {
    const EventWords words = words_of(*event);
    findings.push_back({"refused", words.reason,
                        fmt::format("an announcement of it was refused as {}", words.reason),
                        words.at_ms, "nothing: it is what happened last"});
  }
  if (const KeptEvent* const event = last_event(node, EventKind::kConflict, view.events)) {
    findings.push_back({"conflict", "", "two machines announced under this id",
                        words_of(*event).at_ms, "giving one of them another id"});
  }
}

void write_finding(const Finding& finding, Writer& writer) {
  writer.map(3u + (finding.since_ms != 0) + !finding.clears.empty());
  writer.pair("rule", std::string_view(finding.rule));
  writer.pair("value", std::string_view(finding.value));
  writer.pair("text", std::string_view(finding.text));
  if (finding.since_ms != 0) writer.pair_ms("since", finding.since_ms);
  if (!finding.clears.empty()) writer.pair("clears", std::string_view(finding.clears));
}

}  // namespace

bool write_explanation(std::string_view node, const ClusterView& view, Buffer& out) {
  const Slot slot = view.registry.find(node);
  const bool is_listed = slot != kNoSlot;
  Findings findings;
  if (is_listed) findings = Explainer(slot, view).run();
  explain_events(node, is_listed, view, findings);
  if (findings.empty()) return false;
  const bool is_evicted = !is_listed && findings.front().rule == "evicted";
  const std::string_view presence = is_listed    ? name_of(view.registry.nodes().at(slot).presence)
                                    : is_evicted ? name_of(Presence::kEvicted)
                                                 : std::string_view("unknown");
  Writer writer(out);
  writer.map(3).pair("node", node).pair("presence", presence);
  writer.text("findings").array(findings.size());
  for (const Finding& finding : findings) write_finding(finding, writer);
  return true;
}

}  // namespace rollcall
