#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/core/stop_flag.hpp"
#include "exahca/numerics/moments.hpp"
#include "exahca/search/order_search.hpp"

#include <utility>
#include <vector>

namespace exahca {

/// What the search for orders of an estimate of `published` works on.
struct SearchProblem
{
    std::vector<Matrix> matrices; ///< M_k, m x d, one per domain
    std::vector<double> sizes;    ///< models after screening
    Moments pooled;               ///< of the raw rows of all domains: they name factors
};

/// What one search for orders knew when a request to stop ended the task that it belongs to.
///
/// No part of an answer: how far it got depends on when the request came. Whoever goes on computes the task anew.
struct InterimSearch
{
    Objective objective = Objective::mic;
    SearchOutcome outcome = SearchOutcome::stopped; ///< anything else: it was over, and one after it was not
    double value = 1;                               ///< of the best order found so far
    double lower_bound = 0;                         ///< no order has a lower value
    std::vector<Index> labels; ///< benchmarks that name the factors of that order, in causal order; empty where unknown
};

/// Leaves a task whose search was stopped, with what its searches knew.
class SearchStopped : public StopRequested
{
public:
    explicit SearchStopped(std::vector<InterimSearch> known) : known_(std::move(known)) {}
    [[nodiscard]] std::vector<InterimSearch> const& known() const { return known_; }

private:
    std::vector<InterimSearch> known_;
};

/// Calls `compute`; a request to stop that ends it leaves with what is known by then.
/// \param known  looked at when the request has come; empty: what the exception tells stands
/// \throws SearchStopped  when that has something to tell
template <class Compute>
auto telling_when_stopped(std::vector<InterimSearch> const& known, Compute const& compute)
{
    try {
        return compute();
    } catch (StopRequested const&) {
        if (known.empty()) throw;
        throw SearchStopped(known);
    }
}

/// \param found  at least one order
/// \param factors  m x d: factors of the first order from scores, level 1 first; empty: unknown, and so are the labels
/// \param pooled  moments of the raw rows of all domains together
[[nodiscard]] InterimSearch interim_search(Objective objective, SearchResult const& found, Matrix const& factors,
                                           Moments const& pooled);

void write_interim(ByteWriter& writer, std::vector<InterimSearch> const& searches);
/// \throws InvalidInput  when the message holds none
[[nodiscard]] std::vector<InterimSearch> read_interim(ByteReader& reader);

} // namespace exahca
