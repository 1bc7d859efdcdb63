#include "noise_rows.hpp"

#include "exahca/numerics/normal.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace exahca::detail {
namespace {

double log_sum_exp(Vector const& values)
{
    double const top = values.maxCoeff();
    if (!std::isfinite(top)) return top; // all weights are 0, or something is not a number
    return top + std::log((values.array() - top).exp().sum());
}

} // namespace

RowModel::RowModel(PatternModel const& model) : model_(model)
{
    SourceMixtures const& mixtures = model.domain.mixtures;
    auto combination = first_combination(mixtures);
    do combinations_.push_back(combine(combination));
    while (advance(combination, mixtures));
    Index const m = model.factors(), censored = model.censored(), count = static_cast<Index>(combinations_.size());
    residuals_.resize(static_cast<Index>(model.known.size()));
    t_.resize(m), y_.resize(m), row_sources_.resize(m);
    log_weights_.resize(count), probabilities_.resize(count);
    for (Combination const& c : combinations_) // this covariance stays where nothing is cut off
        given_.push_back(
            {Vector(m), c.covariance, Pair(censored), PairMatrix(censored, censored), Matrix(censored, m)});
}

// Written so that neither very narrow components nor very small noise lose digits: V_c^-1 stands nowhere.
RowModel::Combination RowModel::combine(std::vector<Index> components) const
{
    SourceMixtures const& mixtures = model_.domain.mixtures;
    Index const m = model_.factors(), censored = model_.censored();
    Combination c;
    c.mean.resize(m);
    Vector deviations(m);
    for (Index j = 0; j < m; ++j) {
        Index const component = components[static_cast<std::size_t>(j)];
        c.constant += mixtures.log_weights(j, component);
        c.mean[j] = mixtures.means(j, component);
        deviations[j] = std::sqrt(mixtures.variances(j, component));
    }
    c.components = std::move(components);
    c.shift = model_.precision * c.mean;
    Matrix scaled = deviations.asDiagonal() * model_.precision * deviations.asDiagonal();
    scaled.diagonal().array() += 1;
    Eigen::LLT<Matrix> const cholesky(scaled);
    Matrix const inverse = cholesky.solve(Matrix::Identity(m, m));
    c.covariance = deviations.asDiagonal() * inverse * deviations.asDiagonal();
    c.constant -= cholesky.matrixLLT().diagonal().array().log().sum() + 0.5 * c.mean.dot(c.shift);

    if (censored == 0) return c;
    Matrix const rows = model_.mixing.bottomRows(censored), reach = rows * c.covariance;
    c.spread = reach * rows.transpose();
    c.spread.diagonal() += model_.noise.tail(censored);
    c.gain = Eigen::LLT<Matrix>(c.spread).solve(reach).transpose();
    c.remaining = c.covariance - c.gain * reach;
    return c;
}

double RowModel::evaluate_row(Eigen::Ref<Eigen::RowVectorXd const, 0, Eigen::InnerStride<>> scores)
{
    Index const observed = model_.observed(), censored = model_.censored();
    residuals_ = scores(model_.known).transpose() - model_.means;
    t_ = model_.weighted.topRows(observed).transpose().lazyProduct(residuals_.head(observed));
    Pair const bounds = residuals_.tail(censored);
    for (std::size_t i = 0; i < combinations_.size(); ++i) {
        Combination const& c = combinations_[i];
        Given& given = given_[i];
        y_ = t_ - c.shift;
        given.sources = c.covariance.lazyProduct(y_);
        double weight = c.constant + c.mean.dot(t_) + 0.5 * y_.dot(given.sources);
        given.sources += c.mean;
        if (censored > 0) weight += censor(c, bounds, given);
        log_weights_[static_cast<Index>(i)] = weight;
    }
    double const total = log_sum_exp(log_weights_);
    probabilities_ = (log_weights_.array() - total).exp();
    double const squares = (residuals_.head(observed).array().square() / model_.noise.head(observed).array()).sum();
    return model_.constant - 0.5 * squares + total;
}

// Log probability that the scores lie beyond their bounds (less mu_k), given the observed ones; conditions e on it.
double RowModel::censor(Combination const& c, Pair const& bounds, Given& given) const
{
    Index const censored = bounds.size();
    Pair const expected = model_.mixing.bottomRows(censored).lazyProduct(given.sources);
    // In units of their standard deviations, mirrored where the bound is a ceiling: numbers at most their bounds.
    Pair const units =
        Eigen::Map<Vector const>(model_.pattern.signs.data(), censored).cwiseProduct(c.spread.diagonal().cwiseSqrt());
    Pair const standardised = (bounds - expected).cwiseQuotient(units);
    double log_probability = 0;
    Pair mean(censored);
    PairMatrix covariance(censored, censored);
    if (censored == 1) {
        TruncatedNormal const z = truncate_normal(standardised[0]);
        log_probability = z.log_probability;
        mean[0] = z.mean;
        covariance(0, 0) = z.variance;
    } else {
        double const correlation = c.spread(0, 1) / (units[0] * units[1]);
        TruncatedPair const z = truncate_normal_pair(standardised[0], standardised[1], correlation);
        log_probability = z.log_probability;
        mean = z.mean;
        covariance = z.covariance;
    }
    Pair const moved = units.cwiseProduct(mean);
    given.censored = expected + moved;
    given.censored_covariance = units.asDiagonal() * covariance * units.asDiagonal();
    given.cross = given.censored_covariance.lazyProduct(c.gain.transpose());
    given.sources += c.gain.lazyProduct(moved);
    given.source_covariance = c.remaining + c.gain.lazyProduct(given.cross);
    return log_probability;
}

void RowModel::add_row(PatternSums& sums)
{
    Index const observed = model_.observed(), censored = model_.censored(), m = model_.factors();
    row_sources_.setZero();
    for (std::size_t i = 0; i < combinations_.size(); ++i) {
        double const p = probabilities_[static_cast<Index>(i)];
        if (p == 0) continue; // moments of what is impossible may not be finite
        Given const& given = given_[i];
        row_sources_ += p * given.sources;
        sums.source_squares += p * (given.source_covariance + given.sources.lazyProduct(given.sources.transpose()));
        for (Index j = 0; j < m; ++j) {
            Index const component = combinations_[i].components[static_cast<std::size_t>(j)];
            double const e = given.sources[j];
            sums.counts(j, component) += p;
            sums.firsts(j, component) += p * e;
            sums.seconds(j, component) += p * (given.source_covariance(j, j) + e * e);
        }
        if (censored == 0) continue;
        sums.residuals.segment(observed, censored) += p * given.censored;
        sums.squares.segment(observed, censored) +=
            p * (given.censored_covariance.diagonal() + given.censored.cwiseAbs2());
        sums.products.middleRows(observed, censored) +=
            p * (given.cross + given.censored.lazyProduct(given.sources.transpose()));
    }
    sums.sources += row_sources_;
    sums.residuals.head(observed) += residuals_.head(observed);
    sums.squares.head(observed) += residuals_.head(observed).cwiseAbs2();
    sums.products.topRows(observed) += residuals_.head(observed).lazyProduct(row_sources_.transpose());
}

void visit_rows(PatternModel const& model, BlockModel& blocks, Matrix const& scores, Vector& values, PatternSums* sums)
{
    if (BlockModel::covers(model)) return blocks.visit(model, scores, values, sums);
    RowModel rows(model);
    for (Index const row : model.pattern.rows) {
        values[row] = rows.evaluate_row(scores.row(row));
        if (sums) rows.add_row(*sums);
    }
}

} // namespace exahca::detail
