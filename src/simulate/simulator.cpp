#include "exahca/simulate/simulator.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/numerics/principal_angles.hpp"
#include "source_distributions.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace exahca {
namespace {

constexpr Index benchmark_count = 6;
constexpr Index pattern_count = 4;
std::array<char const*, benchmark_count> const benchmark_names{"IFEval", "BBH",  "MATH Lvl 5",
                                                               "GPQA",   "MUSR", "MMLU-PRO"};

/// Loadings in points: general, instruction following, mathematics, a fourth.
constexpr double patterns[pattern_count][benchmark_count] = {
    {4, 5, 3, 1.5, 1.5, 5}, {14, 1, 1, 0.2, 0.3, 0.5}, {1, 0.5, 5, 0.3, 0.2, 0.6}, {0.5, 2.5, 0.3, 1, 4, 0.5}};
constexpr double built_in_means[benchmark_count] = {45, 28, 12, 7, 9, 28};
constexpr double residual_sds[benchmark_count] = {1, 1.5, 1, 1.8, 3, 1.2};
constexpr double isotropic_sd = 2;
constexpr double collapsed_share = 0.02;

/// Each quantity has a stream of its own, by what it is for, the domain and the number of factors, so that another
/// design or another set of domains leaves the rest as it is.
RandomStream stream_for(SimulationOptions const& options, char const* what, std::string_view domain = {})
{
    return RandomStream({options.seed, what, 0, domain, static_cast<std::uint64_t>(options.factors)});
}

/// G, d x m, points of each benchmark per unit of a factor; columns by level, the last factor of the causal order
/// first.
Matrix draw_loadings(SimulationOptions const& options)
{
    auto stream = stream_for(options, "simulate-loadings");
    auto const order = stream.permutation(static_cast<std::uint64_t>(options.factors));
    Matrix loadings(benchmark_count, options.factors);
    for (Index j = 0; j < options.factors; ++j)
        for (Index b = 0; b < benchmark_count; ++b) {
            double const scale = std::exp(0.25 * stream.normal());
            loadings(b, j) = patterns[order[static_cast<std::size_t>(j)]][b] * scale + 0.5 * stream.normal();
        }
    return loadings;
}

/// R_k, m x m upper triangular: what factors are made of, by level, per unit of each source. The last row is the first
/// factor's, which has one source.
Matrix draw_mixing(SimulationOptions const& options, std::string const& domain)
{
    auto stream = stream_for(options, "simulate-mixing", domain);
    double const strength = options.design == Design::weak ? 0.3 : 0.7;
    Matrix mixing = Matrix::Zero(options.factors, options.factors);
    for (Index i = 0; i < options.factors; ++i) {
        mixing(i, i) = std::exp(0.3 * stream.normal());
        for (Index j = i + 1; j < options.factors; ++j) mixing(i, j) = strength * stream.normal();
    }
    return mixing;
}

/// Standard deviation of the residual of each benchmark in points, common to the domains.
Vector draw_residual_sds(SimulationOptions const& options)
{
    if (options.design == Design::none) return Vector::Zero(benchmark_count);
    if (options.design == Design::isotropic) return Vector::Constant(benchmark_count, isotropic_sd);
    auto stream = stream_for(options, "simulate-residual-sizes");
    Vector sds(benchmark_count);
    for (Index b = 0; b < benchmark_count; ++b) sds(b) = residual_sds[b] * std::exp(0.1 * stream.normal());
    return sds;
}

/// Mean score of each benchmark in a domain: that of the real domain of the same name where there is one.
Vector draw_means(SimulationOptions const& options, std::string const& domain, ScoreMatrix const* real)
{
    if (real != nullptr &&
        std::equal(real->benchmarks.begin(), real->benchmarks.end(), benchmark_names.begin(), benchmark_names.end()) &&
        std::count(real->base_models.begin(), real->base_models.end(), domain) > 0)
        return select_domains(*real, {domain}).front().scores.colwise().mean().transpose();
    auto stream = stream_for(options, "simulate-means", domain);
    Vector means(benchmark_count);
    for (Index b = 0; b < benchmark_count; ++b) means(b) = std::max(3.0, built_in_means[b] + 5 * stream.normal());
    return means;
}

/// Collapses 2 % of the models, rounded, and floors all scores at 0.
void contaminate(SimulationOptions const& options, std::string const& domain, Matrix& scores)
{
    auto stream = stream_for(options, "simulate-contamination", domain);
    auto const rows = stream.permutation(static_cast<std::uint64_t>(scores.rows()));
    auto const collapsed = static_cast<std::size_t>(std::llround(collapsed_share * static_cast<double>(rows.size())));
    for (std::size_t i = 0; i < collapsed; ++i) scores.row(rows[i]) *= 0.5 * stream.uniform();
    scores = scores.cwiseMax(0.0);
}

/// Takes scores away at random, of each model at most all but one.
void remove_scores(SimulationOptions const& options, std::string const& domain, Eigen::Ref<Matrix> scores)
{
    if (options.missing <= 0) return;
    auto stream = stream_for(options, "simulate-missing", domain);
    for (Index i = 0; i < scores.rows(); ++i) {
        Vector draws(scores.cols());
        for (double& draw : draws) draw = stream.uniform();
        Index last = 0;
        draws.maxCoeff(&last);
        for (Index j = 0; j < scores.cols(); ++j)
            if (draws[j] < options.missing && j != last) scores(i, j) = std::nan("");
    }
}

/// What all domains share.
struct Shared
{
    Matrix loadings;
    Vector residual_sds;
    SourcePool pool;
    ScoreMatrix const* real;
};

/// x = mu_k + G R_k e + eps for n models, models x benchmarks, with what the design does to them after that.
Matrix draw_scores(SimulationOptions const& options, Shared const& shared, std::string const& domain, Index n,
                   Matrix const& mixing)
{
    auto source_stream = stream_for(options, "simulate-sources", domain);
    Matrix sources(n, options.factors);
    for (Index j = 0; j < options.factors; ++j) sources.col(j) = draw_source(shared.pool, n, source_stream);
    Matrix scores = sources * (shared.loadings * mixing).transpose();
    scores.rowwise() += draw_means(options, domain, shared.real).transpose();
    if (options.design != Design::none) {
        auto stream = stream_for(options, "simulate-residuals", domain);
        for (Index i = 0; i < n; ++i)
            for (Index b = 0; b < benchmark_count; ++b) scores(i, b) += shared.residual_sds(b) * stream.normal();
    }
    if (options.design == Design::contaminated) contaminate(options, domain, scores);
    return scores;
}

/// A floor that was asked for is known, however few scores stand at it.
ScoreBounds simulated_bounds(SimulationOptions const& options, ScoreMatrix const& matrix)
{
    auto bounds = detect_bounds(matrix);
    if (options.floor) bounds.floor.setConstant(*options.floor);
    return bounds;
}

/// The options, with the domains' names filled in. \throws UsageError  for what cannot be simulated
SimulationOptions checked(SimulationOptions options, ScoreMatrix const* sources_from)
{
    if (options.factors < 1 || options.factors > pattern_count)
        throw UsageError(fmt::format("{} factors cannot be simulated", options.factors),
                         fmt::format("there are {} patterns of loadings", pattern_count),
                         fmt::format("choose 1 to {}", pattern_count));
    if (!(options.missing >= 0 && options.missing < 1))
        throw UsageError(fmt::format("{} of the scores cannot be missing", options.missing), "it is a share",
                         "give --missing 0 to below 1");
    if (options.floor && !std::isfinite(*options.floor))
        throw UsageError(fmt::format("a floor of {} is none", *options.floor), {}, "give --floor a number");
    if (options.sizes.empty())
        throw UsageError("no domain sizes are given", {}, "name at least one, as in --sizes 750,330");
    for (auto const size : options.sizes)
        if (size < 1) throw UsageError(fmt::format("a domain of {} models cannot be simulated", size));
    if (options.domains.empty()) options.domains = default_domain_names(options.sizes.size());
    if (options.domains.size() != options.sizes.size())
        throw UsageError(fmt::format("{} domain names for {} sizes", options.domains.size(), options.sizes.size()));
    std::set<std::string> names;
    for (auto const& name : options.domains)
        if (name.empty() || !names.insert(name).second)
            throw UsageError(fmt::format("domain name \"{}\" cannot be used", name), "it is empty or repeats");
    if (sources_from != nullptr && options.design == Design::parametric)
        throw UsageError("design parametric takes no sources from a score file", "it uses the built-in ones",
                         "choose --design base, or leave --sources-from out");
    return options;
}

/// H of the flag of G: its rows from a QR decomposition of G^+ taken from the last row up.
Matrix unmixing_of(Matrix const& loadings)
{
    Matrix const inverse = (loadings.transpose() * loadings).ldlt().solve(loadings.transpose());
    Matrix unmixing = orthonormal_rows_from_last(inverse);
    fix_row_signs(unmixing);
    return unmixing;
}

struct DefaultDomain
{
    char const* name;
    std::int64_t size;
};
constexpr DefaultDomain default_domains[] = {{"llama-3-8b", 750},   {"qwen2.5-14b", 330}, {"llama-3.1-8b", 240},
                                             {"qwen2.5-7b", 155},   {"qwen2-7b", 220},    {"mistral-7b", 300},
                                             {"qwen2.5-0.5b", 155}, {"gemma-2-9b", 135}};

constexpr std::pair<Design, std::string_view> design_names[] = {{Design::contaminated, "contaminated"},
                                                                {Design::base, "base"},
                                                                {Design::isotropic, "isotropic"},
                                                                {Design::none, "none"},
                                                                {Design::weak, "weak"},
                                                                {Design::parametric, "parametric"}};

} // namespace

