#include "exahca/model/alignment.hpp"

#include "exahca/core/error.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace exahca {
namespace {

/// A benchmark whose variance shrinks below this share once the earlier factors are known adds nothing to them.
constexpr double collinear = 1e-10;

/// Regressions of one factor on a constant, one benchmark and the earlier factors, all from second moments.
class FactorRegression
{
public:
    /// \param factor  d, the factor's coefficients over benchmarks
    /// \param earlier  i x d, those of the factors before it
    FactorRegression(Vector const& factor, Matrix const& earlier, Matrix const& covariance)
        : covariance_with_earlier_(earlier * covariance), with_benchmarks_(covariance * factor),
          with_earlier_(covariance_with_earlier_ * factor), variance_(factor.dot(with_benchmarks_)),
          gram_(covariance_with_earlier_ * earlier.transpose()), benchmark_variances_(covariance.diagonal())
    {
        if (!(variance_ > 0)) throw NumericalFailure("a factor does not vary over the models");
        // Column b: what the earlier factors explain of benchmark b.
        slopes_of_benchmarks_ = gram_.solve(covariance_with_earlier_);
        slopes_of_factor_ = gram_.solve(with_earlier_);
    }

    /// The benchmark's own coefficient; nothing left of it gives NaN.
    [[nodiscard]] double coefficient(Index benchmark) const
    {
        double const left = left_of(benchmark);
        return left > collinear * benchmark_variances_(benchmark) ? shared_with(benchmark) / left
                                                                  : std::numeric_limits<double>::quiet_NaN();
    }
    [[nodiscard]] double r2(Index benchmark) const
    {
        double const by_earlier = slopes_of_factor_.dot(with_earlier_);
        return (by_earlier + coefficient(benchmark) * shared_with(benchmark)) / variance_;
    }
    /// Coefficients of the earlier factors beside that benchmark.
    [[nodiscard]] Vector earlier_coefficients(Index benchmark) const
    {
        return slopes_of_factor_ - coefficient(benchmark) * slopes_of_benchmarks_.col(benchmark);
    }

private:
    // Variance of benchmark b that the earlier factors leave, and its covariance with the factor beside them (partial
    // regression).
    [[nodiscard]] double left_of(Index b) const
    {
        return benchmark_variances_(b) - slopes_of_benchmarks_.col(b).dot(covariance_with_earlier_.col(b));
    }
    [[nodiscard]] double shared_with(Index b) const
    {
        return with_benchmarks_(b) - slopes_of_benchmarks_.col(b).dot(with_earlier_);
    }

    Matrix covariance_with_earlier_; ///< i x d
    Vector with_benchmarks_;         ///< d: covariance of the factor with each benchmark
    Vector with_earlier_;            ///< i: with each earlier factor
    double variance_;                ///< of the factor
    Eigen::LDLT<Matrix> gram_;       ///< i x i
    Vector benchmark_variances_;     ///< d
    Matrix slopes_of_benchmarks_;    ///< i x d
    Vector slopes_of_factor_;        ///< i
};

// The benchmark of highest R^2, the first of equals; NaN stands for one that adds nothing.
Index best_label(Eigen::Ref<Vector const> const& r2, Index factor)
{
    Index best = -1;
    for (Index b = 0; b < r2.size(); ++b)
        if (std::isfinite(r2(b)) && (best < 0 || r2(b) > r2(best))) best = b;
    if (best < 0)
        throw NumericalFailure(fmt::format("no benchmark adds anything to the factors before factor {}", factor + 1));
    return best;
}

/// `choose` picks the benchmark of factor i from row i of R^2.
template <class Choose>
Alignment align(Matrix const& unmixing, Moments const& pooled, Choose const& choose)
{
    auto const m = unmixing.rows(), d = unmixing.cols();
    // In causal order: the last row of H, level m, belongs to the first factor.
    Matrix const causal = unmixing.colwise().reverse();
    Alignment result{{}, Matrix(m, d), Vector(m), Matrix::Zero(m, m), Matrix(m, d), {}};
    for (Index i = 0; i < m; ++i) {
        // The earlier factors are the aligned ones; they span what those of H do.
        FactorRegression const regression(causal.row(i), result.factors.topRows(i), pooled.covariance);
        for (Index b = 0; b < d; ++b) result.r2(i, b) = regression.r2(b);
        auto const label = choose(i, Vector(result.r2.row(i)));
        auto const coefficient = regression.coefficient(label);
        if (!std::isfinite(coefficient) || coefficient == 0)
            throw NumericalFailure(
                fmt::format("factor {} cannot be expressed in points of benchmark {}", i + 1, label + 1));
        result.labels.push_back(label);
        result.label_r2(i) = result.r2(i, label);
        result.transform(i, i) = 1;
        // The aligned factor is (z_i - earlier part)/coefficient: without what the earlier ones explain beside the
        // label, in points of the label.
        if (i > 0)
            result.transform.row(i) -= regression.earlier_coefficients(label).transpose() * result.transform.topRows(i);
        result.transform.row(i) /= coefficient;
        result.factors.row(i) = result.transform.row(i) * causal;
    }
    // causal has orthonormal rows, so that the pseudo-inverse of L causal is causal' L^-1.
    Matrix const inverse = result.transform.triangularView<Eigen::Lower>().solve(Matrix::Identity(m, m));
    result.loadings = causal.transpose() * inverse;
    return result;
}

} // namespace

Alignment align_with_benchmarks(Matrix const& unmixing, Moments const& pooled)
{
    return align(unmixing, pooled, [](Index factor, Vector const& r2) { return best_label(r2, factor); });
}

Alignment align_to_labels(Matrix const& unmixing, Moments const& pooled, std::span<Index const> labels)
{
    if (labels.size() != static_cast<std::size_t>(unmixing.rows()))
        throw InvalidInput(fmt::format("{} labels for {} factors", labels.size(), unmixing.rows()));
    for (auto const label : labels)
        if (label < 0 || label >= unmixing.cols())
            throw InvalidInput(fmt::format("label {} is not one of the {} benchmarks", label, unmixing.cols()));
    return align(unmixing, pooled,
                 [&](Index factor, Vector const&) { return labels[static_cast<std::size_t>(factor)]; });
}

CausalReading align_reading(Alignment const& alignment, std::span<Matrix const> mixing)
{
    CausalReading reading{alignment.loadings, {}, {}};
    auto const m = alignment.transform.rows();
    Matrix const identity = Matrix::Identity(m, m);
    for (auto const& unaligned : mixing) {
        Matrix const aligned = alignment.transform * unaligned;
        Matrix const inverse = aligned.triangularView<Eigen::Lower>().solve(identity);
        // A_k = I - diag(W_k) W_k^-1 with W_k = L W_k before alignment.
        Matrix weights = identity - aligned.diagonal().asDiagonal() * inverse;
        reading.weights.emplace_back(weights.triangularView<Eigen::StrictlyLower>());
        reading.mixing.emplace_back(aligned.triangularView<Eigen::Lower>());
    }
    return reading;
}

} // namespace exahca
