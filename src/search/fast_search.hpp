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
///
/// A node's children are kept while there is room for them. Then the search goes down into those it has, and comes back
/// to enumerate the rest.
class FastSearch
{
public:
    /// \param frontier_bytes  room for children of all levels together; each level keeps a batch of tuples in any case
    FastSearch(OrderProblem const& problem, Kernels const& kernels, std::int64_t frontier_bytes, SearchRun& run);

    /// Searches all of a subtree.
    void expand_subtree(Subtree const& subtree);

    /// Keeps the `width` best prefixes of each level and offers the complete orders that come out. A start, no proof.
    void run_beam(std::size_t width);

private:
    /// What the search keeps of one level while it is below it; reused from node to node.
    struct Frame
    {
        explicit Frame(OrderProblem const& problem) : prefix(problem) {}
        PrefixFit prefix;
        std::vector<std::pair<double, std::uint32_t>> children; ///< bound and number of each
        std::vector<std::uint8_t> rows;                         ///< [child][K]
        std::vector<double> fits;                               ///< [child][q + K]: direction and sums
        // Where a half-way enumeration goes on, as in Subtree; empty at the beginning.
        std::vector<std::uint32_t> order;
        std::vector<std::uint8_t> after;

        void clear_children();
        [[nodiscard]] std::int64_t bytes() const;
    };
    [[nodiscard]] double threshold() const { return ambition_ * run_->best.threshold(); }
    void place_path(std::vector<std::vector<std::uint8_t>> const& rows);
    void expand(std::size_t depth);
    void descend(std::size_t depth);
    [[nodiscard]] bool enumerate(Frame& frame);
    [[nodiscard]] bool prepare(Frame const& frame);
    void sort_domains(Frame const& frame);
    void fit_last_level(Frame& frame);
    template <int Words, bool Resumes>
    void choose(Frame& frame, int depth);
    template <int Words>
    void choose_from_start(Frame& frame);
    [[nodiscard]] bool goes_on_after_dead_ends(Frame& frame, int depth, int row);
    void push_all(Frame& frame, int k, std::uint64_t rows, float const* sum, float const* products);
    void flush(Frame& frame);
    void leave_half_way(Frame& frame, std::uint8_t const* last);
    [[nodiscard]] std::uint64_t shared_domains() const;
    void fit_child(Frame& frame, std::uint8_t const* rows);
    void place_child(Frame const& frame, std::uint32_t child, PrefixFit& placed);
    void note_memory();

    OrderProblem const* problem_;
    Kernels const* kernels_;
    SearchRun* run_;
    int domains_;
    // K m / 2: what the tables of a node cost, in tuples (docs/search.md, section 8)
    std::int64_t node_effort_;
    std::size_t most_children_; // of one node that wait
    // frames_[depth] holds the prefix of `depth` levels; path_ the rows of the prefix at hand, level m first, K each.
    std::vector<Frame> frames_;
    std::vector<std::vector<std::uint8_t>> path_;
    LevelFit fit_;
    // The node that is being enumerated.
    Compatibility compatibility_;
    TupleTables tables_;
    std::vector<float> products_;
    // Tuples are enumerated in the order of these domains, lexicographically; this is what Subtree::order stores.
    std::vector<int> domain_order_;
    // Of depth i: rows that stand with all rows chosen in the first i domains of domain_order_, and the weighted sum of
    // r r' of those rows.
    std::vector<std::uint64_t> masks_; // [depth][words]
    std::vector<float> sums_;          // [depth][sum stride]
    std::vector<std::uint8_t> chosen_; // [row stride]
    std::vector<float> batch_sums_;
    std::vector<std::uint8_t> batch_rows_;
    int sum_stride_ = 0;
    int row_stride_;
    int batch_ = 0;
    int dead_ends_ = 0;        // since they were last looked at
    bool interrupted_ = false; // the enumeration stopped half-way: no room, or the search has ended
    double ambition_ = 1;      // below 1 in a beam alone: share of the threshold that a prefix may use up
};

} // namespace exahca
