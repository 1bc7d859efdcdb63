#include "exahca/profile/stored_model.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/model/noise_uncertainty.hpp"
#include "exahca/model/source_mixtures.hpp"
#include "exahca/results/group_index.hpp"
#include "exahca/results/results.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace exahca {
namespace {

constexpr char const* must_have = "fitted_loading";

/// Values of a dataset as equal matrices along its first dimensions.
std::vector<Matrix> matrices(DataGroup const& group, char const* name, std::size_t count, Index rows, Index columns)
{
    auto const values = group.doubles(name);
    auto const size = static_cast<std::size_t>(rows * columns);
    if (values.size() != count * size)
        throw InvalidInput(fmt::format("dataset \"{}\" has the wrong shape", name),
                           fmt::format("it holds {} numbers, not {}", values.size(), count * size),
                           "make the file again");
    std::vector<Matrix> stack;
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    for (std::size_t k = 0; k < count; ++k)
        stack.emplace_back(Eigen::Map<RowMajor const>(values.data() + k * size, rows, columns));
    return stack;
}

Matrix matrix(DataGroup const& group, char const* name, Index rows, Index columns)
{
    return matrices(group, name, 1, rows, columns).front();
}

/// Shapes of mixtures, as NoiseParameters has them, from weights, means and deviations, factors x components each.
/// Weights that have vanished keep a finite logit.
Matrix shapes_of(Matrix const& weights, Matrix const& means, Matrix const& deviations)
{
    Index const factors = weights.rows(), components = weights.cols();
    Matrix shapes(3 * components - 1, factors);
    Matrix const logs = weights.array().max(std::numeric_limits<double>::min()).log();
    shapes << (logs.leftCols(components - 1).colwise() - logs.col(components - 1)).transpose(), means.transpose(),
        deviations.array().log().matrix().transpose();
    return shapes;
}

/// Sets log psi, log s_k and the known noise from what the file has: standard deviations of each domain and benchmark
/// in points, s_k, and the part of the items.
void read_noise(DataGroup const& group, Index domains, Index benchmarks, NoiseParameters& parameters)
{
    Matrix const variances = matrix(group, "fitted_noise", domains, benchmarks).cwiseAbs2();
    parameters.log_scales = matrix(group, "noise_scale", 1, domains).row(0).array().log();
    bool const known = group.find("item_noise") != nullptr;
    Matrix const items = known ? Matrix(matrix(group, "item_noise", domains, benchmarks).cwiseAbs2())
                               : Matrix(Matrix::Zero(domains, benchmarks));
    // Psi_k = known noise + s_k psi. Where the known noise is all there is, psi is what rounding leaves, or nothing.
    Vector const free = (variances.row(0) - items.row(0)) / std::exp(parameters.log_scales[0]);
    parameters.log_psi = free.array().max(1e-12 * variances.row(0).transpose().array()).log();
    if (!known) return;
    for (Index k = 0; k < domains; ++k) parameters.known_noise.emplace_back(items.row(k).transpose());
}

/// One end of each benchmark's scale; `none` where there is no end.
Vector bound(DataGroup const& input, char const* name, Index benchmarks, double none)
{
    Vector ends = matrix(input, name, 1, benchmarks).row(0).transpose();
    for (double& end : ends)
        if (std::isnan(end)) end = none;
    return ends;
}

/// Benchmarks, those first whose scores are cut off most often in the domains that were fitted; ties by column.
std::vector<Index> by_censoring(DataGroup const& input, std::vector<std::string> const& domains, Index benchmarks)
{
    auto const names = input.strings("domain");
    auto const floors = input.integers("domain_at_floor"), ceilings = input.integers("domain_at_ceiling");
    std::vector<std::int64_t> counts(static_cast<std::size_t>(benchmarks));
    for (std::size_t k = 0; k < names.size(); ++k) {
        if (std::find(domains.begin(), domains.end(), names[k]) == domains.end()) continue;
        for (std::size_t j = 0; j < counts.size(); ++j)
            counts[j] += floors.at(k * counts.size() + j) + ceilings.at(k * counts.size() + j);
    }
    std::vector<Index> columns(counts.size());
    std::iota(columns.begin(), columns.end(), Index{0});
    std::stable_sort(columns.begin(), columns.end(), [&](Index a, Index b) {
        return counts[static_cast<std::size_t>(a)] > counts[static_cast<std::size_t>(b)];
    });
    return columns;
}

/// What resamples of the same flag make of the factors: W_r L - I. W_r are about the benchmarks that name the
/// estimate's factors, so that the units of both are points of the same benchmarks.
std::vector<Matrix> read_drifts(DataGroup const& bootstrap, StoredModel const& model)
{
    auto const angles = bootstrap.doubles("angle_to_estimate");
    Index const d = model.parameters.benchmarks(), m = model.factors();
    auto const count = angles.size() / static_cast<std::size_t>(m);
    auto const weights = matrices(bootstrap, "factor_weights", count, m, d);
    std::vector<Matrix> drifts;
    for (std::size_t r = 0; r < count; ++r) {
        bool same = weights[r].allFinite();
        for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i) // false for NaN: a resample without answer
            same = same && angles.at(r * static_cast<std::size_t>(m) + i) <= same_flag_degrees;
        if (same) drifts.emplace_back(weights[r] * model.parameters.loadings - Matrix::Identity(m, m));
    }
    if (drifts.size() < fewest_drifts) drifts.clear();
    return drifts;
}

