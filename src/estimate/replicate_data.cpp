#include "exahca/estimate/replicate_data.hpp"

#include "data_sentences.hpp"
#include "exahca/core/error.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/model/screening.hpp"
#include "exahca/numerics/moments.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/numerics/whitening.hpp"
#include "fitted_model.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>

namespace exahca {
namespace {

/// One stream for each domain, by its name: settings that share a domain see the same draws of it.
RandomStream stream_of(RandomKey key, std::string const& domain)
{
    key.name = domain;
    return RandomStream(key);
}

/// As many rows as there are, with replacement.
std::vector<std::int64_t> draw_positions(std::int64_t models, std::string const& domain, RandomKey const& key)
{
    std::vector<std::int64_t> positions(static_cast<std::size_t>(models));
    auto stream = stream_of(key, domain);
    stream.sample_with_replacement(positions.size(), positions);
    return positions;
}

/// Whether so many rows, at least, are different.
bool has_different_rows(Matrix const& scores, Index needed)
{
    std::vector<Index> different;
    for (Index i = 0; i < scores.rows() && std::ssize(different) < needed; ++i)
        if (std::none_of(different.begin(), different.end(),
                         [&](Index known) { return scores.row(known) == scores.row(i); }))
            different.push_back(i);
    return std::ssize(different) >= needed;
}

/// Exact scores have a likelihood where a domain's covariance has full rank, which takes d + 1 different models: the
/// mean takes one. \throws NumericalFailure  where a resample has fewer, which is clearer than what comes of it
void require_full_rank(Setting const& setting, ReplicateData const& data)
{
    if (!has_exact_scores(setting)) return;
    for (std::size_t k = 0; k < data.scores.size(); ++k)
        if (Index const d = data.scores[k].cols(); !has_different_rows(data.scores[k], d + 1))
            throw NumericalFailure(fmt::format("{} has fewer than {} different models, too few for {} benchmarks",
                                               setting.domains[k], d + 1, d));
}

/// A placebo without hierarchy: whitened principal components Z (n x m, unit covariance), rotated at random and put
/// back: X + (Z R' - Z) D^(1/2) E' with the covariance's leading variances D and eigenvectors E. Means, covariance and
/// what the components leave over stay, since R is orthogonal; any order that the domains had in common is gone.
Matrix rotate_sources(Matrix const& scores, Index factors, RandomStream stream)
{
    auto const white = whiten(scores, factors);
    Matrix const rotation = random_orthogonal(stream, factors);
    Matrix const back = white.variances.asDiagonal() * white.transform; // m x d, the transform's inverse transposed
    return scores + (white.data * rotation.transpose() - white.data) * back;
}

/// Gaussian rows of the same mean and covariance P' L D L' P (P a permutation): another placebo, without sources that
/// could be told apart. Draws are made column after column, which fixes what each number of the stream is for.
Matrix gaussian_like(Matrix const& scores, RandomStream stream)
{
    auto const moments = moments_of(scores);
    // A constant benchmark leaves a semidefinite covariance: the pivoted factorisation takes it.
    Eigen::LDLT<Matrix> const factor(moments.covariance);
    Vector const deviations = factor.vectorD().cwiseMax(0).cwiseSqrt();
    Matrix const lower = factor.matrixL();
    Matrix draws(scores.rows(), scores.cols());
    for (Index j = 0; j < draws.cols(); ++j)
        for (Index i = 0; i < draws.rows(); ++i) draws(i, j) = stream.normal() * deviations[j];
    Matrix const mixed = factor.transpositionsP().transpose() * (lower * draws.transpose());
    return mixed.transpose().rowwise() + moments.mean.transpose();
}

/// A domain drawn from the fitted hierarchy: every source resampled by itself, so that the sources are independent as
/// the model says, and whole rows of what the factors leave over.
/// \param to_sources  m x d: sources of the centred scores, in levels
/// \param models  how many are drawn
Matrix draw_from_fit(Matrix const& scores, Matrix const& to_sources, Matrix const& unmixing, Matrix const& triangle,
                     Index models, RandomStream& stream)
{
    auto const n = static_cast<std::uint64_t>(scores.rows());
    auto const moments = moments_of(scores);
    Matrix const centred = scores.rowwise() - moments.mean.transpose();
    // Rows are the mixing H' B_k^-1 transposed: a model's sources e (a row) give the scores e (B_k^-1)' H.
    Matrix const from_sources =
        triangle.triangularView<Eigen::Upper>().solve(Matrix::Identity(triangle.rows(), triangle.cols())).transpose() *
        unmixing; // m x d
    // Sources are resampled column by column with replacement, n picks each; the residuals' rows come last from the
    // stream.
    Matrix const sources = centred * to_sources.transpose();
    std::vector<std::int64_t> picks(static_cast<std::size_t>(models));
    Matrix drawn(models, sources.cols());
    for (Index j = 0; j < drawn.cols(); ++j) {
        stream.sample_with_replacement(n, picks);
        for (Index i = 0; i < drawn.rows(); ++i) drawn(i, j) = sources(picks[static_cast<std::size_t>(i)], j);
    }
    stream.sample_with_replacement(n, picks);
    Matrix const residuals = gather_rows(centred - sources * from_sources, picks);
    return (drawn * from_sources + residuals).rowwise() + moments.mean.transpose();
}

/// What hides the drawn scores as the domain's own are hidden: each drawn model misses what a model of the domain,
/// picked at random, misses, and scores beyond a bound of the table stand at it.
void hide_like(Matrix const& domain, ScoreBounds const& bounds, Matrix& drawn, RandomStream& stream)
{
    // Bounds first: an end that is not known is infinite and moves nothing.
    drawn = drawn.cwiseMax(bounds.floor.transpose().replicate(drawn.rows(), 1))
                .cwiseMin(bounds.ceiling.transpose().replicate(drawn.rows(), 1));
    if (!domain.hasNaN()) return;
    std::vector<std::int64_t> picks(static_cast<std::size_t>(drawn.rows()));
    stream.sample_with_replacement(static_cast<std::uint64_t>(domain.rows()), picks);
    for (Index i = 0; i < drawn.rows(); ++i)
        for (Index j = 0; j < drawn.cols(); ++j)
            if (std::isnan(domain(picks[static_cast<std::size_t>(i)], j))) drawn(i, j) = std::nan("");
}

/// All rows of the domains pooled and dealt out anew, without replacement, into pseudo-domains of the same sizes.
std::vector<Matrix> deal_out(std::vector<Matrix> const& domains, RandomStream stream)
{
    Index total = 0;
    for (auto const& scores : domains) total += scores.rows();
    Matrix pooled(total, domains[0].cols());
    Index next = 0;
    for (auto const& scores : domains) {
        pooled.middleRows(next, scores.rows()) = scores;
        next += scores.rows();
    }
    auto const order = stream.permutation(static_cast<std::uint64_t>(total));
    std::vector<Matrix> dealt;
    std::size_t first = 0;
    for (auto const& scores : domains) {
        auto const size = static_cast<std::size_t>(scores.rows());
        dealt.push_back(gather_rows(pooled, std::span(order).subspan(first, size)));
        first += size;
    }
    return dealt;
}

/// Whether the estimate's record holds a model of all scores, noise and all, to draw from.
bool has_fitted_model(Setting const& setting)
{
    return setting.estimator == Estimator::joint && setting.noise == NoiseModel::aware;
}

/// As many models as the data have that pass screening or, where the estimator cannot use those with gaps, that pass or
/// have gaps: drawn from the fit, then hidden like the data.
std::vector<Matrix> drawn_from_fit(Setting const& setting, Dataset const& dataset, ReplicateData const& observed,
                                   RandomKey const& key, RecordView const& estimate)
{
    bool const whole = has_fitted_model(setting);
    auto const complete = whole ? ReplicateData{} : complete_rows(setting, observed);
    std::vector<Matrix> all;
    for (std::size_t k = 0; k < setting.domains.size(); ++k) {
        auto stream = stream_of(key, setting.domains[k]);
        auto const domain = dataset.domain(setting.domains[k]);
        auto const slice = static_cast<std::int64_t>(k);
        // Rows with gaps count where the estimator drops them: hiding makes about as many gaps among the draws, and
        // screening drops those again.
        auto const unusable = domain.rows() - std::ssize(usable_rows(setting, domain));
        auto const models = observed.scores[k].rows() + unusable;
        auto drawn = whole
                         ? draw_from_fitted_model(estimate, k, models, stream)
                         : draw_from_fit(complete.scores[k], estimate.matrix("fitted_sources", slice),
                                         estimate.matrix("unmixing", 0), estimate.matrix("sem", slice), models, stream);
        hide_like(domain, dataset.bounds(), drawn, stream);
        all.push_back(std::move(drawn));
    }
    return all;
}

} // namespace

ReplicateData complete_rows(Setting const& setting, ReplicateData data)
{
    for (std::size_t k = 0; k < data.scores.size(); ++k) {
        auto& scores = data.scores[k];
        auto const kept = complete_rows(scores);
        if (kept.empty()) throw NumericalFailure(fmt::format("every model of {} misses scores", setting.domains[k]));
        if (std::ssize(kept) < scores.rows()) scores = gather_rows(scores, kept);
    }
    return data;
}

ReplicateData screened(Setting const& setting, ReplicateData data)
{
    for (std::size_t k = 0; k < data.scores.size(); ++k) {
        auto& scores = data.scores[k];
        auto const kept = analysed_rows(setting, scores);
        if (kept.empty())
            throw NumericalFailure(usable_rows(setting, scores).empty()
                                       ? fmt::format("every model of {} misses scores", setting.domains[k])
                                       : fmt::format("screening leaves no model of {}", setting.domains[k]));
        if (static_cast<Index>(kept.size()) < scores.rows()) scores = gather_rows(scores, kept);
    }
    require_full_rank(setting, data);
    return data;
}

ReplicateData resampled(Setting const& setting, ReplicateData const& data, RandomKey const& key)
{
    ReplicateData drawn{{}, data.bounds, data.items};
    for (std::size_t k = 0; k < data.scores.size(); ++k)
        drawn.scores.push_back(
            gather_rows(data.scores[k], draw_positions(data.scores[k].rows(), setting.domains[k], key)));
    return drawn;
}

ReplicateData observed_data(Setting const& setting, Dataset const& dataset)
{
    ReplicateData data{{}, dataset.bounds(), dataset.items()};
    for (auto const& domain : setting.domains) data.scores.push_back(dataset.domain(domain));
    return screened(setting, std::move(data));
}

std::string unused_models(Setting const& setting, Dataset const& dataset)
{
    std::vector<Matrix> scores;
    for (auto const& domain : setting.domains) scores.push_back(dataset.domain(domain));
    return unused_rows_text(setting, scores);
}

ReplicateData drawn_data(Setting const& setting, Dataset const& dataset, ReplicateKind kind, RandomKey const& key,
                         RecordView const& estimate)
{
    if (kind == ReplicateKind::bootstrap) {
        ReplicateData data{{}, dataset.bounds(), dataset.items()};
        for (auto const& domain : setting.domains)
            data.scores.push_back(dataset.resampled(domain, draw_positions(dataset.models(domain), domain, key)));
        return data;
    }
    auto data = observed_data(setting, dataset);
    if (kind == ReplicateKind::parametric) {
        data.scores = drawn_from_fit(setting, dataset, data, key, estimate);
        return data;
    }
    data = complete_rows(setting, std::move(data));
    if (kind == ReplicateKind::no_control) {
        // One stream for all domains together, by their joined names: the rows of one are dealt to others.
        data.scores = deal_out(data.scores, stream_of(key, fmt::format("{}", fmt::join(setting.domains, "+"))));
        return data;
    }
    for (std::size_t k = 0; k < data.scores.size(); ++k) {
        auto& scores = data.scores[k];
        auto stream = stream_of(key, setting.domains[k]);
        if (kind == ReplicateKind::placebo_rotation)
            scores = rotate_sources(scores, setting.factors, std::move(stream));
        else
            scores = gaussian_like(scores, std::move(stream));
    }
    return data;
}

ReplicateData replicate_data(Setting const& setting, Dataset const& dataset, ReplicateKind kind, RandomKey const& key,
                             RecordView const& estimate)
{
    auto data = drawn_data(setting, dataset, kind, key, estimate);
    return facts_of(kind).screened ? screened(setting, std::move(data)) : data;
}

} // namespace exahca
