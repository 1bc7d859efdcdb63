#pragma once

#include "exahca/model/prefix_fit.hpp"
#include "search/kernels.hpp"
#include "search/node_tables.hpp"
#include "search/search_run.hpp"

#include <vector>

namespace exahca {

/// Depth first over prefixes with pair bounds, arc consistency and batched directions (docs/search.md).
///
/// The kernels only reject; whatever they let through is fitted by PrefixFit, whose values alone decide.
class FastSearch
{
public:
    FastSearch(OrderProblem const& problem, Kernels const& kernels, SearchRun& run);

    /// Searches everything below the prefix whose levels m, m-1, .. hold these rows.
    void expand_subtree(std::vector<std::vector<std::uint8_t>> const& rows);

private:
    struct Child
    {
        double bound;
        std::vector<std::uint8_t> rows;
    };

    void expand(PrefixFit const& prefix);
    [[nodiscard]] bool enumerate(PrefixFit const& prefix, std::vector<Child>& children);
    void prepare(PrefixFit const& prefix);
    void fit_all(PrefixFit const& prefix, std::vector<Child>& children);
    void choose(PrefixFit const& prefix, int depth, std::vector<Child>& children);
    void push(PrefixFit const& prefix, int k, int a, float const* sum, std::vector<Child>& children);
    void flush(PrefixFit const& prefix, std::vector<Child>& children);
    void fit_child(PrefixFit const& prefix, std::uint8_t const* rows, std::vector<Child>& children);

    OrderProblem const* problem_;
    Kernels const* kernels_;
    SearchRun* run_;
    int domains_;
    std::vector<std::vector<std::uint8_t>> path_;
    LevelFit fit_;
    // The node that is being enumerated.
    Compatibility compatibility_;
    TupleTables tables_;
    std::vector<float> products_;
    std::vector<int> domain_order_;
    std::vector<std::uint64_t> masks_; // [depth][words]
    std::vector<float> sums_;          // [depth][stride]
    std::vector<std::uint8_t> chosen_;
    std::vector<float> batch_sums_;
    std::vector<std::uint8_t> batch_rows_;
    int batch_ = 0;
    bool interrupted_ = false;
};

} // namespace exahca
