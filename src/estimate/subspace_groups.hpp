#pragma once

#include "exahca/model/hierarchy_tests.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace exahca::detail {

/// Some of the domains, with one subspace for all of them.
struct SubspaceGroup
{
    std::vector<std::size_t> members; ///< ascending
    double bic = 0;                   ///< of one subspace for all minus one for each; 0 for a single domain
    std::vector<bool> weak;           ///< per member: a residual varies more than a factor in one of the two fits
    SharedSubspace shared;
};

/// Merges of two groups at a time, of least BIC first, until no merger lowers it.
///
/// A merger of A and B is judged on their own models: BIC of one subspace for both minus BIC of one for A and one for
/// B, m (d-m) parameters more. Both sides are maximised as in compare_invariance: the common one from the pooled
/// eigenvectors and from both groups' own, those of A and B from what they had and from the common one. A merger whose
/// members together would prefer a subspace each is not made.
class SubspaceGroups
{
public:
    /// \param domains  kept by reference; covariances of full rank
    SubspaceGroups(std::span<CentredDomain const> domains, Index factors);

    /// What two single domains give together. \pre a != b
    [[nodiscard]] SubspaceGroup const& pair(std::size_t a, std::size_t b) const;

    /// Groups after all mergers, the largest first.
    [[nodiscard]] std::vector<SubspaceGroup> merge() const;

private:
    struct Merger
    {
        SubspaceGroup group;
        double gain = 0; ///< BIC of A and B together minus BIC of A and B apart: negative is better
    };

    [[nodiscard]] std::vector<CentredDomain> gather(std::vector<std::size_t> const& members) const;
    [[nodiscard]] Merger join(SubspaceGroup const& a, SubspaceGroup const& b) const;

    std::span<CentredDomain const> domains_;
    Index factors_;
    std::vector<SubspaceGroup> singles_;
    std::vector<std::vector<Merger>> pairs_; ///< [a][b], b < a
};

} // namespace exahca::detail
