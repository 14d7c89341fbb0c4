// What is said of an order that was carried out.
#pragma once

#include "monitor/render/text.hpp"
#include "shared/client/orders.hpp"
#include "shared/core/time.hpp"

namespace rollcall {

// What changed, and what to do next.
Rows order_page(const OrderRequest& order, const OrderResult& ordered, Now now);

}  // namespace rollcall
