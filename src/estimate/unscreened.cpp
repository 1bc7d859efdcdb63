#include "unscreened.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/model/joint_fit.hpp"
#include "exahca/model/matrix_bytes.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace exahca {
namespace {

/// The answer's fit, gone on with on all models; nothing where it fails.
std::optional<JointFit> refit(std::span<Matrix const> scores, JointOptions const& options, JointOptimum const& answer)
{
    if (options.noise == NoiseModel::aware) {
        // Units are those of all models now, and so is the known noise.
        NoiseData const data = standardised_data(scores, options);
        auto const found =
            try_noise_fit(data, with_known_noise(in_standard_units(answer.noise, data), data.known_noise));
        if (!found) return std::nullopt;
        return as_joint_fit(data, found->fit);
    }
    std::vector<CentredDomain> domains;
    for (Matrix const& matrix : scores) domains.push_back(centre(matrix));
    FitOptions fit;
    fit.density = options.density;
    fit.residuals = answer.residuals;
    return fit_joint(domains, answer.fit.parameters, fit);
}

} // namespace

bool has_screened(ReplicateData const& data, ReplicateData const& unscreened)
{
    return !std::equal(data.scores.begin(), data.scores.end(), unscreened.scores.begin(), unscreened.scores.end(),
                       [](Matrix const& a, Matrix const& b) { return a.rows() == b.rows(); });
}

QuickSearch search_all_models(std::span<Matrix const> scores, std::span<std::string const> names,
                              JointOptions const& options)
{
    auto estimate = estimate_joint(scores, names, options);
    auto const& best = estimate.best();
    return {best.reading.unmixing, best.residuals, best.fit.penalised(), std::move(estimate.warnings)};
}

Bytes write_quick_search(QuickSearch const& search)
{
    ByteWriter writer;
    put_matrix(writer, search.unmixing);
    writer.put(search.residuals);
    writer.put(search.penalised);
    writer.put(static_cast<std::uint64_t>(search.warnings.size()));
    for (auto const& warning : search.warnings) writer.put_string(warning);
    return writer.take();
}

QuickSearch read_quick_search(std::span<std::byte const> message)
{
    ByteReader reader(message);
    QuickSearch search;
    search.unmixing = get_matrix(reader);
    search.residuals = reader.get<ResidualFit>();
    search.penalised = reader.get<double>();
    auto const warnings = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < warnings; ++i) search.warnings.push_back(reader.get_string());
    reader.expect_end();
    return search;
}

UnscreenedAnswer answer_without_screening(std::span<Matrix const> scores, JointOptions const& options,
                                          QuickSearch const& searched, JointOptimum const& answer)
{
    UnscreenedAnswer without{searched.unmixing, searched.warnings};
    if (searched.residuals != answer.residuals) return without; // of likelihoods that do not compare
    try {
        auto const fit = refit(scores, options, answer);
        if (fit && fit->penalised() > searched.penalised) without.unmixing = read_fit(fit->parameters).unmixing;
    } catch (NumericalFailure const&) { // the search has its answer all the same
    }
    return without;
}

} // namespace exahca
