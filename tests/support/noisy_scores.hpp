#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/noise_likelihood.hpp"

#include <vector>

namespace exahca::test {

inline Matrix normal_matrix(RandomStream& random, Index rows, Index columns)
{
    Matrix matrix(rows, columns);
    for (double& x : matrix.reshaped()) x = random.normal();
    return matrix;
}

/// Parameters of noisy scores in some unit, all far from the ends of their ranges.
inline NoiseParameters random_noise_parameters(RandomStream& random, Index d, Index m, Index components,
                                               std::size_t domains)
{
    NoiseParameters parameters;
    parameters.loadings = 2 * normal_matrix(random, d, m);
    parameters.log_psi = 0.5 * normal_matrix(random, d, 1).array() + 0.5;
    parameters.log_scales = 0.3 * normal_matrix(random, static_cast<Index>(domains), 1);
    for (std::size_t k = 0; k < domains; ++k) {
        Matrix mixing = Matrix(normal_matrix(random, m, m).triangularView<Eigen::StrictlyUpper>());
        for (Index j = 0; j < m; ++j) mixing(j, j) = 0.8 + 0.5 * random.uniform();
        parameters.mixing.push_back(mixing);
        parameters.means.emplace_back(5 * normal_matrix(random, d, 1).array() + 20);
        Matrix shapes = 0.7 * normal_matrix(random, 3 * components - 1, m);
        shapes.bottomRows(components) = 0.4 * normal_matrix(random, components, m).array() - 0.3;
        parameters.shapes.push_back(shapes);
    }
    return parameters;
}

/// The same with known noise of up to twice what psi is, in all but one benchmark.
inline void add_known_noise(RandomStream& random, NoiseParameters& parameters)
{
    for (std::size_t k = 0; k < parameters.domains(); ++k) {
        Vector known = 2 * parameters.log_psi.array().exp();
        for (double& variance : known) variance *= 0.1 + 0.9 * random.uniform();
        known[parameters.benchmarks() - 1] = 0;
        parameters.known_noise.push_back(known);
    }
}

/// Rows near what the parameters expect, though not drawn from them; all are observed.
inline std::vector<IncompleteScores> random_noisy_scores(RandomStream& random, NoiseParameters const& parameters,
                                                         Index rows)
{
    std::vector<IncompleteScores> domains;
    for (std::size_t k = 0; k < parameters.domains(); ++k) {
        Matrix const mixing = parameters.loadings * parameters.mixing[k];
        IncompleteScores domain;
        domain.scores = normal_matrix(random, rows, parameters.factors()) * mixing.transpose() +
                        2 * normal_matrix(random, rows, parameters.benchmarks());
        domain.scores.rowwise() += parameters.means[k].transpose();
        domain.kinds = ScoreKinds::Constant(rows, parameters.benchmarks(), ScoreKind::observed);
        domains.push_back(std::move(domain));
    }
    return domains;
}

/// Makes some scores missing and cuts some off, at most `censored` of a row. Bounds are the scores themselves.
inline void spoil(RandomStream& random, IncompleteScores& domain, Index censored)
{
    Index const d = domain.kinds.cols();
    for (Index i = 0; i < domain.kinds.rows(); ++i) {
        for (Index j = 0; j < d; ++j)
            if (random.uniform() < 0.2) domain.kinds(i, j) = ScoreKind::missing;
        for (Index q = 0; q < censored; ++q) {
            auto const j = static_cast<Index>(random.below(static_cast<std::uint64_t>(d)));
            domain.kinds(i, j) = random.uniform() < 0.6 ? ScoreKind::at_floor : ScoreKind::at_ceiling;
        }
    }
}

inline std::vector<PatternedScores> group_all(std::vector<IncompleteScores> const& domains)
{
    auto const columns = columns_by_censoring(domains);
    std::vector<PatternedScores> grouped;
    for (auto const& domain : domains) grouped.push_back(group_rows(domain, columns));
    return grouped;
}

} // namespace exahca::test