/// Known scores of the domains that were fitted, domains x benchmarks. Models that screening left out count as well.
Matrix known_scores(DataGroup const& input, std::vector<std::string> const& domains, Index benchmarks)
{
    auto const names = input.strings("domain");
    auto const models = input.integers("domain_models"), missing = input.integers("domain_missing");
    Matrix counts = Matrix::Zero(std::ssize(domains), benchmarks);
    for (std::size_t k = 0; k < names.size(); ++k) {
        auto const found = std::find(domains.begin(), domains.end(), names[k]);
        if (found == domains.end()) continue;
        for (Index j = 0; j < benchmarks; ++j)
            counts(found - domains.begin(), j) = static_cast<double>(
                models.at(k) - missing.at(k * static_cast<std::size_t>(benchmarks) + static_cast<std::size_t>(j)));
    }
    return counts;
}

/// \param loadings  A_k of the file, one per domain: what G R_k has to give again
void check(StoredModel const& model, std::vector<Matrix> const& loadings)
{
    auto const& parameters = model.parameters;
    bool sound = parameters.log_psi.allFinite() && parameters.log_scales.allFinite();
    for (std::size_t k = 0; k < loadings.size(); ++k) {
        sound = sound && parameters.shapes[k].allFinite() && parameters.means[k].allFinite();
        double const lost = (parameters.loadings * parameters.mixing[k] - loadings[k]).norm();
        sound = sound && lost <= 1e-6 * loadings[k].norm(); // false for NaN, too
    }
    for (Index const label : model.labels) sound = sound && label >= 0 && label < parameters.benchmarks();
    if (!sound)
        throw InvalidInput(fmt::format("the fitted model of setting {} is damaged", model.name),
                           "its loadings, sources and noise do not fit each other", "make the file again");
}

/// What names the factors, and how far they can be trusted.
void read_labels(DataGroup const& estimate, StoredModel& model)
{
    for (auto const label : estimate.integers("alignment_benchmark")) model.labels.push_back(label);
    if (std::ssize(model.labels) != model.setting.factors)
        throw InvalidInput("dataset \"alignment_benchmark\" has the wrong shape");
    auto const at_bound = estimate.integers("noise_at_bound");
    for (std::size_t j = 0; j < model.benchmarks.size(); ++j)
        if (at_bound.at(j) == 1) model.at_bound.push_back(static_cast<Index>(j));
    model.decided = estimate.integers("decided").at(0) == 1;
}

/// The parameters about the aligned factors of the causal order, in score units, with the factors' weights and the
/// means that are unknown. The file has loadings A_k of sources: in the factors' coordinates R_k = W A_k, as W G = I.
/// \returns A_k of every domain
std::vector<Matrix> read_parameters(DataGroup const& estimate, StoredModel& model)
{
    auto const domains = model.setting.domains.size();
    auto const d = static_cast<Index>(model.benchmarks.size()), m = static_cast<Index>(model.setting.factors);
    Index const components = (shape_count(model.setting.density) + 1) / 3;
    auto& parameters = model.parameters;
    parameters.loadings = matrix(estimate, "loadings", d, m);
    model.factor_weights = matrix(estimate, "factor_weights", m, d);
    auto loadings = matrices(estimate, must_have, domains, d, m);
    auto const weights = matrices(estimate, "source_weight", domains, m, components),
               means = matrices(estimate, "source_mean", domains, m, components),
               deviations = matrices(estimate, "source_deviation", domains, m, components);
    Matrix const centres = matrix(estimate, "fitted_mean", static_cast<Index>(domains), d);
    model.unknown = centres.array().isNaN();
    for (std::size_t k = 0; k < domains; ++k) {
        parameters.mixing.emplace_back(model.factor_weights * loadings[k]);
        parameters.shapes.push_back(shapes_of(weights[k], means[k], deviations[k]));
        Vector centre = centres.row(static_cast<Index>(k)).transpose();
        for (double& mean : centre)
            if (std::isnan(mean)) mean = 0; // never used: patterned_scores makes the benchmark missing
        parameters.means.push_back(std::move(centre));
    }
    read_noise(estimate, static_cast<Index>(domains), d, parameters);
    return loadings;
}

} // namespace

