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

// Dimension q of a node: known when compiling, so that loops unroll, or, for Q = 0, at run time only.
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
#ifdef __AVX2__
    Lanes signs;
    std::memcpy(&signs, &mask, sizeof signs);
    return static_cast<unsigned>(__builtin_ia32_movmskps256(signs));
#else
    unsigned bits = 0;
    for (unsigned i = 0; i < lanes; ++i) bits |= (mask[i] != 0 ? 1U : 0U) << i;
    return bits;
#endif
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

// The first `count` floats of eight rows, as `count` vectors with one row per lane. Reads and writes whole blocks of
// eight, so rows are padded.
inline void gather(float const* const* rows, int count, Lanes* out)
{
    for (int start = 0; start < count; start += lanes) {
        float const* shifted[lanes];
        for (int i = 0; i < lanes; ++i) shifted[i] = rows[i] + start;
        transpose(shifted, out + start);
    }
}

// trace(M^2) of a symmetric matrix.
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

// M^2 times `scale`, lower triangle. With scale = 1 / trace(M^2) the result has trace 1.
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

// Lanes whose direction has its certificate, 1 - trace(M^2) <= 1e-3 for trace 1, and how often all were squared.
struct DirectionResult
{
    LaneMask certain;
    int squarings;
};

// Leading eigenvector of eight stacks r r' by repeated squaring. All lanes are squared until the last has its
// certificate, so `squarings` is the error bound of each. A stack of zeros becomes NaN, which has none. Overwrites
// `matrix`.
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

struct Projection
{
    Lanes own;   // squared entry of the row's own factor
    Lanes total; // of all factors
};

// C's row J = J0 + (r . h) U' h of domain k where all lanes have row a: r, J0 and U are scalars, only h differs.
template <int Q>
Projection project_shared(Extent<Q> extent, TupleTables const& tables, int k, int a, Lanes const* direction)
{
    int const q = extent.get();
    int const m = tables.factors;
    float const* const residual = tables.residuals.data() + (k * m + a) * padded(q);
    float const* const settled = tables.settled.data() + (k * m + a) * padded(m);
    Lanes along = residual[0] * direction[0];
#pragma GCC unroll 8
    for (int i = 1; i < q; ++i) along += residual[i] * direction[i];
    Projection result{};
    float const* inverse = tables.inverses.data() + k * m * q;
    for (int j = 0; j < m; ++j, inverse += q) {
        Lanes entry = inverse[0] * direction[0];
#pragma GCC unroll 8
        for (int i = 1; i < q; ++i) entry += inverse[i] * direction[i];
        entry = along * entry + settled[j];
        entry *= entry;
        result.total += entry;
        if (j == a) result.own = entry;
    }
    return result;
}

// The same where each lane has a row of its own.
template <int Q>
Projection project(Extent<Q> extent, TupleTables const& tables, int k, std::uint8_t const* rows, Lanes const* direction)
{
    int const q = extent.get();
    int const m = tables.factors;
    float const* picked[lanes];
    LaneMask row;
    for (int i = 0; i < lanes; ++i) {
        row[i] = rows[i * tables.row_stride + k];
        picked[i] = tables.residuals.data() + (k * m + row[i]) * padded(q);
    }
    Lanes residual[padded(Extent<Q>::most)];
    gather(picked, q, residual);
    Lanes along = residual[0] * direction[0];
#pragma GCC unroll 8
    for (int i = 1; i < q; ++i) along += residual[i] * direction[i];
    Lanes settled[padded(largest_dimension)];
    if (tables.any_settled) {
        for (int i = 0; i < lanes; ++i) picked[i] = tables.settled.data() + (k * m + row[i]) * padded(m);
        gather(picked, m, settled);
    }
    Projection result{};
    float const* inverse = tables.inverses.data() + k * m * q;
    for (int j = 0; j < m; ++j, inverse += q) {
        Lanes entry = inverse[0] * direction[0];
#pragma GCC unroll 8
        for (int i = 1; i < q; ++i) entry += inverse[i] * direction[i];
        entry = tables.any_settled ? settled[j] + along * entry : along * entry;
        entry *= entry;
        result.total += entry;
        result.own += row == j ? entry : Lanes{};
    }
    return result;
}

// What the domains' losses leave of the lanes, one domain after the other. Every comparison rejects a lane only where
// it holds, so NaN survives and is fitted in double precision.
struct Verdict
{
    LaneMask alive;
    Lanes weighted{};

    void take(TupleTables const& tables, std::size_t domain, float error, Projection const& projection)
    {
        // J_a^2 + (pi/4) e^2 / eta, the left side of the test in docs/search.md, section 5. `error` is delta^2.
        Lanes const own = projection.own + (tables.slack_squared[domain] * error + tables.slack[domain]);
        if (tables.sums_values) {
            Lanes const least = (1 - tables.ratio_margin) - own / projection.total;
            weighted += least > 0 ? tables.own_shares[domain] * least : Lanes{};
            alive &= ~(weighted > tables.budget);
        } else {
            alive &= ~(own < tables.own_shares[domain] * projection.total);
        }
    }
};

