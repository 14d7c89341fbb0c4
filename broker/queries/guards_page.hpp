#pragma once

#include "broker/queries/cluster_view.hpp"
#include "shared/protocol/writer.hpp"

namespace rollcall {

// The result of the query `guards`: {guards: [{guard, node | domain, since, lasted, for, …}]}, by
// kind and subject; as many as fit a reply, and how many there are in all.
void write_guards(const ClusterView& view, Buffer& out);

}  // namespace rollcall
