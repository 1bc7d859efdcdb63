#pragma once

#include "exahca/search/flag_search.hpp"
#include "search/flag_cells.hpp"
#include "search/flag_descent.hpp"

#include <limits>
#include <memory>
#include <vector>

namespace exahca {

/// Tables of bounds by cell, some of which are kept. What is kept changes the time only.
class FlagBoundCache
{
public:
    using Kernel = void (*)(FlagTables const&, DirectionCell const&, double*);

    /// \param bytes  at least one table is kept
    FlagBoundCache(FlagTables const& tables, Kernel kernel, std::int64_t bytes);

    /// Bounds of a cell, valid until the next call.
    [[nodiscard]] double const* of(CellId id, DirectionCell const& cell);

private:
    FlagTables const& tables_;
    Kernel kernel_;
    int shift_;                        // of the hash, to the number of a slot
    std::vector<CellId> ids_;          // by slot; 0: empty
    std::unique_ptr<double[]> bounds_; // not set where there is no id: most searches need few
};

/// Proves a lower bound of all flags by dividing pairs of cells, of h_m and of h_1, until none can hold a flag that is
/// better than the best one by more than the tolerance.
class FlagProof
{
public:
    /// \pre problem of 2 or 3 factors in as many dimensions; references outlive this
    FlagProof(FlagValues const& values, FlagSearchOptions const& options, FlagCellKernels const& kernels);

    /// \param found  flags to begin with, the first is the best; better ones that turn up are added
    void run(std::vector<FlagPoint>& found);

    [[nodiscard]] FlagOutcome outcome() const { return outcome_; }
    /// No flag has a lower value.
    [[nodiscard]] double lower_bound() const { return lower_bound_; }
    [[nodiscard]] std::int64_t cells() const { return cells_; }
    [[nodiscard]] std::int64_t peak_bytes() const { return peak_bytes_; }

private:
    struct Pair
    {
        CellId last;   // of h_m
        CellId second; // of h_1; a facet for two levels
        double bound;
    };

    void begin();
    void divide(Pair const& pair);
    void add(Pair pair, DirectionCell const& last, DirectionCell const& second, std::size_t depth);
    void try_centre(DirectionCell const& last, DirectionCell const& second);
    void close(double bound) { lower_bound_ = std::min(lower_bound_, bound); }
    [[nodiscard]] bool hopeless(double bound) const { return bound > best_value_ - tolerance_; }
    [[nodiscard]] bool next_depth();

    FlagValues const& values_;
    FlagSearchOptions const& options_;
    FlagCellKernels const& kernels_;
    FlagTables tables_;
    FlagBoundCache last_bounds_;
    FlagBoundCache second_bounds_;
    std::vector<FlagPoint>* found_ = nullptr;
    double tolerance_;
    double best_value_ = std::numeric_limits<double>::infinity();
    double lower_bound_ = std::numeric_limits<double>::infinity();
    std::vector<std::vector<Pair>> waiting_; // by number of divisions
    std::size_t depth_ = 0;
    std::int64_t held_ = 0; // pairs that wait
    std::int64_t cells_ = 0;
    std::int64_t divided_ = 0;
    std::int64_t peak_bytes_ = 0;
    FlagOutcome outcome_ = FlagOutcome::proven;
};

/// A frame whose last column lies nearest to the middle of one cell and whose first column, orthogonal to it, near the
/// middle of the other. \param second  not looked at for two levels
[[nodiscard]] Matrix central_frame(int levels, DirectionCell const& last, DirectionCell const& second);

} // namespace exahca
