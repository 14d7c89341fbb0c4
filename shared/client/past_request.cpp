#include "shared/client/past_request.hpp"

#include "shared/protocol/announcement.hpp"

namespace rollcall {
namespace {

// Counts what it writes, so that the map around it knows how many there are.
class Arguments {
 public:
  explicit Arguments(Buffer& out) : writer_(out) {}

  std::size_t count() const { return count_; }
  void text(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    ++count_;
    writer_.pair(key, std::string_view(value));
  }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    ++count_;
    writer_.text(key).array(values.size());
    for (const std::string& value : values) writer_.text(value);
  }
  void moment(std::string_view key, const std::optional<std::int64_t>& value) {
    if (!value) return;
    ++count_;
    writer_.pair_ms(key, *value);
  }
  void number(std::string_view key, std::uint64_t value) {
    if (value == 0) return;
    ++count_;
    writer_.pair(key, value);
  }
  void label(const std::optional<std::pair<std::string, std::string>>& label) {
    if (!label) return;
    ++count_;
    writer_.text("labels").map(1).pair(label->first, std::string_view(label->second));
  }

 private:
  Writer writer_;
  std::size_t count_ = 0;
};

std::uint64_t number_of(std::int64_t value) {
  return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

}  // namespace

void write_past_request(std::uint64_t id, const PastQuery& query, Buffer& out) {
  Buffer pairs;
  Arguments arguments(pairs);
  arguments.text("node", query.node);
  arguments.texts("nodes", query.nodes);
  arguments.label(query.label);
  arguments.text("by", query.by);
  arguments.text("what", query.what);
  arguments.text("prefix", query.prefix);
  arguments.texts("metrics", query.metrics);
  arguments.moment("since", query.since_ms);
  arguments.moment("until", query.until_ms);
  arguments.moment("time", query.time_ms);
  arguments.number("step", number_of(query.step_ms));
  arguments.number("late_after", number_of(query.late_after_ms));
  arguments.number("evict_after", number_of(query.evict_after_ms));
  arguments.number("limit", query.limit);
  arguments.text("after", query.after);
  out.clear();
  Writer writer(out);
  writer.map(3 + arguments.count()).pair("v", kProtocolVersion).pair("id", id);
  writer.pair("op", query.op).raw(pairs.view());
}

}  // namespace rollcall
