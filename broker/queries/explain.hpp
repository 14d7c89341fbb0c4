#pragma once

#include <string_view>

#include "broker/queries/cluster_view.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// The result of the query `explain`: why a node is shown as it is, {node, presence, findings: [
// {rule, value, text, since?, clears?}]}: each rule that speaks of it, what it measured (as words
// or a number of the rule's own), since when (wall clock, ms) and what would clear it. Of nodes
// that are gone, what the kept events say. False where nothing at all is known of it.
bool write_explanation(std::string_view node, const ClusterView& view, Buffer& out);

}  // namespace rollcall
