#include "exahca/model/next_score.hpp"

#include "exahca/core/check.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "exahca/numerics/mixture_regression.hpp"
#include "noise_rows.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <utility>

namespace exahca {

class NextScore::Implementation
{
public:
    Implementation(NoiseParameters const& parameters, std::size_t k, RowPattern pattern,
                   std::vector<LinearTarget> targets, std::vector<Index> benchmarks)
        : pattern_(std::move(pattern)), targets_(std::move(targets)), domain_(parameters, k), model_(domain_, pattern_),
          rows_(model_)
    {
        for (Index const j : benchmarks) scores_.push_back(score_target(parameters, k, j));
    }

    [[nodiscard]] Result evaluate(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores)
    {
        constexpr double negligible = 1e-10; // probability of a combination that moves no variance
        // What is known of the row now: probabilities of the combinations, and mean and covariance of the sources
        // given each.
        rows_.evaluate_row(scores);
        Index const count = std::ssize(targets_);
        std::vector<double> weights;
        std::vector<Vector> sources;
        std::vector<Matrix> covariances;
        rows_.visit_sources([&](double probability, Vector const& mean, Matrix const& covariance) {
            if (probability <= negligible) return;
            weights.push_back(probability);
            sources.push_back(mean);
            covariances.push_back(covariance);
        });
        Index const combinations = std::ssize(weights);
        MixtureRegression mixture{Eigen::Map<Vector const>(weights.data(), combinations), Matrix(combinations, count),
                                  Vector(combinations), Vector(combinations), Matrix(combinations, count)};
        mixture.weights /= mixture.weights.sum();
        Matrix variances(combinations, count);
        for (Index c = 0; c < combinations; ++c)
            for (Index t = 0; t < count; ++t) {
                auto const& target = targets_[static_cast<std::size_t>(t)];
                auto const i = static_cast<std::size_t>(c);
                mixture.means(c, t) = target.offset + target.weights.dot(sources[i]);
                variances(c, t) = target.variance + target.weights.dot(covariances[i] * target.weights);
            }
        // About the mean over all combinations, as explained_variances wants them: then Var y is the mean of variance
        // plus square.
        mixture.means.rowwise() -= (mixture.weights.transpose() * mixture.means).eval();

        Result result{((variances + mixture.means.cwiseAbs2()).transpose() * mixture.weights).eval(),
                      Matrix(count, std::ssize(scores_))};
        for (std::size_t j = 0; j < scores_.size(); ++j) {
            auto const& score = scores_[j];
            for (Index c = 0; c < combinations; ++c) {
                auto const i = static_cast<std::size_t>(c);
                // Given c: X_c, sqrt S_c, and K_c / sqrt S_c of every target.
                Vector const shared = covariances[i] * score.weights;
                mixture.known_means[c] = score.offset + score.weights.dot(sources[i]);
                mixture.known_deviations[c] = std::sqrt(score.variance + score.weights.dot(shared));
                for (Index t = 0; t < count; ++t)
                    mixture.slopes(c, t) =
                        targets_[static_cast<std::size_t>(t)].weights.dot(shared) / mixture.known_deviations[c];
            }
            // E Var(y | x) = Var y - Var E[y | x].
            result.expected.col(static_cast<Index>(j)) =
                (result.variances - explained_variances(mixture)).cwiseMax(0); // rounding, where all is said
        }
        return result;
    }

private:
    RowPattern pattern_;
    // What is to be known, and the scores that might be measured, noise included.
    std::vector<LinearTarget> targets_, scores_;
    detail::DomainModel domain_;
    detail::PatternModel model_;
    detail::RowModel rows_;
};

NextScore::NextScore(NoiseParameters const& parameters, std::size_t k, RowPattern pattern,
                     std::vector<LinearTarget> targets, std::vector<Index> benchmarks)
    : implementation_(std::make_unique<Implementation>(parameters, k, std::move(pattern), std::move(targets),
                                                       std::move(benchmarks)))
{
}
NextScore::~NextScore() = default;
NextScore::NextScore(NextScore&&) noexcept = default;
NextScore& NextScore::operator=(NextScore&&) noexcept = default;

NextScore::Result NextScore::evaluate(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores)
{
    return implementation_->evaluate(scores);
}

Vector share_explained_by_others(NoiseParameters const& parameters, Vector const& weights,
                                 std::vector<bool> const& counts)
{
    Index const d = parameters.benchmarks();
    EXAHCA_EXPECT(std::ssize(counts) == d && weights.size() == static_cast<Index>(parameters.domains()));
    EXAHCA_EXPECT(weights.minCoeff() >= 0 && weights.sum() > 0);
    // Covariances of true scores, and the noise of measured ones.
    Matrix truths = Matrix::Zero(d, d);
    Vector noise = Vector::Zero(d);
    for (std::size_t k = 0; k < parameters.domains(); ++k) {
        double const share = weights[static_cast<Index>(k)] / weights.sum();
        if (share == 0) continue;
        // A_k diag(Var e) A_k', averaged over domains by weight; so is the noise.
        Matrix const loadings = parameters.loadings * parameters.mixing[k];
        Vector const variances = source_moments(source_mixtures(parameters.shapes[k])).variances;
        truths += share * loadings * variances.asDiagonal() * loadings.transpose();
        for (Index j = 0; j < d; ++j) noise[j] += share * score_target(parameters, k, j).variance;
    }
    Vector shares = Vector::Constant(d, std::nan(""));
    for (Index j = 0; j < d; ++j) {
        if (!counts[static_cast<std::size_t>(j)]) continue;
        std::vector<Index> others;
        for (Index i = 0; i < d; ++i)
            if (i != j && counts[static_cast<std::size_t>(i)]) others.push_back(i);
        shares[j] = 0;
        if (others.empty()) continue;
        Matrix covariance = truths(others, others);
        covariance.diagonal() += noise(others);
        // The others' noise is no part of what they share with the true score.
        Vector const shared = truths.col(j)(others);
        shares[j] = shared.dot(Eigen::LLT<Matrix>(covariance).solve(shared)) / truths(j, j);
    }
    return shares;
}

} // namespace exahca
