// Bounds of flag cells, four domains at a time; compiled for the plain processor and for AVX2. Elementary operations
// alone, each rounded by itself, and sums in one order: the bits are the same.

#include "search/flag_cells.hpp"

#include <cmath>
#include <cstring>

namespace exahca {
namespace {

using Lanes = double __attribute__((vector_size(flag_lanes * sizeof(double))));

inline Lanes load(double const* from)
{
    Lanes result;
    std::memcpy(&result, from, sizeof result);
    return result;
}
inline void store(double* to, Lanes const& value) { std::memcpy(to, &value, sizeof value); }
inline Lanes smaller(Lanes const& a, Lanes const& b) { return a < b ? a : b; }
inline Lanes larger(Lanes const& a, Lanes const& b) { return a > b ? a : b; }
inline Lanes magnitude(Lanes const& a) { return larger(a, -a); }
inline Lanes root(Lanes const& a)
{
    Lanes result;
    for (int i = 0; i < flag_lanes; ++i) result[i] = std::sqrt(a[i]);
    return result;
}

// What one block of FlagTables::data holds.
template <std::size_t M>
struct Block
{
    static constexpr std::size_t size = (3 * M * M + 4) * flag_lanes;

    explicit Block(double const* data)
    {
        for (std::size_t a = 0; a < M; ++a)
            for (std::size_t t = 0; t < M; ++t, data += flag_lanes) rows[a][t] = load(data);
        for (std::size_t a = 0; a < M; ++a)
            for (std::size_t t = 0; t < M; ++t, data += flag_lanes) inverses[a][t] = load(data);
        for (std::size_t a = 0; a < M; ++a)
            for (std::size_t t = 0; t < M; ++t, data += flag_lanes) settled[a][t] = load(data);
        last_error = load(data);
        second_error = load(data + flag_lanes);
        row_error = load(data + 2 * flag_lanes);
        weight = load(data + 3 * flag_lanes);
    }