template <int Q>
unsigned test_tuples(Extent<Q> extent, TupleTables const& tables, float const* sums, std::uint8_t const* rows,
                     std::uint64_t shared)
{
    int const stride = padded(packed_size(extent.get()));
    float const* starts[lanes];
    for (int i = 0; i < lanes; ++i) starts[i] = sums + i * stride;
    Lanes matrix[padded(Extent<Q>::most_packed)];
    gather(starts, packed_size(extent.get()), matrix);
    Lanes direction[Extent<Q>::most];
    auto const found = find_direction(extent, matrix, direction);
    float const error = tables.direction_error[static_cast<std::size_t>(found.squarings)];
    // Lanes without a certificate survive whatever the domains say.
    unsigned const uncertain = bits_of(~found.certain);
    Verdict verdict{found.certain, {}};
    // Domains that all lanes share cost least, so they go first.
    for (int const pass : {0, 1}) {
        for (int const k : tables.test_order) {
            bool const is_shared = k < 64 && (shared >> k & 1U) != 0;
            if (is_shared == (pass == 1)) continue;
            auto const projection = is_shared ? project_shared(extent, tables, k, rows[k], direction)
                                              : project(extent, tables, k, rows, direction);
            verdict.take(tables, static_cast<std::size_t>(k), error, projection);
            if (bits_of(verdict.alive) == 0) return uncertain;
        }
    }
    return bits_of(verdict.alive) | uncertain;
}

unsigned dispatch_tuples(TupleTables const& tables, float const* sums, std::uint8_t const* rows, std::uint64_t shared)
{
    int const q = tables.dimension;
    switch (q) {
    case 2:
        return test_tuples(Extent<2>{q}, tables, sums, rows, shared);
    case 3:
        return test_tuples(Extent<3>{q}, tables, sums, rows, shared);
    case 4:
        return test_tuples(Extent<4>{q}, tables, sums, rows, shared);
    case 5:
        return test_tuples(Extent<5>{q}, tables, sums, rows, shared);
    case 6:
        return test_tuples(Extent<6>{q}, tables, sums, rows, shared);
    case 7:
        return test_tuples(Extent<7>{q}, tables, sums, rows, shared);
    case 8:
        return test_tuples(Extent<8>{q}, tables, sums, rows, shared);
    default:
        return test_tuples(Extent<0>{q}, tables, sums, rows, shared);
    }
}

// Which lanes of `matrix`, that combine() has made, are positive definite, by LDL' without pivoting. A lane stays
// rejected from its first pivot on that is not positive; what it computes afterwards is not used. Overwrites `matrix`.
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

// -(share first + (1 - share) second) - shift: `first` is the condition of column i, the same in all lanes, `second`
// those of the eight columns from `start`.
template <int Q>
void combine(Extent<Q> extent, PairTables const& tables, int i, int start, float share, Lanes* sum)
{
    int const q = extent.get();
    int const stride = padded(tables.rows);
    float const* entry = tables.conditions.data();
#pragma GCC unroll 8
    for (int r = 0; r < q; ++r)
#pragma GCC unroll 8
        for (int c = 0; c <= r; ++c, entry += stride) {
            Lanes second;
            load(second, entry + start);
            sum[at(r, c)] = (share - 1) * second - share * entry[i];
            if (r == c) sum[at(r, c)] -= tables.shift;
        }
}

template <int Q>
struct TestRows
{
    void operator()(Extent<Q> extent, PairTables const& tables, int count, std::uint64_t* bits) const
    {
        Lanes sum[Extent<Q>::most_packed];
        for (int start = 0; start < count; start += lanes) {
            // share 0: each condition by itself
            combine(extent, tables, start, start, 0.0F, sum);
            std::uint64_t const possible = ~bits_of(negative_definite(extent, sum)) & ((1U << lanes) - 1);
            bits[start / 64] |= possible << (start % 64);
        }
    }
};

template <int Q>
struct TestPairs
{
    void operator()(Extent<Q> extent, PairTables const& tables, int i, int first, std::uint64_t* bits) const
    {
        // The lambdas of bound 3: more would exclude a little more, none anything wrong.
        constexpr float shares[] = {0.5F, 0.3F, 0.7F, 0.12F, 0.88F};
        constexpr unsigned all = (1U << lanes) - 1;
        Lanes sum[Extent<Q>::most_packed];
        for (int start = first / lanes * lanes; start < tables.rows; start += lanes) {
            unsigned apart = start < first ? (1U << (first - start)) - 1 : 0; // lanes that are not asked about
            if (tables.rows - start < lanes) apart |= all & ~((1U << (tables.rows - start)) - 1);
            for (float const share : shares) {
                combine(extent, tables, i, start, share, sum);
                apart |= bits_of(negative_definite(extent, sum));
                if (apart == all) break;
            }
            bits[start / 64] |= std::uint64_t{all & ~apart} << (start % 64);
        }
    }
};

template <template <int> class Call, class... Arguments>
void for_dimension(int q, Arguments&&... arguments)
{
    switch (q) {
    case 2:
        return Call<2>{}(Extent<2>{q}, arguments...);
    case 3:
        return Call<3>{}(Extent<3>{q}, arguments...);
    case 4:
        return Call<4>{}(Extent<4>{q}, arguments...);
    case 5:
        return Call<5>{}(Extent<5>{q}, arguments...);
    case 6:
        return Call<6>{}(Extent<6>{q}, arguments...);
    case 7:
        return Call<7>{}(Extent<7>{q}, arguments...);
    case 8:
        return Call<8>{}(Extent<8>{q}, arguments...);
    default:
        return Call<0>{}(Extent<0>{q}, arguments...);
    }
}

void dispatch_rows(PairTables const& tables, int count, std::uint64_t* bits)
{
    for_dimension<TestRows>(tables.dimension, tables, count, bits);
}

void dispatch_pairs(PairTables const& tables, int i, int first, std::uint64_t* bits)
{
    for_dimension<TestPairs>(tables.dimension, tables, i, first, bits);
}

} // namespace
} // namespace exahca