std::string_view name_of(Design design)
{
    for (auto const& [known, name] : design_names)
        if (known == design) return name;
    throw std::logic_error("unknown design");
}

Design design_from_name(std::string_view name)
{
    for (auto const& [design, known] : design_names)
        if (known == name) return design;
    throw UsageError(fmt::format("no design \"{}\"", name), {},
                     "use contaminated, base, isotropic, none, weak or parametric");
}

std::vector<std::string> default_domain_names(std::size_t count)
{
    std::vector<std::string> names;
    for (std::size_t k = 0; k < count; ++k)
        names.push_back(k < std::size(default_domains) ? default_domains[k].name : fmt::format("base-model-{}", k + 1));
    return names;
}

std::vector<std::int64_t> default_domain_sizes(std::size_t count)
{
    std::vector<std::int64_t> sizes;
    for (std::size_t k = 0; k < count; ++k)
        sizes.push_back(k < std::size(default_domains) ? default_domains[k].size : 150);
    return sizes;
}

ScoreMatrix simulate(SimulationOptions const& requested, ScoreMatrix const* sources_from)
{
    auto const options = checked(requested, sources_from);
    Shared const shared{draw_loadings(options), draw_residual_sds(options),
                        sources_from == nullptr ? SourcePool{} : components_of(*sources_from), sources_from};

    ScoreMatrix matrix;
    matrix.benchmarks.assign(benchmark_names.begin(), benchmark_names.end());
    SimulationTruth truth{std::string(name_of(options.design)),
                          options.seed,
                          options.domains,
                          shared.loadings.rowwise().reverse(),
                          unmixing_of(shared.loadings),
                          {}};
    Index total = 0;
    for (auto const size : options.sizes) total += size;
    matrix.scores.resize(total, benchmark_count);
    Index first = 0;
    for (std::size_t k = 0; k < options.domains.size(); ++k) {
        auto const& domain = options.domains[k];
        Matrix const mixing = draw_mixing(options, domain);
        auto rows = matrix.scores.middleRows(first, options.sizes[k]);
        rows = draw_scores(options, shared, domain, options.sizes[k], mixing);
        if (options.floor) rows = rows.cwiseMax(*options.floor).eval();
        remove_scores(options, domain, rows);
        for (std::int64_t i = 1; i <= options.sizes[k]; ++i) {
            matrix.models.push_back(fmt::format("{}-simulated-{:04}", domain, i));
            matrix.base_models.push_back(domain);
        }
        // B_k^-1 is about the coordinates H (x - mu_k), as an answer's. Row i of H is made of the rows i and later of
        // G^+, so that H G is upper triangular, and the product as well.
        Matrix const in_flag_coordinates = truth.unmixing * shared.loadings * mixing;
        truth.mixing.emplace_back(in_flag_coordinates.triangularView<Eigen::Upper>());
        first += options.sizes[k];
    }
    matrix.truth = std::move(truth);
    matrix.bounds = simulated_bounds(options, matrix);
    return matrix;
}

SimulatedPopulation population_of(SimulationOptions const& requested)
{
    auto const options = checked(requested, nullptr);
    SimulatedPopulation population{Matrix(static_cast<Index>(options.domains.size()), benchmark_count),
                                   draw_residual_sds(options)};
    for (std::size_t k = 0; k < options.domains.size(); ++k)
        population.means.row(static_cast<Index>(k)) = draw_means(options, options.domains[k], nullptr).transpose();
    return population;
}

} // namespace exahca
