#pragma once

#include "exahca/model/candidate_order.hpp"
#include "exahca/model/ml_ica.hpp"
#include "exahca/model/shared_subspace.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What every joint fit of one task starts from: a pure function of the domains and these options, so that every rank
/// can make its own.
struct JointContextOptions
{
    Index factors = 3;
    DensityFamily density = DensityFamily::mog3;
    FastIcaOptions fast_ica; ///< finds only the start of the likelihood; its tolerance is taken as at least 1e-6
    std::uint64_t seed = 1;
    std::uint64_t replicate = 0;
    std::uint64_t search = 0; ///< which of several independent searches: others have other random starts
};

/// The domains, their shared subspace and their components in it (method.md, section 5).
struct JointContext
{
    std::vector<CentredDomain> domains;
    DensityFamily density = DensityFamily::mog3;
    SharedSubspace shared;
    std::vector<MlIca> components; ///< per domain, in coordinates P x
    std::vector<Matrix>
        standardised;          ///< per domain factors x factors: rows of T_k^ICA over their sources' standard deviation
    std::vector<double> sizes; ///< n_k

    [[nodiscard]] int factors() const { return static_cast<int>(shared.projection.rows()); }
};

/// \param domains  screened and centred
/// \param names    of the domains, for the random streams
/// \throws NumericalFailure  with the reason when a step cannot be done on these data
[[nodiscard]] JointContext prepare_joint(std::vector<CentredDomain> domains, std::span<std::string const> names,
                                         JointContextOptions const& options);

/// Where the joint fit of one candidate order starts: V = H P with H the order's n-weighted least-squares flag in
/// coordinates P x, T_k = the upper triangle of the permuted T_k^ICA H', shapes carried over (section 5).
/// \throws InvalidInput  when `order` is no order of these domains
[[nodiscard]] JointParameters start_of_order(JointContext const& context, CandidateOrder const& order);

} // namespace exahca
