#include "search/flag_cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

constexpr double unit = std::numeric_limits<double>::epsilon() / 2; // of rounding, 2^-53

std::array<double, most_cell_levels> middle(std::array<double, most_cell_levels> const& a,
                                            std::array<double, most_cell_levels> const& b)
{
    std::array<double, most_cell_levels> result{};
    for (std::size_t t = 0; t < result.size(); ++t) result[t] = (a[t] + b[t]) / 2;
    return result;
}

double length(double const* vector, int size)
{
    double sum = 0;
    for (int t = 0; t < size; ++t) sum += vector[t] * vector[t];
    return std::sqrt(sum);
}

// What an entry of M n may be wrong by for J to be orthogonal to it: 8 u l for its own roundings, and |b| <= 2 sqrt(m)
// l |E| because the stored M is the inverse of the stored U only up to E = U M - I (docs/search.md, Rounding).
double plane_error(OrderProblem const& problem, int domain, double longest_row, double longest_inverse)
{
    int const m = problem.factors();
    double const size = m;
    double lacking = 0;
    for (int s = 0; s < m; ++s)
        for (int t = 0; t < m; ++t) {
            double sum = s == t ? -1 : 0;
            for (int j = 0; j < m; ++j) sum += problem.inverse_column(domain, j)[s] * problem.row(domain, j)[t];
            lacking += sum * sum;
        }
    double const residual = std::sqrt(lacking) + 8 * unit * size * size * longest_row * longest_inverse;
    if (!(residual < 0.25)) return std::numeric_limits<double>::infinity(); // the bound says nothing then
    return 8 * unit * longest_row + 2 * std::sqrt(size) * longest_row * residual;
}

} // namespace

DirectionCell cell_of(int levels, CellId id)
{
    int const digit = levels - 1;
    auto const mask = static_cast<CellId>(cell_parts(levels) - 1);
    // The id's digits behind the leading 1: the facet first, then one for each division.
    int divisions = 0;
    while (id >> (digit * (divisions + 1)) > 1) ++divisions;
    // The facet's signs: the last axis is always positive, so of two opposite facets one is there.
    auto const facet = id >> (digit * divisions) & mask;
    DirectionCell cell;
    for (int i = 0; i < levels; ++i) {
        auto const axis = static_cast<std::size_t>(i);
        cell.corners[axis][axis] = (facet >> i & 1U) != 0 ? -1 : 1;
    }
    while (divisions-- > 0) cell = cell_part(levels, cell, static_cast<int>(id >> (digit * divisions) & mask));
    return cell;
}

DirectionCell cell_part(int levels, DirectionCell const& cell, int part)
{
    auto const& c = cell.corners;
    DirectionCell result;
    auto const m = static_cast<std::size_t>(levels);
    auto const own = static_cast<std::size_t>(part);
    if (own < m) { // the part at a corner
        for (std::size_t i = 0; i < m; ++i) result.corners[i] = i == own ? c[i] : middle(c[own], c[i]);
        return result;
    }
    // The middle part of a triangle: for m = 3 there are four parts.
    result.corners = {middle(c[0], c[1]), middle(c[1], c[2]), middle(c[2], c[0])};
    return result;
}

bool can_be_orthogonal(int levels, DirectionCell const& a, DirectionCell const& b)
{
    // h . n is a sum of products of corners with weights that are not negative: of one sign, it cannot vanish.
    bool positive = false, negative = false;
    auto const m = static_cast<std::size_t>(levels);
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t l = 0; l < m; ++l) {
            double product = 0;
            for (std::size_t t = 0; t < m; ++t) product += a.corners[i][t] * b.corners[l][t];
            positive |= product >= 0;
            negative |= product <= 0;
        }
    return positive && negative;
}

FlagTables::FlagTables(OrderProblem const& problem)
    : levels(problem.factors()), blocks((problem.domains() + flag_lanes - 1) / flag_lanes),
      sums_values(problem.objective() != Objective::mic)
{
    int const m = levels;
    auto const entries = static_cast<std::size_t>(3 * m * m + 4);
    data.assign(static_cast<std::size_t>(blocks) * entries * flag_lanes, 0);
    for (int k = 0; k < blocks * flag_lanes; ++k) {
        // Lanes beyond K repeat the last domain with weight 0, which neither raises a mean nor a maximum of bounds that
        // are at least 0.
        int const domain = std::min(k, problem.domains() - 1);
        double* to = data.data() + static_cast<std::size_t>(k / flag_lanes) * entries * flag_lanes + k % flag_lanes;
        auto const put = [&](double value) {
            *to = value;
            to += flag_lanes;
        };
        double longest_row = 0, longest_inverse = 0;
        for (int a = 0; a < m; ++a) {
            longest_row = std::max(longest_row, length(problem.row(domain, a), m));
            longest_inverse = std::max(longest_inverse, length(problem.inverse_column(domain, a), m));
            for (int t = 0; t < m; ++t) put(problem.row(domain, a)[t]);
        }
        for (int a = 0; a < m; ++a)
            for (int t = 0; t < m; ++t) put(problem.inverse_column(domain, a)[t]);
        for (int a = 0; a < m; ++a)
            for (int j = 0; j < m; ++j) {
                double sum = 0;
                for (int t = 0; t < m; ++t) sum += problem.inverse_column(domain, j)[t] * problem.row(domain, a)[t];
                put(sum);
            }
        // The e of docs/search.md, Rounding: 8 u L for entries of U' c_i, 32 u R for those of level 2.
        put(8 * unit * longest_inverse);
        put(32 * unit * longest_row * longest_inverse);
        put(plane_error(problem, domain, longest_row, longest_inverse));
        double const share = sums_values ? problem.shares()[static_cast<std::size_t>(domain)] : 1;
        // The weight: IC_k is a mean over m levels.
        put(k == domain ? share / m : 0);
    }
}

#ifdef EXAHCA_AVX2_FLAG_KERNELS
FlagCellKernels const& avx2_flag_kernels();

FlagCellKernels const& best_flag_kernels()
{
    static bool const has_them = __builtin_cpu_supports("avx2") != 0;
    return has_them ? avx2_flag_kernels() : baseline_flag_kernels();
}
#else
FlagCellKernels const& best_flag_kernels() { return baseline_flag_kernels(); }
#endif

} // namespace exahca
