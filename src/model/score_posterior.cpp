#include "exahca/model/score_posterior.hpp"

#include "exahca/core/check.hpp"
#include "noise_rows.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

namespace exahca {

NormalMixture missing_score(NoiseParameters const& parameters, std::size_t k, PatternedScores const& domain, Index row,
                            Index benchmark)
{
    // Rows of a pattern ascend, and each row is in one pattern.
    auto const holds = [&](RowPattern const& pattern) {
        return std::binary_search(pattern.rows.begin(), pattern.rows.end(), row);
    };
    auto const pattern = std::find_if(domain.patterns.begin(), domain.patterns.end(), holds);
    EXAHCA_EXPECT(pattern != domain.patterns.end());
    detail::DomainModel const whole(parameters, k);
    detail::PatternModel const model(whole, *pattern);
    EXAHCA_EXPECT(std::find(model.known.begin(), model.known.end(), benchmark) == model.known.end());
    detail::RowModel rows(model);
    rows.evaluate_row(domain.scores.row(row));
    std::vector<double> weights, means, deviations;
    Vector const loading = whole.mixing.row(benchmark);
    rows.visit_sources([&](double probability, Vector const& sources, Matrix const& covariance) {
        weights.push_back(probability);
        means.push_back(whole.means[benchmark] + loading.dot(sources));
        deviations.push_back(std::sqrt(whole.noise[benchmark] + loading.dot(covariance * loading)));
    });
    auto const vector = [](std::vector<double> const& values) {
        return Vector(Eigen::Map<Vector const>(values.data(), std::ssize(values)));
    };
    // Probabilities are exponentials of differences, and add up to 1 but for rounding.
    return {vector(weights) / vector(weights).sum(), vector(means), vector(deviations)};
}

Matrix draw_missing(NoiseParameters const& parameters, std::size_t k, PatternedScores const& domain,
                    RandomStream& random)
{
    Matrix drawn = domain.scores;
    detail::DomainModel const whole(parameters, k);
    for (RowPattern const& pattern : domain.patterns) {
        detail::PatternModel const model(whole, pattern);
        std::vector<Index> missing;
        for (Index j = 0; j < domain.benchmarks(); ++j)
            if (std::find(model.known.begin(), model.known.end(), j) == model.known.end()) missing.push_back(j);
        if (missing.empty()) continue;
        detail::RowModel rows(model);
        for (Index const row : pattern.rows) {
            rows.evaluate_row(domain.scores.row(row));
            struct Given
            {
                double probability;
                Vector const* mean;
                Matrix const* covariance;
            };
            std::vector<Given> combinations;
            rows.visit_sources([&](double probability, Vector const& mean, Matrix const& covariance) {
                combinations.push_back({probability, &mean, &covariance});
            });
            // A combination by its probability, the sources given it, then scores and their noise: all missing scores
            // of a row hang on the same sources.
            double left = random.uniform();
            auto chosen = combinations.begin(); // rounding may leave a little beyond the last
            while (std::next(chosen) != combinations.end() && (left -= chosen->probability) >= 0) ++chosen;
            Vector sources(chosen->mean->size());
            for (double& number : sources) number = random.normal();
            sources = *chosen->mean + Matrix(chosen->covariance->llt().matrixL()) * sources;
            for (Index const j : missing)
                drawn(row, j) =
                    whole.means[j] + whole.mixing.row(j).dot(sources) + std::sqrt(whole.noise[j]) * random.normal();
        }
    }
    return drawn;
}

} // namespace exahca
