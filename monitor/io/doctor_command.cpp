// `doctor`: what is wrong, and what to do about it.
#include <algorithm>

#include "monitor/io/doctor_probes.hpp"
#include "monitor/io/output.hpp"
#include "shared/client/json.hpp"
#include "shared/config/options.hpp"

namespace rollcall {
namespace {

std::string json_of(const std::vector<Check>& checks) {
  std::string out = "{\"checks\":[";
  for (const Check& check : checks) {
    if (out.back() == '}') out += ',';
    out += "{\"name\":";
    append_json_text(check.name, out);
    out += ",\"verdict\":";
    append_json_text(name_of(check.verdict), out);
    out += ",\"text\":";
    append_json_text(check.text, out);
    out += ",\"advice\":";
    append_json_text(check.advice, out);
    out += '}';
  }
  return out + "]}";
}

Rows page_of(const std::vector<Check>& checks) {
  Rows rows;
  for (const Check& check : checks) {
    const bool is_good = check.verdict == Health::kOk;
    const Style style = is_good                             ? Style::kGood
                        : check.verdict == Health::kWarning ? Style::kWarning
                                                            : Style::kBad;
    const char* const icon = is_good ? "✓ " : check.verdict == Health::kWarning ? "⚠ " : "✗ ";
    rows.push_back({{icon, style}, {check.text, is_good ? Style::kPlain : style}});
    if (!check.advice.empty()) rows.push_back({{"    " + check.advice, Style::kDim}});
  }
  return rows;
}

}  // namespace

int run_doctor(const Settings& settings, const DoctorSettings& doctor) {
  const std::vector<Check> checks = diagnose(observe(settings, doctor));
  if (settings.is_json()) {
    put_line(json_of(checks));
  } else {
    put_rows(page_of(checks), wants_colours());
  }
  const bool is_bad = std::any_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.verdict == Health::kProblem;
  });
  return is_bad ? kExitFailed : kExitDone;
}

}  // namespace rollcall
