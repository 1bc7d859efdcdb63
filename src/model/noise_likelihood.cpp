#include "exahca/model/noise_likelihood.hpp"

#include "exahca/core/check.hpp"

#include "noise_rows.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace exahca {
namespace {

using detail::BlockModel;
using detail::DomainModel;
using detail::PatternModel;
using detail::PatternSums;

void check_shapes(NoiseParameters const& parameters, std::span<PatternedScores const> domains)
{
    Index const d = parameters.benchmarks(), m = parameters.factors();
    EXAHCA_EXPECT(domains.size() == parameters.mixing.size() && domains.size() == parameters.means.size());
    EXAHCA_EXPECT(domains.size() == parameters.shapes.size());
    EXAHCA_EXPECT(parameters.log_scales.size() == static_cast<Index>(domains.size()) && parameters.log_psi.size() == d);
    for (std::size_t k = 0; k < domains.size(); ++k) {
        EXAHCA_EXPECT(domains[k].benchmarks() == d && parameters.means[k].size() == d);
        EXAHCA_EXPECT(parameters.mixing[k].rows() == m && parameters.mixing[k].cols() == m);
        EXAHCA_EXPECT(parameters.shapes[k].cols() == m && parameters.shapes[k].rows() == parameters.shapes[0].rows());
    }
    EXAHCA_EXPECT(parameters.known_noise.empty() || parameters.known_noise.size() == domains.size());
    static_cast<void>(d), static_cast<void>(m);
}

// Every covariance is that of the noise and something more, and the chance of lying beyond a bound is at most 1: a log
// density cannot exceed the constant of the noise alone. Where scores of a row are fewer than factors and variances of
// sources leave all bounds, rounding makes of its square form any number: a value that no density can have is none, and
// a fit does not go there.
void refuse_impossible(PatternModel const& model, Vector& values)
{
    double const limit = model.constant + 1e-6 * (1 + std::abs(model.constant));
    for (Index const row : model.pattern.rows)
        if (values[row] > limit) values[row] = -std::numeric_limits<double>::infinity();
}

// log p of the rows of domain k; the gradient too where one is wanted.
Vector evaluate_domain(PatternedScores const& domain, std::size_t k, NoiseParameters const& parameters,
                       NoiseParameters* gradient)
{
    DomainModel const model(parameters, k);
    BlockModel blocks(model);
    Vector values(domain.models());
    PatternSums sums(model);
    Matrix by_mixing = Matrix::Zero(parameters.benchmarks(), parameters.factors());
    for (RowPattern const& pattern : domain.patterns) {
        PatternModel const part(model, pattern);
        // N, M1 and M2 go on from pattern to pattern, all else is used up by add_gradient: E2 belongs to a pattern.
        sums.start_pattern();
        visit_rows(part, blocks, domain.scores, values, gradient ? &sums : nullptr);
        refuse_impossible(part, values);
        if (gradient)
            add_gradient(part, sums, by_mixing, gradient->means[k], gradient->log_psi,
                         gradient->log_scales[static_cast<Index>(k)]);
    }
    if (gradient) { // A_k = G R_k
        gradient->shapes[k] = detail::shape_gradient(sums, model.mixtures);
        gradient->loadings += by_mixing * parameters.mixing[k].transpose();
        gradient->mixing[k] = parameters.loadings.transpose() * by_mixing;
    }
    return values;
}

// Of the parameters' shape, all 0.
void reset(NoiseParameters const& parameters, NoiseParameters& gradient)
{
    gradient = parameters;
    gradient.loadings.setZero();
    gradient.log_psi.setZero();
    gradient.log_scales.setZero();
    for (auto& matrix : gradient.mixing) matrix.setZero();
    for (auto& vector : gradient.means) vector.setZero();
    for (auto& matrix : gradient.shapes) matrix.setZero();
}

// From the first to the last: Eigen's own sums depend on how many numbers a processor adds at a time.
double sum_in_order(Vector const& values)
{
    double sum = 0;
    for (double const value : values) sum += value;
    return sum;
}

// The mean of known_k / s_k over the domains: Psi_ki / s_k = psi_i + known_ki / s_k, so that is what known noise has
// in place of psi.
Vector mean_in_place_of_psi(NoiseParameters const& parameters, std::vector<Vector> const& known)
{
    Vector sum = Vector::Zero(parameters.benchmarks());
    for (std::size_t k = 0; k < known.size(); ++k)
        sum += known[k] * std::exp(-parameters.log_scales[static_cast<Index>(k)]);
    return known.empty() ? sum : Vector(sum / static_cast<double>(known.size()));
}

} // namespace

Vector NoiseParameters::free_noise(std::size_t k) const
{
    return (log_psi.array() + log_scales[static_cast<Index>(k)]).exp();
}

Vector NoiseParameters::noise_variances(std::size_t k) const
{
    return known_noise.empty() ? free_noise(k) : Vector(free_noise(k) + known_noise[k]);
}

Vector mean_known_noise(NoiseParameters const& parameters)
{
    Vector sum = Vector::Zero(parameters.benchmarks());
    for (Vector const& known : parameters.known_noise) sum += known;
    return parameters.known_noise.empty() ? sum : Vector(sum / static_cast<double>(parameters.known_noise.size()));
}

Vector log_common_noise(NoiseParameters const& parameters)
{
    if (parameters.known_noise.empty()) return parameters.log_psi;
    return (parameters.log_psi.array().exp() + mean_known_noise(parameters).array()).log();
}

NoiseParameters with_known_noise(NoiseParameters parameters, std::vector<Vector> known_noise)
{
    if (parameters.known_noise.empty() && known_noise.empty()) return parameters;
    Vector const before = mean_in_place_of_psi(parameters, parameters.known_noise);
    Vector const after = mean_in_place_of_psi(parameters, known_noise);
    // psi changes by the opposite of what known noise changes by, but at least a tenth of the new one remains: from
    // psi = 0 no gradient leads back.
    Vector const psi = (parameters.log_psi.array().exp() + (before - after).array()).max(0.1 * after.array());
    // Where nothing stays known the noise is what it was.
    parameters.log_psi = (psi.array() > 0).select(psi.array().log(), parameters.log_psi.array());
    parameters.known_noise = std::move(known_noise);
    return parameters;
}

double NoiseLikelihood::evaluate(NoiseParameters const& parameters, NoiseParameters& gradient) const
{
    check_shapes(parameters, domains_);
    // Domains add to dG, dlog psi in their order; R_k, mu_k, s_k and shapes have a place for each.
    reset(parameters, gradient);
    double total = 0;
    for (std::size_t k = 0; k < domains_.size(); ++k)
        total += sum_in_order(evaluate_domain(domains_[k], k, parameters, &gradient));
    return total;
}

std::vector<Vector> NoiseLikelihood::row_log_likelihoods(NoiseParameters const& parameters) const
{
    check_shapes(parameters, domains_);
    std::vector<Vector> values;
    for (std::size_t k = 0; k < domains_.size(); ++k)
        values.push_back(evaluate_domain(domains_[k], k, parameters, nullptr));
    return values;
}

} // namespace exahca
