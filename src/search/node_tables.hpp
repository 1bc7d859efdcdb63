#pragma once

#include "exahca/model/prefix_fit.hpp"
#include "search/kernels.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace exahca {

/// What each domain may still lose at the next level of a node.
struct LevelBudget
{
    std::vector<double> per_domain; ///< tau_k: K values, at most 2
    double weighted_sum = 0;        ///< for the mean objectives: of shares_k times inexactness
};
[[nodiscard]] LevelBudget level_budget(PrefixFit const& prefix, double threshold);

/// Fills the tables of the tuple kernel. Margins: docs/search.md.
void fill_tuple_tables(PrefixFit const& prefix, LevelBudget const& budget, TupleTables& tables);

/// Weighted r r' of every row, packed and padded: [k][a][padded packed q], in the unit of `tables.residuals`.
void fill_products(PrefixFit const& prefix, std::vector<float>& products);

/// The rows of a node that can stand together, as bits: domain k's row a is bit `bit(k) + a` of word `word(k)`.
class Compatibility
{
public:
    explicit Compatibility(OrderProblem const& problem);

    /// Everything free is compatible.
    void reset(PrefixFit const& prefix);
    /// Takes out rows and pairs that bounds 2 and 3 of docs/search.md exclude, then makes the rest arc consistent.
    void apply_bounds(PrefixFit const& prefix, LevelBudget const& budget, Kernels const& kernels);

    [[nodiscard]] int words() const { return words_; }
    [[nodiscard]] int word(int k) const { return k / per_word_; }
    [[nodiscard]] int bit(int k) const { return k % per_word_ * factors_; }
    /// Rows that are still alive.
    [[nodiscard]] std::uint64_t const* alive() const { return alive_.data(); }
    [[nodiscard]] std::uint64_t alive_rows(int k) const { return field(alive_.data(), k); }
    /// Rows that can stand with row a of domain k; of domain k itself row a alone.
    [[nodiscard]] std::uint64_t const* with(int k, int a) const
    {
        return with_.data() + static_cast<std::size_t>((k * factors_ + a) * words_);
    }
    [[nodiscard]] std::uint64_t field(std::uint64_t const* bits, int k) const
    {
        return bits[word(k)] >> bit(k) & mask_;
    }
    /// Every domain has a row among these. \tparam Words  words() where it is known, or 0
    template <int Words = 0>
    [[nodiscard]] bool complete(std::uint64_t const* bits) const
    {
        int const words = Words > 0 ? Words : words_;
        // Adding the lower bits of a field's mask carries into its top bit unless they are all zero.
        bool all = true;
        for (int w = 0; w < words; ++w) {
            auto const at = static_cast<std::size_t>(w);
            all &= ((((bits[w] & lower_[at]) + lower_[at]) | bits[w]) & top_[at]) == top_[at];
        }
        return all;
    }

private:
    /// A condition's row, and where conditions of its domain end.
    struct ConditionedRow
    {
        int domain;
        int row;
        int column; ///< in raw_
        int end;
    };
    void clear(std::uint64_t* bits, int k, int a) const { bits[word(k)] &= ~(std::uint64_t{1} << (bit(k) + a)); }
    void set(std::uint64_t* bits, int k, int a) const { bits[word(k)] |= std::uint64_t{1} << (bit(k) + a); }
    std::uint64_t* partners(int k, int a)
    {
        return with_.data() + static_cast<std::size_t>((k * factors_ + a) * words_);
    }
    void fill_conditions(PrefixFit const& prefix, LevelBudget const& budget);
    template <int Q>
    void fill_sized_conditions(PrefixFit const& prefix, LevelBudget const& budget);
    void drop_impossible_rows(Kernels const& kernels);
    void gather_conditions();
    void start_pairs();
    void mark_later(std::size_t from, std::vector<std::uint64_t>& later) const;
    [[nodiscard]] bool separate_pairs(Kernels const& kernels);
    void make_arc_consistent();

    // domains_ and factors_ are K and m; a mask has words_ words of per_word_ domains each. mask_: m ones. lower_ and
    // top_, per word: of every field all bits but the top one, and the top one (see complete).
    int domains_;
    int factors_;
    int per_word_;
    int words_;
    std::uint64_t mask_;
    std::vector<std::uint64_t> lower_;
    std::vector<std::uint64_t> top_;
    // alive_: one mask. with_: a mask for each row, [k][a][words_]; rows that died later may still stand in it until
    // make_arc_consistent.
    std::vector<std::uint64_t> alive_;
    std::vector<std::uint64_t> with_;
    PairTables raw_;   // as filled, by domain
    PairTables pairs_; // without impossible rows, domains with few rows first
    std::vector<ConditionedRow> rows_;
    std::vector<ConditionedRow> sorted_rows_;
    std::vector<std::pair<int, int>> domain_order_; // rows alive, first of rows_
    // Scratch: results of a kernel, or rows still to be tested; partners that one call of a kernel found; one mask.
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint64_t> together_;
    std::vector<std::uint64_t> scratch_;
};

} // namespace exahca
