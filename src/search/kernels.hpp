#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace exahca {

/// Number of tuples, or of pairs of rows, that a kernel looks at together.
inline constexpr int lanes = 8;

[[nodiscard]] constexpr int padded(int size) { return (size + lanes - 1) / lanes * lanes; }
[[nodiscard]] constexpr int packed_size(int n) { return n * (n + 1) / 2; }
/// to = a + b. \pre count is a multiple of 8; `to` overlaps neither
inline void add_packed(float* to, float const* a, float const* b, int count)
{
    using Four = float __attribute__((vector_size(16)));
    auto const add_four = [&](int i) {
        Four x;
        Four y;
        std::memcpy(&x, a + i, sizeof x);
        std::memcpy(&y, b + i, sizeof y);
        x += y;
        std::memcpy(to + i, &x, sizeof x);
    };
    for (int i = 0; i < count; i += 8) {
        add_four(i);
        add_four(i + 4);
    }
}
/// Squarings after which a tuple without certificate is left to the canonical routine.
inline constexpr int most_kernel_squarings = 8;

/// One node of the search in single precision, as the tuple kernel reads it. See docs/search.md for the margins.
struct TupleTables
{
    int domains = 0;
    int factors = 0;
    int dimension = 0;
    int row_stride = 0;                 ///< from lane to lane in the rows of a batch
    bool sums_values = false;           ///< a weighted sum of inexactness is limited, not each domain's own
    bool any_settled = false;           ///< false at the root, where J0 = 0
    std::vector<float> residuals;       ///< [k][a][padded q], in units of the largest residual
    std::vector<float> settled;         ///< [k][a][padded m]: J0
    std::vector<float> inverses;        ///< [k][j][q], in the inverse unit
    std::vector<float> own_shares;      ///< K: 1 - tau_k - margin, or for sums: the weight of the domain
    std::vector<float> slack_squared;   ///< K: what J_a^2 gains for an error of h, per squared error
    std::vector<float> slack;           ///< K: what J_a^2 gains for other roundings
    std::vector<float> direction_error; ///< squared error of h after 0 .. most_kernel_squarings squarings
    float budget = 0;                   ///< for sums: largest admissible weighted sum
    float ratio_margin = 0;             ///< of one domain's inexactness
    std::vector<int> test_order;        ///< domains, the most restrictive first
};

/// Conditions h'Qh > 0 of the live rows of a node, entry by entry.
struct PairTables
{
    int dimension = 0;
    int rows = 0;                  ///< conditions
    std::vector<float> conditions; ///< [packed entry][padded rows], each condition of Frobenius norm 1
    float shift = 0;               ///< margin that makes a computed "negative definite" certain
};

/// The kernels of one instruction set.
struct Kernels
{
    /// Which of `lanes` tuples may be better than the threshold, as bits.
    /// \param sums  [lane][padded packed q]: weighted sum of r r'
    /// \param rows  [lane][row stride]: K rows each
    /// \param shared  domains whose row is the same in all lanes, as bits
    unsigned (*test_tuples)(TupleTables const& tables, float const* sums, std::uint8_t const* rows,
                            std::uint64_t shared);
    /// Sets bit i for each of the first `count` conditions that can hold at all.
    void (*test_rows)(PairTables const& tables, int count, std::uint64_t* bits);
    /// Sets bit j for every j >= first whose condition can hold together with condition i.
    void (*test_pairs)(PairTables const& tables, int i, int first, std::uint64_t* bits);
    char const* name;
};

[[nodiscard]] Kernels const& portable_kernels();
/// The fastest kernels that this processor runs.
[[nodiscard]] Kernels const& best_kernels();

} // namespace exahca
