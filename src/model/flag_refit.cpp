#include "exahca/model/flag_refit.hpp"

#include "exahca/core/error.hpp"
#include "model/extended_family.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <Eigen/QR>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

std::span<double const> view(Vector const& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }
std::span<double> view(Vector& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

/// A source's row of T_k (from the diagonal on) and shapes, with its share of l - penalty.
struct FittedSource
{
    Vector row;
    Vector shapes;
    DensityFamily family = DensityFamily::sech;
    double value = -std::numeric_limits<double>::infinity();
};

// One source given the factors that it may use; the first is the one on T_k's diagonal.
class SourceFitter
{
public:
    SourceFitter(Matrix inputs, MinimizerOptions const& minimizer) : inputs_(std::move(inputs)), minimizer_(minimizer)
    {
        double const n = static_cast<double>(inputs_.rows());
        // Coefficients are moved in coordinates in which their length is the source's standard deviation: white = U
        // row, with U'U the covariance of the factors.
        covariance_ = inputs_.transpose() * inputs_ / n;
        Eigen::LLT<Matrix> const cholesky(covariance_);
        if (cholesky.info() != Eigen::Success)
            throw NumericalFailure("a domain's scores span fewer dimensions than factors");
        unwhitening_ = Matrix(cholesky.matrixU()).inverse();
        whitening_ = cholesky.matrixU();
        values_.resize(inputs_.rows());
        scores_.resize(inputs_.rows());
    }

    // The best source starting with these coefficients (of standard deviation `deviation` before projection).
    [[nodiscard]] FittedSource fit(Vector row, double deviation, Vector const& shapes, DensityFamily family)
    {
        Vector white = whitening_ * row;
        if (!(white.norm() > 1e-12)) white = Vector::Unit(white.size(), 0);
        // row[0] is an entry of T_k's diagonal, which must not vanish: a start that has hardly any of the first
        // whitened coordinate gets a twentieth of it.
        double const floor = 0.05 * white.norm();
        if (std::abs(unwhitening_(0, 0) * white[0]) < floor * unwhitening_(0, 0))
            white[0] = white[0] < 0 ? -floor : floor;
        white *= deviation / white.norm();
        Vector start(white.size() + shapes.size());
        start << white, shapes;
        ObjectiveFunction const objective = [&](Vector const& point, Vector& gradient) {
            return evaluate(point, gradient, family);
        };
        MinimizerResult const result = minimize(objective, start, minimizer_);
        FittedSource fitted;
        // An empty row at minus infinity: never the better one.
        if (result.outcome == MinimizerOutcome::not_finite) return fitted;
        fitted.row = unwhitening_ * result.point.head(white.size());
        fitted.shapes = result.point.tail(shapes.size());
        fitted.family = family;
        fitted.value = -result.value * static_cast<double>(inputs_.rows());
        return fitted;
    }

private:
    // -(sum log f + n log|t| - penalty) / n at (whitened row, shapes).
    double evaluate(Vector const& point, Vector& gradient, DensityFamily family)
    {
        Index const free = inputs_.cols();
        double const n = static_cast<double>(inputs_.rows());
        Vector const row = unwhitening_ * point.head(free), shapes = point.tail(point.size() - free);
        values_.noalias() = inputs_ * row;
        Vector by_shapes(shapes.size()), by_penalty = Vector::Zero(shapes.size());
        double value = sum_log_density(family, view(values_), view(shapes), view(scores_), view(by_shapes));
        value += n * std::log(std::abs(row[0])) - shape_penalty(family, view(shapes), view(by_penalty));
        Vector by_row = inputs_.transpose() * scores_;
        by_row[0] += n / row[0];
        gradient.head(free) = unwhitening_.transpose() * by_row / -n;
        gradient.tail(shapes.size()) = (by_penalty - by_shapes) / n;
        return -value / n;
    }

    // n x (m - j): the factors y that the source may use, its own first.
    Matrix inputs_;
    MinimizerOptions minimizer_;
    // Of the inputs: U'U, U and its inverse, upper triangular.
    Matrix covariance_, whitening_, unwhitening_;
    // Room: the source's value in each row, and the derivative of its log density there.
    Vector values_, scores_;
};

void keep_better(FittedSource& best, FittedSource candidate)
{
    if (candidate.value > best.value) best = std::move(candidate);
}

// Source j of domain k from all starts; `known` is the source that stands there already.
FittedSource fit_source(JointContext const& context, Matrix const& inputs, Matrix const& projection,
                        std::vector<SourceStart> const& starts, FittedSource const& known,
                        MinimizerOptions const& minimizer)
{
    SourceFitter fitter(inputs, minimizer);
    bool const extended = context.density == DensityFamily::extended;
    double const n = static_cast<double>(inputs.rows());
    auto const deviation_of = [&](Vector const& row) { return std::sqrt((inputs * row).squaredNorm() / n); };
    FittedSource best = fitter.fit(known.row, deviation_of(known.row), known.shapes, known.family);
    for (SourceStart const& start : starts) {
        // Sources of other fits use all of x; here only the projection on the factors that stand at this level and
        // later ones is allowed.
        Vector const row = projection * start.coefficients.transpose();
        double const deviation = start.coefficients.size() > 0 ? std::max(deviation_of(row), 0.1) : 1;
        if (!extended) {
            keep_better(best, fitter.fit(row, deviation, start.shapes, start.family));
            continue;
        }
        for (DensityFamily const family : detail::extended_families)
            keep_better(best, fitter.fit(row, deviation, start.shapes, family));
    }
    return best;
}

} // namespace

