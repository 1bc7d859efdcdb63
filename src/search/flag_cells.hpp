#pragma once

#include "exahca/model/order_problem.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace exahca {

/// Most levels of a flag whose value can be bounded over cells.
inline constexpr int most_cell_levels = 3;
/// Domains that a kernel looks at together.
inline constexpr int flag_lanes = 4;

/// A set of directions in R^m: the lines through a simplex, given by its m corners.
///
/// Coordinates are multiples of 2^-depth, of absolute values that add up to 1, so halving an edge is exact, and so is
/// the scalar product of two corners.
struct DirectionCell
{
    std::array<std::array<double, most_cell_levels>, most_cell_levels> corners{};
};

/// Names a cell: the facet of the cross-polytope that it lies in, behind a leading 1, and one base-2^(m-1) digit for
/// each time that it was divided.
using CellId = std::uint64_t;

/// Divisions after which a cell is not divided again: scalar products of corners stay exact, and ids fit.
inline constexpr int most_divisions = 24;

/// Facets that together hold every line once, and parts that a cell is divided into: 2^(m-1) both.
[[nodiscard]] constexpr int cell_parts(int levels) { return 1 << (levels - 1); }
[[nodiscard]] constexpr CellId facet_id(int levels, int facet)
{
    return static_cast<CellId>(cell_parts(levels) + facet);
}
[[nodiscard]] constexpr CellId part_id(int levels, CellId cell, int part)
{
    return cell << (levels - 1) | static_cast<CellId>(part);
}
/// \param levels  2 or 3
[[nodiscard]] DirectionCell cell_of(int levels, CellId id);
[[nodiscard]] DirectionCell cell_part(int levels, DirectionCell const& cell, int part);
/// Whether some direction of one is orthogonal to some direction of the other; exact for cells of at most
/// most_divisions.
[[nodiscard]] bool can_be_orthogonal(int levels, DirectionCell const& a, DirectionCell const& b);

/// The problem as the kernels read it, four domains at a time.
struct FlagTables
{
    explicit FlagTables(OrderProblem const& problem);

    int levels;
    int blocks;               ///< of four domains, the last one filled up with domains of weight 0
    bool sums_values;         ///< a mean, not the largest, is bounded
    std::vector<double> data; ///< [block][entry][lane], see flag_cell_kernels.inl

    /// Numbers in a table of bounds: one for each row of each domain.
    [[nodiscard]] std::size_t bounds() const { return static_cast<std::size_t>(levels * blocks * flag_lanes); }
};

/// Bounds of one instruction set; all give the same bits. docs/search.md, "Flags", has formulas and margins.
struct FlagCellKernels
{
    /// What each row of each domain loses at least at level m, times the domain's weight over m, if h_m lies in a cell.
    /// \param bounds  [block][row][lane]
    void (*last_level)(FlagTables const& tables, DirectionCell const& cell, double* bounds);
    /// What the cheapest of the *other* rows loses at least at level 2, likewise, if h_1 lies in a cell. m = 3 only.
    void (*second_level)(FlagTables const& tables, DirectionCell const& cell, double* bounds);
    /// The objective's bound where h_m and h_1 lie in two cells; for m = 2 `second` is not looked at.
    double (*combine)(FlagTables const& tables, double const* last, double const* second);
    char const* name;
};

[[nodiscard]] FlagCellKernels const& baseline_flag_kernels();
/// The fastest kernels that this processor runs.
[[nodiscard]] FlagCellKernels const& best_flag_kernels();

} // namespace exahca
