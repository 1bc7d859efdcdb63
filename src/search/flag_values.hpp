#pragma once

#include "exahca/model/order_problem.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace exahca {

/// Most levels of a flag search: a domain's best permutation is found over all sets of its rows.
inline constexpr int most_flag_levels = 8;

/// What the domains lose at one flag.
struct DomainLosses
{
    std::vector<double> inexactness; ///< IC_k of every domain's best permutation, K values
    std::vector<std::uint8_t> rows;  ///< [k * m + l]: the row at level l + 1
};

/// The objective as a function of a flag, with its derivatives.
///
/// A frame is an m x m orthogonal matrix whose column l spans, with those behind it, the flag of level l + 1; it is in
/// the problem's basis. At a fixed flag the inexactness of row a at level i is 1 - J_a^2 / |J|^2 with
/// J = U' P_i r_a, U the pseudo-inverse and P_i the projector on the last m - i + 1 columns; a domain's permutation is
/// then an assignment of its own (docs/search.md, "Flags").
class FlagValues
{
public:
    /// \pre problem.dimension() == problem.factors() <= most_flag_levels; `problem` outlives this
    explicit FlagValues(OrderProblem const& problem);

    [[nodiscard]] int levels() const { return levels_; }
    /// Rotations that move a flag: m (m - 1) / 2.
    [[nodiscard]] int coordinates() const { return levels_ * (levels_ - 1) / 2; }
    [[nodiscard]] OrderProblem const& problem() const { return *problem_; }

    /// Best permutations and what they lose.
    [[nodiscard]] DomainLosses at(Matrix const& frame) const;
    /// The objective at a flag.
    [[nodiscard]] double value(Matrix const& frame) const;
    /// The objective of given coefficients.
    [[nodiscard]] double value_of(std::span<double const> inexactness) const;

    /// What the domains lose with these permutations, and how that changes with small rotations.
    /// \param inexactness  K values
    /// \param gradients    coordinates x K; coordinate (p, q), p < q, by p then q, turns column p towards column q
    void differentiate(Matrix const& frame, std::span<std::uint8_t const> rows, Vector& inexactness,
                       Matrix& gradients) const;

    /// The frame after small rotations; agrees with the exponential map to second order.
    [[nodiscard]] Matrix moved(Matrix const& frame, Vector const& rotations) const;

private:
    struct Projections;
    [[nodiscard]] Projections project(Matrix const& frame, int domain) const;

    OrderProblem const* problem_;
    int levels_;
};

} // namespace exahca