    Lanes rows[M][M];     // [a][t]
    Lanes inverses[M][M]; // [j][t]
    Lanes settled[M][M];  // [a][j]: U' r_a
    Lanes last_error, second_error, row_error, weight;
};

// Weighted lower bound of the loss of a row of C that lies in the cone of `count` vectors, or in the opposite one.
// \param vectors  [entry of C][control vector]
template <std::size_t M, std::size_t Count>
Lanes cone_bound(Lanes const (&vectors)[M][Count], std::size_t own, Lanes const& error, Lanes const& weight)
{
    // A direction across e_own in which the whole cone lies: that of the vectors' sum.
    Lanes across[M];
    Lanes norm{};
    for (std::size_t j = 0; j < M; ++j) {
        if (j == own) continue;
        across[j] = vectors[j][0];
        for (std::size_t i = 1; i < Count; ++i) across[j] += vectors[j][i];
        norm += across[j] * across[j];
    }
    Lanes const scale = 1 / root(norm + 1e-280); // without any direction the bound is 0
    for (std::size_t j = 0; j < M; ++j)
        if (j != own) across[j] *= scale;
    Lanes tangent{};
    for (std::size_t i = 0; i < Count; ++i) {
        // g . p'_i less four times the error of an entry: T = min (g . p'_i - 4 e) / (|p_ia| + e), cut off at 0.
        Lanes along = -4 * error;
        for (std::size_t j = 0; j < M; ++j)
            if (j != own) along += across[j] * vectors[j][i];
        Lanes const ratio = along / (magnitude(vectors[own][i]) + error);
        tangent = i == 0 ? ratio : smaller(tangent, ratio);
    }
    tangent = larger(tangent, Lanes{});
    Lanes const squared = tangent * tangent;
    return weight * (squared / (1 + squared));
}

// Weighted lower bound of the loss of a row of C that is orthogonal to M_k n, where n lies in a cell: no direction of
// that plane is nearer to e_own. It says most where row `own` is nearly n, and the other bound nothing. \param along
// [row][corner]: M_k times the corners
template <std::size_t M>
Lanes plane_bound(Lanes const (&along)[M][M], std::size_t own, Lanes const& error, Lanes const& weight)
{
    Lanes least{};
    for (std::size_t i = 0; i < M; ++i) {
        Lanes const oriented = along[own][0] > 0 ? along[own][i] : -along[own][i];
        Lanes const across = larger(oriented - error, Lanes{}); // 0 where corners disagree in sign
        Lanes others{};
        for (std::size_t j = 0; j < M; ++j) {
            if (j == own) continue;
            Lanes const entry = magnitude(along[j][i]) + error;
            others += entry * entry;
        }
        Lanes const squared = across * across;
        Lanes const share = squared / (squared + others);
        least = i == 0 ? share : smaller(least, share);
    }
    return weight * least;
}

// Scalar products of three columns, or rows, of each domain with the corners of a cell: entry j, corner i.
template <std::size_t M>
void project(DirectionCell const& cell, Lanes const (&columns)[M][M], Lanes (&result)[M][M])
{
    for (std::size_t j = 0; j < M; ++j)
        for (std::size_t i = 0; i < M; ++i) {
            Lanes sum = columns[j][0] * cell.corners[i][0];
            for (std::size_t t = 1; t < M; ++t) sum += columns[j][t] * cell.corners[i][t];
            result[j][i] = sum;
        }
}

template <std::size_t M>
void bound_last_level(FlagTables const& tables, DirectionCell const& cell, double* bounds)
{
    double const* data = tables.data.data();
    for (int b = 0; b < tables.blocks; ++b, data += Block<M>::size) {
        Block<M> const block(data);
        Lanes vectors[M][M]; // U' of the corners: entry j, corner i
        project(cell, block.inverses, vectors);
        for (std::size_t a = 0; a < M; ++a, bounds += flag_lanes)
            store(bounds, cone_bound<M, M>(vectors, a, block.last_error, block.weight));
    }
}

void bound_second_level(FlagTables const& tables, DirectionCell const& cell, double* bounds)
{
    constexpr std::size_t m = 3;
    constexpr std::size_t count = m * (m + 1) / 2;
    double products[count]; // of corners
    std::size_t e = 0;
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t l = 0; l <= i; ++l, ++e) {
            products[e] = 0;
            for (std::size_t t = 0; t < m; ++t) products[e] += cell.corners[i][t] * cell.corners[l][t];
        }
    double const* data = tables.data.data();
    for (int b = 0; b < tables.blocks; ++b, data += Block<m>::size) {
        Block<m> const block(data);
        Lanes along[m][m], projected[m][m];
        project(cell, block.rows, along);
        project(cell, block.inverses, projected);
        Lanes bound[m];
        for (std::size_t a = 0; a < m; ++a) {
            Lanes vectors[m][count]; // the polar form of |n|^2 U' r - (r . n) U' n
            for (std::size_t j = 0; j < m; ++j) {
                std::size_t entry = 0;
                for (std::size_t i = 0; i < m; ++i)
                    for (std::size_t l = 0; l <= i; ++l, ++entry)
                        vectors[j][entry] = products[entry] * block.settled[a][j] -
                                            0.5 * (along[a][i] * projected[j][l] + along[a][l] * projected[j][i]);
            }
            bound[a] = larger(cone_bound<m, count>(vectors, a, block.second_error, block.weight),
                              plane_bound<m>(along, a, block.row_error, block.weight));
        }
        for (std::size_t a = 0; a < m; ++a, bounds += flag_lanes)
            // Row a stands at level 3, so level 2 has one of the other two.
            store(bounds, smaller(bound[(a + 1) % m], bound[(a + 2) % m]));
    }
}

// Rounding of the losses of two levels and of their sum over domains; all terms are at least 0.
inline double less_roundings(FlagTables const& tables, double value)
{
    return value * (1 - (64 + 4 * static_cast<double>(tables.blocks * flag_lanes)) * 0x1p-53);
}

template <std::size_t M>
double combine_levels(FlagTables const& tables, double const* last, double const* second)
{
    Lanes total{};
    for (int b = 0; b < tables.blocks; ++b) {
        Lanes least{};
        for (std::size_t a = 0; a < M; ++a, last += flag_lanes, second += flag_lanes) {
            Lanes const sum = M > 2 ? load(last) + load(second) : load(last);
            least = a == 0 ? sum : smaller(least, sum);
        }
        total = tables.sums_values ? total + least : larger(total, least);
    }
    double result = total[0];
    for (int i = 1; i < flag_lanes; ++i)
        result = tables.sums_values ? result + total[i] : (result < total[i] ? total[i] : result);
    return less_roundings(tables, result);
}

void last_level(FlagTables const& tables, DirectionCell const& cell, double* bounds)
{
    tables.levels == 2 ? bound_last_level<2>(tables, cell, bounds) : bound_last_level<3>(tables, cell, bounds);
}

double combine(FlagTables const& tables, double const* last, double const* second)
{
    return tables.levels == 2 ? combine_levels<2>(tables, last, last) : combine_levels<3>(tables, last, second);
}

} // namespace
} // namespace exahca
