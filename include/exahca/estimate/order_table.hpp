#pragma once

#include "exahca/estimate/record.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/model/linear_sem.hpp"
#include "exahca/search/flag_search.hpp"
#include "exahca/search/order_search.hpp"

#include <span>
#include <vector>

namespace exahca {

/// Inexactness of an order over domains, whatever a search minimised.
struct InexactnessSummary
{
    double mic;  ///< largest IC_k
    double mean; ///< plain mean of IC_k
};
[[nodiscard]] InexactnessSummary summarise(std::vector<double> const& inexactness);

/// Options of a search of a setting.
[[nodiscard]] SearchOptions order_search_options(Setting const& setting, std::vector<double> sizes, std::int64_t best,
                                                 SearchLimits const& limits);

/// Fills the table of the best orders.
/// \throws NumericalFailure  when nothing was found
void put_order_table(RecordBuilder& record, Setting const& setting, std::span<Matrix const> unmixing,
                     std::vector<double> const& sizes, SearchResult const& found);

/// The same of flags, each with the order that suits it. \param basis  m x d, orthonormal rows: of the span searched
void put_flag_table(RecordBuilder& record, Matrix const& basis, FlagSearchResult const& found);

} // namespace exahca
