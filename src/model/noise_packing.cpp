#include "noise_packing.hpp"

#include "exahca/core/error.hpp"
#include "noise_rows.hpp"

#include <Eigen/Cholesky>

namespace exahca::detail {
namespace {

// Information in every direction, of a row: directions that the rows hardly determine, and those that change nothing,
// would otherwise be stretched without end.
constexpr double least_information = 0.05;

// L with L L' = information. Fails where a derivative is not finite, or so large that what was added on the diagonal
// is lost in rounding.
Matrix cholesky_of(Matrix const& information)
{
    Eigen::LLT<Matrix> const cholesky(information);
    if (cholesky.info() != Eigen::Success || !information.allFinite())
        throw NumericalFailure("the noise-aware likelihood has no curvature at the start of a fit");
    return cholesky.matrixL();
}

// Second derivatives of the penalty by the shapes of domain k, all sources one after the other. The barrier against
// narrow components is left out: it acts beyond its edge only.
Vector penalty_curvature(NoiseParameters const& at, std::size_t k)
{
    Index const count = at.shapes[k].rows();
    auto const family = at.components() == 2 ? DensityFamily::mog2 : DensityFamily::mog3;
    Vector const ones = Vector::Ones(count);
    Vector curvature = Vector::Zero(count); // the penalty is quadratic, so its gradient at 1 is its curvature
    auto const size = static_cast<std::size_t>(count);
    shape_penalty(family, {ones.data(), size}, {curvature.data(), size});
    return curvature.replicate(at.factors(), 1);
}

// d log psi / d u. From psi = least + exp u: exp u / psi = 1 - least/psi; where psi = exp u it is 1.
Vector by_free_noise(Vector const& log_psi, std::span<Index const> unbounded)
{
    Vector by = 1 - least_psi * (-log_psi.array()).exp();
    for (Index const i : unbounded) by[i] = 1;
    return by;
}

// Benchmarks whose psi may fall to 0 because some of their noise is known.
std::vector<Index> without_bound(NoiseParameters const& parameters)
{
    std::vector<Index> unbounded;
    Vector const least = least_psis(parameters);
    for (Index i = 0; i < least.size(); ++i)
        if (least[i] == 0) unbounded.push_back(i);
    return unbounded;
}

/// Entries of G, by columns, that no anchor sets to 0.
std::vector<Index> free_loadings(Index benchmarks, Index factors, std::span<Anchor const> anchors)
{
    Eigen::ArrayXXi free = Eigen::ArrayXXi::Ones(benchmarks, factors);
    for (Anchor const& anchor : anchors) free.row(anchor.benchmark).head(factors - anchor.levels) = 0;
    std::vector<Index> places;
    for (Index i = 0; i < free.size(); ++i)
        if (free.data()[i] != 0) places.push_back(i);
    return places;
}

} // namespace

NoiseLayout::NoiseLayout(NoiseParameters const& parameters, SourcePattern pattern, SubspaceFit loadings,
                         std::span<Anchor const> anchors)
    : pattern_(pattern), benchmarks_(parameters.benchmarks()), factors_(parameters.factors()),
      loadings_(loadings == SubspaceFit::free ? benchmarks_ * factors_ : 0),
      mixing_(pattern == SourcePattern::full ? factors_ * factors_ : factors_ * (factors_ + 1) / 2),
      shapes_(parameters.shapes[0].size())
{
    if (anchors.empty() || loadings_ == 0) return;
    free_ = free_loadings(benchmarks_, factors_, anchors);
    loadings_ = std::ssize(free_);
}

void NoiseLayout::put_shared(NoiseParameters const& from, Eigen::Ref<Vector> to) const
{
    if (loadings_ > 0 && free_.empty()) to.head(loadings_) = from.loadings.reshaped();
    for (std::size_t i = 0; i < free_.size(); ++i) to[static_cast<Index>(i)] = from.loadings.data()[free_[i]];
    to.tail(benchmarks_) = from.log_psi;
}

void NoiseLayout::put_own(NoiseParameters const& from, std::size_t k, Eigen::Ref<Vector> to) const
{
    Index next = 0;
    for (Index j = 0; j < factors_; ++j) {
        // Column j of an upper triangular R_k ends at the diagonal.
        Index const rows = pattern_ == SourcePattern::full ? factors_ : j + 1;
        to.segment(next, rows) = from.mixing[k].col(j).head(rows);
        next += rows;
    }
    to.segment(next, benchmarks_) = from.means[k];
    to[next + benchmarks_] = from.log_scales[static_cast<Index>(k)];
    to.tail(shapes_) = from.shapes[k].reshaped();
}

void NoiseLayout::take_shared(Eigen::Ref<Vector const> from, NoiseParameters& to) const
{
    if (loadings_ > 0 && free_.empty()) to.loadings.reshaped() = from.head(loadings_);
    for (std::size_t i = 0; i < free_.size(); ++i) to.loadings.data()[free_[i]] = from[static_cast<Index>(i)];
    to.log_psi = from.tail(benchmarks_);
}

void NoiseLayout::take_own(Eigen::Ref<Vector const> from, std::size_t k, NoiseParameters& to) const
{
    Index next = 0;
    for (Index j = 0; j < factors_; ++j) {
        Index const rows = pattern_ == SourcePattern::full ? factors_ : j + 1;
        to.mixing[k].col(j).head(rows) = from.segment(next, rows);
        next += rows;
    }
    to.means[k] = from.segment(next, benchmarks_);
    to.log_scales[static_cast<Index>(k)] = from[next + benchmarks_];
    to.shapes[k].reshaped() = from.tail(shapes_);
}

// Derivatives of each single row's log likelihood, by Fisher's identity on sums that hold one row. The pattern is
// copied with one row only, because add_gradient subtracts as many constants as the pattern has rows.
RowScores row_scores(PatternedScores const& domain, std::size_t k, NoiseParameters const& parameters,
                     NoiseLayout const& layout)
{
    RowScores scores{Matrix(layout.shared(), domain.models()), Matrix(layout.own(), domain.models())};
    DomainModel const model(parameters, k);
    NoiseParameters gradient = parameters; // its place k is filled anew for every row
    Matrix by_mixing(parameters.benchmarks(), parameters.factors());
    for (RowPattern const& pattern : domain.patterns) {
        RowPattern alone = pattern; // so that sums are those of one row
        alone.rows.resize(1);
        PatternModel const part(model, alone);
        RowModel rows(part);
        for (Index const row : pattern.rows) {
            PatternSums sums(model);
            rows.evaluate_row(domain.scores.row(row));
            rows.add_row(sums);
            by_mixing.setZero();
            gradient.means[k].setZero();
            gradient.log_psi.setZero();
            double& by_scale = gradient.log_scales[static_cast<Index>(k)] = 0;
            add_gradient(part, sums, by_mixing, gradient.means[k], gradient.log_psi, by_scale);
            gradient.shapes[k] = shape_gradient(sums, model.mixtures);
            gradient.loadings = by_mixing * parameters.mixing[k].transpose();
            gradient.mixing[k] = parameters.loadings.transpose() * by_mixing;
            layout.put_shared(gradient, scores.shared.col(row));
            layout.put_own(gradient, k, scores.own.col(row));
        }
    }
    return scores;
}

DomainPacking::DomainPacking(PatternedScores const& domain, NoiseParameters const& at)
    : layout_(at, SourcePattern::triangular)
{
    auto const models = static_cast<double>(domain.models());
    Matrix const scores = row_scores(domain, 0, at, layout_).own;
    // Empirical information, the mean outer product of the scores of single rows, plus a little in every direction and
    // the curvature of the penalty, which is part of the objective.
    Matrix information = scores * scores.transpose() / models;
    information.diagonal().array() += least_information;
    information.diagonal().tail(layout_.shapes()) += penalty_curvature(at, 0) / models;
    // point = L' parameters has information L^-1 (L L') L'^-1 = 1.
    lower_ = cholesky_of(information);
}

Vector DomainPacking::pack(NoiseParameters const& parameters) const
{
    Vector values(layout_.own());
    layout_.put_own(parameters, 0, values);
    return lower_.transpose() * values;
}

void DomainPacking::unpack(Vector const& point, NoiseParameters& parameters) const
{
    layout_.take_own(lower_.transpose().triangularView<Eigen::Upper>().solve(point), 0, parameters);
}

void DomainPacking::pack_gradient(NoiseParameters const& gradient, Vector& by_point) const
{
    Vector values(layout_.own());
    layout_.put_own(gradient, 0, values);
    by_point = lower_.triangularView<Eigen::Lower>().solve(values);
}

NoisePacking::NoisePacking(std::span<PatternedScores const> domains, NoiseParameters const& at, SourcePattern pattern,
                           SubspaceFit loadings, std::span<Anchor const> anchors)
    : layout_(at, pattern, loadings, anchors), unbounded_(without_bound(at))
{
    double models = 0;
    for (auto const& domain : domains) models += static_cast<double>(domain.models());
    // The information of all parameters has one block for each domain's own parameters and a border for the shared
    // ones, in which alone domains meet. Its Cholesky factor is made block by block: L_k of a domain's own block, W_k
    // = C_k' L_k'^-1 from the products C_k of its own and the shared scores, and last the factor of the shared block
    // less all W_k W_k'. All of it is divided by the number of models in all domains, as the objective is.
    Matrix shared = Matrix::Zero(layout_.shared(), layout_.shared());
    shared.diagonal().setConstant(least_information);
    Vector const by_noise = by_free_noise(at.log_psi, unbounded_);
    for (std::size_t k = 0; k < domains.size(); ++k) {
        double const share = static_cast<double>(domains[k].models()) / models;
        RowScores scores = row_scores(domains[k], k, at, layout_);
        // From derivatives by log psi to those by u.
        scores.shared.bottomRows(by_noise.size()).array().colwise() *= by_noise.array();
        Matrix own = scores.own * scores.own.transpose() / models;
        own.diagonal().array() += least_information * share;
        own.diagonal().tail(layout_.shapes()) += penalty_curvature(at, k) / models;
        Block block{cholesky_of(own), {}};
        Matrix const cross = scores.own * scores.shared.transpose() / models;
        block.across = block.lower.triangularView<Eigen::Lower>().solve(cross).transpose();
        shared += scores.shared * scores.shared.transpose() / models - block.across * block.across.transpose();
        blocks_.push_back(std::move(block));
    }
    shared_ = cholesky_of(shared);
}

Vector NoisePacking::pack(NoiseParameters const& parameters) const
{
    Index const own = layout_.own();
    Vector shared(layout_.shared()), values(own);
    Vector point(layout_.shared() + own * static_cast<Index>(blocks_.size()));
    layout_.put_shared(parameters, shared);
    Index const psi = layout_.shared() - parameters.benchmarks();
    // u = log(psi - least); where psi has no lower bound u = log psi.
    shared.tail(parameters.benchmarks()) = (parameters.log_psi.array().exp() - least_psi).log();
    for (Index const i : unbounded_) shared[psi + i] = parameters.log_psi[i];
    point.head(layout_.shared()) = shared_.transpose() * shared;
    for (std::size_t k = 0; k < blocks_.size(); ++k) {
        layout_.put_own(parameters, k, values);
        point.segment(layout_.shared() + static_cast<Index>(k) * own, own) =
            // point = L' parameters, block by block: L_k' own + W_k' shared.
            blocks_[k].lower.transpose() * values + blocks_[k].across.transpose() * shared;
    }
    return point;
}

void NoisePacking::unpack(Vector const& point, NoiseParameters& parameters) const
{
    Index const own = layout_.own();
    // Back substitution: the shared parameters first, then what they leave of each domain's point.
    Vector const shared = shared_.transpose().triangularView<Eigen::Upper>().solve(point.head(layout_.shared()));
    layout_.take_shared(shared, parameters);
    Index const psi = layout_.shared() - parameters.benchmarks();
    parameters.log_psi = (parameters.log_psi.array().exp() + least_psi).log();
    for (Index const i : unbounded_) parameters.log_psi[i] = shared[psi + i];
    for (std::size_t k = 0; k < blocks_.size(); ++k) {
        Vector const rest =
            point.segment(layout_.shared() + static_cast<Index>(k) * own, own) - blocks_[k].across.transpose() * shared;
        layout_.take_own(blocks_[k].lower.transpose().triangularView<Eigen::Upper>().solve(rest), k, parameters);
    }
}

void NoisePacking::pack_gradient(NoiseParameters const& at, NoiseParameters const& gradient, Vector& by_point) const
{
    Index const own = layout_.own();
    Vector shared(layout_.shared()), values(own);
    // The gradient by the point is L^-1 times that by the parameters: forward substitution, the domains first.
    layout_.put_shared(gradient, shared);
    shared.tail(at.benchmarks()).array() *= by_free_noise(at.log_psi, unbounded_).array();
    for (std::size_t k = 0; k < blocks_.size(); ++k) {
        layout_.put_own(gradient, k, values);
        Vector const by_own = blocks_[k].lower.triangularView<Eigen::Lower>().solve(values);
        by_point.segment(layout_.shared() + static_cast<Index>(k) * own, own) = by_own;
        shared -= blocks_[k].across * by_own;
    }
    by_point.head(layout_.shared()) = shared_.triangularView<Eigen::Lower>().solve(shared);
}

} // namespace exahca::detail
