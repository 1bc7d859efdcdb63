#pragma once

// Included once by each file that compiles the kernels for an instruction set; everything here has internal linkage.

#include "search/kernels.hpp"

#include <cmath>
#include <cstring>

namespace exahca {
namespace {

// A compiler's vector of floats, processed by whatever instructions the file is compiled for.
using Lanes = float __attribute__((vector_size(4 * lanes)));
using LaneMask = std::int32_t __attribute__((vector_size(4 * lanes)));

constexpr float certificate = 1e-3F;
constexpr int largest_dimension = 64;

template <int Q>
struct Extent
{
    int runtime;
    [[nodiscard]] constexpr int get() const { return Q > 0 ? Q : runtime; }
    static constexpr int most = Q > 0 ? Q : largest_dimension;
    static constexpr int most_packed = packed_size(most);
};

// Entry (i, j) of a symmetric matrix, i >= j.
constexpr int at(int i, int j) { return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i; }

inline void load(Lanes& result, float const* from) { std::memcpy(&result, from, sizeof result); }
inline Lanes broadcast(float value) { return Lanes{} + value; }
inline unsigned bits_of(LaneMask const& mask)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < lanes; ++i) bits |= (mask[i] != 0 ? 1U : 0U) << i;
    return bits;
}

// Eight rows of eight floats, `stride` apart, become eight vectors.
inline void transpose(float const* const* rows, Lanes* out)
{
    Lanes r[8];
    for (int i = 0; i < 8; ++i) load(r[i], rows[i]);
    Lanes a[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        a[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    Lanes b[8];
    for (int i = 0; i < 8; i += 4) {
        b[i] = __builtin_shufflevector(a[i], a[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        b[i + 2] = __builtin_shufflevector(a[i + 1], a[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
        b[i + 3] = __builtin_shufflevector(a[i + 1], a[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (int i = 0; i < 4; ++i) {
        out[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        out[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

inline void gather(float const* const* rows, int count, Lanes* out)
{
    for (int start = 0; start < count; start += lanes) {
        float const* shifted[lanes];
        for (int i = 0; i < lanes; ++i) shifted[i] = rows[i] + start;
        transpose(shifted, out + start);
    }
}

template <int Q>
Lanes squared_norm(Extent<Q> extent, Lanes const* matrix)
{
    Lanes diagonal{};
    Lanes off{};
    for (int i = 0; i < extent.get(); ++i) {
        diagonal += matrix[at(i, i)] * matrix[at(i, i)];
        for (int j = 0; j < i; ++j) off += matrix[at(i, j)] * matrix[at(i, j)];
    }
    return diagonal + 2 * off;
}

template <int Q>
void square(Extent<Q> extent, Lanes const* matrix, Lanes const& scale, Lanes* result)
{
    int const q = extent.get();
#pragma GCC unroll 8
    for (int i = 0; i < q; ++i)
#pragma GCC unroll 8
        for (int j = 0; j <= i; ++j) {
            Lanes sum = matrix[at(i, 0)] * matrix[at(j, 0)];
#pragma GCC unroll 8
            for (int l = 1; l < q; ++l) sum += matrix[at(i, l)] * matrix[at(j, l)];
            result[at(i, j)] = sum * scale;
        }
}

// The column of the largest diagonal entry, times the matrix, to unit length.
template <int Q>
void take_direction(Extent<Q> extent, Lanes const* matrix, Lanes* direction)
{
    int const q = extent.get();
    Lanes column[Extent<Q>::most];
    Lanes largest = matrix[0];
    for (int l = 0; l < q; ++l) column[l] = matrix[at(l, 0)];
    for (int i = 1; i < q; ++i) {
        LaneMask const better = matrix[at(i, i)] > largest;
        largest = better ? matrix[at(i, i)] : largest;
        for (int l = 0; l < q; ++l) column[l] = better ? matrix[at(l, i)] : column[l];
    }
    Lanes norm{};
    for (int i = 0; i < q; ++i) {
        Lanes sum{};
        for (int l = 0; l < q; ++l) sum += matrix[at(i, l)] * column[l];
        direction[i] = sum;
        norm += sum * sum;
    }
    Lanes scale;
    for (int i = 0; i < lanes; ++i) scale[i] = std::sqrt(norm[i]);
    scale = 1 / scale;
    for (int i = 0; i < q; ++i) direction[i] *= scale;
}

struct DirectionResult
{
    LaneMask certain;
    int squarings;
};

template <int Q>
DirectionResult find_direction(Extent<Q> extent, Lanes* matrix, Lanes* direction)
{
    int const q = extent.get();
    Lanes other[Extent<Q>::most_packed];
    Lanes trace{};
    for (int i = 0; i < q; ++i) trace += matrix[at(i, i)];
    Lanes const scale = 1 / trace;
    for (int e = 0; e < packed_size(q); ++e) matrix[e] *= scale;
    Lanes norm = squared_norm(extent, matrix);
    int squarings = 0;
    Lanes* from = matrix;
    Lanes* to = other;
    LaneMask certain = 1 - norm <= certificate;
    while (squarings < most_kernel_squarings && bits_of(certain) != (1U << lanes) - 1) {
        square(extent, from, Lanes(1 / norm), to);
        Lanes* const swapped = from;
        from = to;
        to = swapped;
        norm = squared_norm(extent, from);
        certain = 1 - norm <= certificate;
        ++squarings;
    }
    take_direction(extent, from, direction);
    return {certain, squarings};
}

// Squared entry of the row's own factor, and of all factors, in C's row of domain k.
template <int Q>
void project(Extent<Q> extent, TupleTables const& tables, int k, std::uint8_t const* rows, Lanes const* direction,
             Lanes& own, Lanes& total)
{
    int const q = extent.get();
    int const m = tables.factors;
    float const* picked[lanes];
    LaneMask row;
    for (int i = 0; i < lanes; ++i) {
        row[i] = rows[i * tables.domains + k];
        picked[i] = tables.residuals.data() + (k * m + row[i]) * padded(q);
    }
    Lanes residual[padded(Extent<Q>::most)];
    gather(picked, q, residual);
    Lanes along = residual[0] * direction[0];
    for (int i = 1; i < q; ++i) along += residual[i] * direction[i];
    Lanes settled[padded(largest_dimension)];
    if (tables.any_settled) {
        for (int i = 0; i < lanes; ++i) picked[i] = tables.settled.data() + (k * m + row[i]) * padded(m);
        gather(picked, m, settled);
    }
    own = Lanes{};
    total = Lanes{};
    float const* inverse = tables.inverses.data() + k * m * q;
    for (int j = 0; j < m; ++j, inverse += q) {
        Lanes entry = broadcast(inverse[0]) * direction[0];
#pragma GCC unroll 8
        for (int i = 1; i < q; ++i) entry += broadcast(inverse[i]) * direction[i];
        entry = tables.any_settled ? settled[j] + along * entry : along * entry;
        Lanes const squared = entry * entry;
        total += squared;
        own += row == j ? squared : Lanes{};
    }
}

template <int Q>
unsigned test_tuples(Extent<Q> extent, TupleTables const& tables, float const* sums, std::uint8_t const* rows)
{
    int const stride = padded(packed_size(extent.get()));
    float const* starts[lanes];
    for (int i = 0; i < lanes; ++i) starts[i] = sums + i * stride;
    Lanes matrix[padded(Extent<Q>::most_packed)];
    gather(starts, packed_size(extent.get()), matrix);
    Lanes direction[Extent<Q>::most];
    auto const found = find_direction(extent, matrix, direction);
    float const error = tables.direction_error[static_cast<std::size_t>(found.squarings)];
    LaneMask alive = found.certain == found.certain; // all
    Lanes weighted{};
    for (int const k : tables.test_order) {
        auto const domain = static_cast<std::size_t>(k);
        Lanes own;
        Lanes total;
        project(extent, tables, k, rows, direction, own, total);
        own += tables.slack_squared[domain] * error + tables.slack[domain];
        if (tables.sums_values) {
            Lanes const least = (1 - tables.ratio_margin) - own / total;
            weighted += least > 0 ? tables.own_shares[domain] * least : Lanes{};
            alive &= ~(weighted > tables.budget);
        } else {
            alive &= ~(own < tables.own_shares[domain] * total);
        }
        if (bits_of(alive) == 0) break;
    }
    return bits_of(alive | ~found.certain);
}

unsigned dispatch_tuples(TupleTables const& tables, float const* sums, std::uint8_t const* rows)
{
    int const q = tables.dimension;
    switch (q) {
    case 2:
        return test_tuples(Extent<2>{q}, tables, sums, rows);
    case 3:
        return test_tuples(Extent<3>{q}, tables, sums, rows);
    case 4:
        return test_tuples(Extent<4>{q}, tables, sums, rows);
    case 5:
        return test_tuples(Extent<5>{q}, tables, sums, rows);
    case 6:
        return test_tuples(Extent<6>{q}, tables, sums, rows);
    case 7:
        return test_tuples(Extent<7>{q}, tables, sums, rows);
    case 8:
        return test_tuples(Extent<8>{q}, tables, sums, rows);
    default:
        return test_tuples(Extent<0>{q}, tables, sums, rows);
    }
}

// Which lanes of -(first + second) - shift are positive definite, by LDL' without pivoting.
template <int Q>
LaneMask negative_definite(Extent<Q> extent, Lanes* matrix)
{
    int const q = extent.get();
    LaneMask definite = matrix[0] > 0;
#pragma GCC unroll 8
    for (int c = 0; c < q; ++c) {
        Lanes const pivot = matrix[at(c, c)];
        definite &= pivot > 0;
        if (c == q - 1) break;
        Lanes const inverse = 1 / pivot;
#pragma GCC unroll 8
        for (int i = c + 1; i < q; ++i) {
            Lanes const factor = matrix[at(i, c)] * inverse;
#pragma GCC unroll 8
            for (int j = c + 1; j <= i; ++j) matrix[at(i, j)] -= factor * matrix[at(j, c)];
        }
    }
    return definite;
}

template <int Q>
void test_pairs(Extent<Q> extent, PairTables const& tables, std::uint64_t* bits, int words)
{
    constexpr float shares[] = {0.5F, 0.3F, 0.7F, 0.12F, 0.88F};
    int const entries = packed_size(extent.get());
    int const stride = padded(tables.rows);
    Lanes first[Extent<Q>::most_packed];
    Lanes sum[Extent<Q>::most_packed];
    for (int i = 0; i < tables.rows; ++i) {
        for (int e = 0; e < entries; ++e)
            first[e] = broadcast(tables.conditions[static_cast<std::size_t>(e * stride + i)]);
        for (int start = i / lanes * lanes; start < tables.rows; start += lanes) {
            LaneMask settled; // lanes about which nothing is asked, or that are known to be apart
            for (int l = 0; l < lanes; ++l) {
                int const j = start + l;
                bool const asked = j == i || (j > i && j < tables.rows &&
                                              tables.domain[static_cast<std::size_t>(j)] !=
                                                  tables.domain[static_cast<std::size_t>(i)]);
                settled[l] = asked ? 0 : -1;
            }
            LaneMask apart{};
            for (float const share : shares) {
                if (bits_of(settled | apart) == (1U << lanes) - 1) break;
                for (int e = 0; e < entries; ++e) {
                    Lanes second;
                    load(second, tables.conditions.data() + e * stride + start);
                    sum[e] = -(share * first[e] + (1 - share) * second);
                }
                for (int d = 0; d < extent.get(); ++d) sum[at(d, d)] -= tables.shift;
                apart |= negative_definite(extent, sum);
            }
            unsigned const together = bits_of(~settled & ~apart);
            for (int l = 0; l < lanes; ++l) {
                if (((together >> l) & 1U) == 0) continue;
                int const j = start + l;
                bits[i * words + j / 64] |= std::uint64_t{1} << (j % 64);
                bits[j * words + i / 64] |= std::uint64_t{1} << (i % 64);
            }
        }
    }
}

void dispatch_pairs(PairTables const& tables, std::uint64_t* bits, int words)
{
    int const q = tables.dimension;
    switch (q) {
    case 2:
        return test_pairs(Extent<2>{q}, tables, bits, words);
    case 3:
        return test_pairs(Extent<3>{q}, tables, bits, words);
    case 4:
        return test_pairs(Extent<4>{q}, tables, bits, words);
    case 5:
        return test_pairs(Extent<5>{q}, tables, bits, words);
    case 6:
        return test_pairs(Extent<6>{q}, tables, bits, words);
    case 7:
        return test_pairs(Extent<7>{q}, tables, bits, words);
    case 8:
        return test_pairs(Extent<8>{q}, tables, bits, words);
    default:
        return test_pairs(Extent<0>{q}, tables, bits, words);
    }
}

} // namespace
} // namespace exahca