SourceStarts collect_source_starts(JointContext const& context, std::span<JointFit const* const> fits)
{
    SourceStarts starts(context.domains.size());
    for (std::size_t k = 0; k < starts.size(); ++k) {
        // As coefficients on x - mu_k, T V of each fit: so sources from different subspaces are starts for each other.
        auto const add = [&](Matrix const& unmixing, Matrix const& shapes, std::vector<DensityFamily> const& families) {
            for (Index j = 0; j < unmixing.rows(); ++j)
                starts[k].push_back({unmixing.row(j), shapes.col(j), families[static_cast<std::size_t>(j)]});
        };
        MlIca const& ica = context.components[k];
        add(ica.unmixing * context.shared.projection, ica.shapes, ica.families);
        for (JointFit const* fit : fits)
            add(fit->parameters.sources[k] * fit->parameters.subspace, fit->parameters.shapes[k],
                fit->parameters.families[k]);
    }
    return starts;
}

JointFit refit_at_flag(JointContext const& context, JointParameters const& at, SourceStarts const& starts,
                       MinimizerOptions const& minimizer)
{
    JointFit fit;
    fit.parameters = at;
    Index const m = at.factors();
    for (std::size_t k = 0; k < context.domains.size(); ++k) {
        CentredDomain const& domain = context.domains[k];
        Matrix const factors = domain.rows * at.subspace.transpose();
        Matrix const cross = at.subspace * domain.covariance; // Cov(y, x)
        for (Index j = 0; j < m; ++j) {
            Index const free = m - j;
            // Row j of an upper triangular T_k: the factors of levels j + 1 and later.
            Matrix const inputs = factors.rightCols(free);
            // Least squares of a score combination on the factors that this source may use.
            Matrix const inside = cross.bottomRows(free) * at.subspace.bottomRows(free).transpose();
            Matrix const projection = inside.ldlt().solve(cross.bottomRows(free));
            FittedSource known;
            known.row = at.sources[k].row(j).tail(free).transpose();
            known.shapes = at.shapes[k].col(j);
            known.family = at.families[k][static_cast<std::size_t>(j)];
            FittedSource const best = fit_source(context, inputs, projection, starts[k], known, minimizer);
            if (best.row.size() == 0) throw NumericalFailure("a source cannot be fitted at a fixed flag");
            fit.parameters.sources[k].row(j).tail(free) = best.row.transpose();
            fit.parameters.shapes[k].col(j) = best.shapes;
            fit.parameters.families[k][static_cast<std::size_t>(j)] = best.family;
        }
    }
    JointLikelihood likelihood(context.domains);
    JointGradient gradient;
    fit.log_likelihood = likelihood.evaluate(fit.parameters, gradient);
    fit.penalty = subtract_penalty(fit.parameters, gradient);
    // Of T_k and shapes at this flag; V has not moved, so this says nothing of a joint fit.
    fit.outcome = MinimizerOutcome::converged;
    return fit;
}

JointParameters with_flag(JointParameters const& at, Matrix const& subspace)
{
    JointParameters moved = at;
    // x outside the subspace does not enter: T_k V = (T_k A^-1) subspace when subspace = A V.
    Matrix const back = at.subspace * subspace.completeOrthogonalDecomposition().pseudoInverse();
    moved.subspace = subspace;
    for (auto& t : moved.sources) {
        t = t * back;
        t.triangularView<Eigen::StrictlyLower>().setZero();
    }
    return moved;
}

} // namespace exahca
