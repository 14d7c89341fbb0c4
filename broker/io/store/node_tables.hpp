// Known nodes in SQLite: everything that is known of each for good. Throws StoreError; one thread
// uses it.
#pragma once

#include <functional>
#include <string_view>

#include "broker/io/store/database.hpp"
#include "broker/past/sources.hpp"

namespace rollcall {

// The caller holds the transaction.
void create_node_tables(Database& database);

class NodeTables final : public NodeSource {
 public:
  // The table must be there. `database` outlives this.
  explicit NodeTables(Database& database);

  // What is known anew. A node without a status (its `status` is empty) is not listed: of it only
  // what operators decided, and when it is back, is taken. The caller holds the transaction.
  void put(const RosterNode& node);
  void forget(std::string_view id);

  bool find(std::string_view id, RosterNode& node) override;
  void visit(std::string_view prefix, std::string_view after,
             const std::function<bool(const RosterNode&)>& visit) override;
  std::int64_t count();

 private:
  Database& database_;
  Statement put_;
  Statement put_order_;
  Statement forget_;
  Statement find_;
};

}  // namespace rollcall