std::size_t StoredModel::domain(std::string const& wanted) const
{
    auto const found = std::find(setting.domains.begin(), setting.domains.end(), wanted);
    if (found == setting.domains.end())
        throw InvalidInput(fmt::format("base model \"{}\" is none of those that were fitted", wanted),
                           fmt::format("they are {}", join_names(setting.domains, ", ")),
                           "leave its models out, or search with it");
    return static_cast<std::size_t>(found - setting.domains.begin());
}

std::vector<std::string> settings_with_model(DataGroup const& results)
{
    std::vector<std::string> names;
    GroupIndex const estimates(results.find_group("estimate"));
    for (auto const& name : stored_setting_names(results)) {
        auto const* group = estimates.find(name);
        auto const* status = group == nullptr ? nullptr : group->find_attribute("status");
        if (status == nullptr || *status != AttributeValue(std::int64_t{1})) continue;
        if (group->find(must_have) != nullptr) names.push_back(name);
    }
    return names;
}

StoredModel read_stored_model(DataGroup const& results, std::string const& setting)
{
    auto const experiment = read_experiment(results);
    auto const& names = stored_setting_names(results);
    auto const place = static_cast<std::size_t>(std::find(names.begin(), names.end(), setting) - names.begin());
    auto const* group = group_of_setting(results, "estimate", setting);
    auto const* input = results.find_group("input");
    if (place == names.size() || group == nullptr || input == nullptr || group->find(must_have) == nullptr)
        throw InvalidInput(fmt::format("setting {} has no fitted model", setting));
    StoredModel model;
    model.name = setting;
    model.setting = experiment.settings()[place];
    model.benchmarks = experiment.benchmarks();
    read_labels(*group, model);
    auto const loadings = read_parameters(*group, model);
    auto const d = static_cast<Index>(model.benchmarks.size());
    double const infinity = std::numeric_limits<double>::infinity();
    model.bounds = {bound(*input, "floor", d, -infinity), bound(*input, "ceiling", d, infinity)};
    model.kept_columns = by_censoring(*input, model.setting.domains, d);
    check(model, loadings);
    Matrix const counts = known_scores(*input, model.setting.domains, d);
    model.noise_covariance = noise_covariance(model.parameters, model.unknown.select(0.0, counts));
    if (auto const* bootstrap = group_of_setting(results, "bootstrap", setting))
        model.drifts = read_drifts(*bootstrap, model);
    return model;
}

PatternedScores patterned_scores(StoredModel const& model, std::size_t k, Matrix const& scores)
{
    // As classify_scores, whose rule for constant benchmarks is for whole domains: here the fit says which they were.
    IncompleteScores known{scores, ScoreKinds::Constant(scores.rows(), scores.cols(), ScoreKind::observed)};
    for (Index j = 0; j < scores.cols(); ++j) {
        double const floor = model.bounds.floor[j], ceiling = model.bounds.ceiling[j];
        for (Index i = 0; i < scores.rows(); ++i) {
            double const x = scores(i, j);
            ScoreKind& kind = known.kinds(i, j);
            if (std::isnan(x) || model.unknown(static_cast<Index>(k), j)) {
                kind = ScoreKind::missing;
                continue;
            }
            if (x <= floor) kind = ScoreKind::at_floor;
            if (x >= ceiling) kind = ScoreKind::at_ceiling;
            known.scores(i, j) = std::clamp(x, floor, ceiling); // beyond a bound the bound is all that is known
        }
    }
    return group_rows(known, model.kept_columns);
}

std::string const& fitted_fingerprint(DataGroup const& results)
{
    auto const* input = results.find_group("input");
    if (input == nullptr) throw InvalidInput("the file has no group /input", {}, "make it again");
    return input->text_attribute("fingerprint");
}

} // namespace exahca
