#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/results/data_tree.hpp"
#include "exahca/search/flag_search.hpp"
#include "exahca/search/order_search.hpp"

#include <string>
#include <vector>

namespace exahca {

/// Unmixing matrices of the user's own.
struct GivenMatrices
{
    std::vector<Matrix> unmixing;        ///< K matrices, sources x benchmarks
    std::vector<double> sizes;           ///< n_k; empty unless given
    std::vector<std::string> domains;    ///< K names
    std::vector<std::string> benchmarks; ///< d names
};

/// Makes up names that are missing and checks that everything fits together.
/// \throws InvalidInput  for wrong shapes, values or numbers of names, from OrderProblem too
/// \throws UsageError  when the objective needs sizes, or their number is wrong
void complete_and_check(GivenMatrices& given, Objective objective);

/// The results tree of a search on given matrices: settings, input, and one estimate with its orders.
[[nodiscard]] DataGroup given_results(GivenMatrices const& given, Setting setting, SearchResult const& found,
                                      std::string const& fingerprint);
/// The same of a search for flags. \param span  that it looked in
[[nodiscard]] DataGroup given_results(GivenMatrices const& given, Setting setting, FlagSearchResult const& found,
                                      SharedSpan const& span, std::string const& fingerprint);

} // namespace exahca
