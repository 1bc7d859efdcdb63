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

    /// Keeps the `width` best prefixes of each level and offers the complete orders that come out. A start, no proof.
    void run_beam(std::size_t width);

private:
    /// What the search keeps of one level while it is below it; reused from node to node.
    struct Frame
    {
        explicit Frame(OrderProblem const& problem) : prefix(problem) {}
        PrefixFit prefix;
        std::vector<std::pair<double, std::uint32_t>> order; ///< bound and number of each child
        std::vector<std::uint8_t> rows;                      ///< [child][K]
        std::vector<double> fits;                            ///< [child][q + K]: direction and sums
    };

    [[nodiscard]] double threshold() const { return ambition_ * run_->best.threshold(); }
    void place_path(std::vector<std::vector<std::uint8_t>> const& rows);
    void expand(std::size_t depth);
    [[nodiscard]] bool enumerate(Frame& frame);
    [[nodiscard]] bool prepare(PrefixFit const& prefix);
    void fit_last_level(Frame& frame);
    template <int Words>
    void choose(Frame& frame, int depth);
    void push_all(Frame& frame, int k, std::uint64_t rows, float const* sum, float const* products);
    void flush(Frame& frame);
    [[nodiscard]] std::uint64_t shared_domains() const;
    void fit_child(Frame& frame, std::uint8_t const* rows);
    void place_child(Frame const& frame, std::uint32_t child, PrefixFit& placed);

    OrderProblem const* problem_;
    Kernels const* kernels_;
    SearchRun* run_;
    int domains_;
    std::vector<Frame> frames_;
    std::vector<std::vector<std::uint8_t>> path_;
    LevelFit fit_;
    // The node that is being enumerated.
    Compatibility compatibility_;
    TupleTables tables_;
    std::vector<float> products_;
    std::vector<int> domain_order_;
    std::vector<std::uint64_t> masks_; // [depth][words]
    std::vector<float> sums_;          // [depth][sum stride]
    std::vector<std::uint8_t> chosen_; // [row stride]
    std::vector<float> batch_sums_;
    std::vector<std::uint8_t> batch_rows_;
    int sum_stride_ = 0;
    int row_stride_;
    int batch_ = 0;
    bool interrupted_ = false;
    double ambition_ = 1; // below 1 in a beam alone: share of the threshold that a prefix may use up
};

} // namespace exahca
