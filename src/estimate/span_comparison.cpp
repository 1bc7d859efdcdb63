#include "span_comparison.hpp"

#include "exahca/model/flag.hpp"
#include "noise_messages.hpp"

#include <vector>

namespace exahca {
namespace {

/// Standardised rows of exact scores; nothing where they are few in a domain, or fewer than half of all.
struct ComparedRows
{
    std::vector<Matrix> scores; ///< of each domain, models x benchmarks
    Index models = 0;
};

// The span likelihood knows exact scores only, and needs at least two rows for each benchmark in every domain.
std::optional<ComparedRows> compared_rows(NoiseData const& data)
{
    if (!data.anchors.empty()) return std::nullopt; // of which the span likelihood knows nothing
    ComparedRows rows{exact_rows(data)};
    for (Matrix const& domain : rows.scores) {
        if (domain.rows() < 2 * domain.cols()) return std::nullopt;
        rows.models += domain.rows();
    }
    if (2 * rows.models < data.models()) return std::nullopt;
    return rows;
}

// Options as inside a span, but residuals are released here: rows have all benchmarks.
JointFit fit_span(std::span<Matrix const> rows, std::span<std::string const> names, JointOptions const& options)
{
    JointOptions quick = inside_span(options, 1);
    quick.random_flags = 0;
    quick.residuals = ResidualFit::released;
    quick.searches = options.searches;
    quick.activity = nullptr;
    return estimate_joint(rows, names, quick).best().fit;
}

JointFit read_fit_message(Bytes const& message)
{
    ByteReader reader(message);
    auto fit = get_joint_fit(reader);
    reader.expect_end();
    return fit;
}

} // namespace

SpanComparison compare_with_span(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
                                 JointOptimum const& answer, std::optional<JointFit> const& all_rows,
                                 Bytes const& known)
{
    auto const rows = compared_rows(data);
    if (!rows) return {};
    SpanComparison comparison;
    comparison.models = rows->models;
    auto span = all_rows;
    double const log_volume = static_cast<double>(rows->models) * data.deviations.array().log().sum(); // all scores
    comparison.aware_log_likelihood = answer.fit.log_likelihood;
    if (rows->models < data.models()) {
        // The answer was fitted to all rows; the comparison needs the maximum on these. The rows are standardised
        // already, and standardised once more by their own deviations: parameters go the same way, and both volumes
        // come off.
        NoiseData const subset = noise_data(rows->scores, {});
        auto const aware = try_noise_fit(subset, in_standard_units(in_standard_units(answer.noise, data), subset));
        if (!aware) return {};
        comparison.aware_log_likelihood = aware->fit.log_likelihood - subset.log_volume - log_volume;
        span = known.empty() ? fit_span(rows->scores, names, options) : read_fit_message(known);
    }
    if (!span) return {};
    comparison.span_log_likelihood = span->log_likelihood - log_volume; // and back to score units
    // The span fit is in standardised units; angles are between flags in score units.
    span->parameters.subspace = span->parameters.subspace * data.deviations.cwiseInverse().asDiagonal();
    if (span->parameters.log_psi.size() > 0) span->parameters.log_psi += 2 * data.deviations.array().log().matrix();
    comparison.angles = flag_angles(read_fit(span->parameters).unmixing, answer.reading.unmixing);
    return comparison;
}

Bytes exact_scores_fit(NoiseData const& data, std::span<std::string const> names, JointOptions const& options)
{
    auto const rows = compared_rows(data);
    if (!rows || rows->models == data.models()) return {};
    ByteWriter writer;
    put(writer, fit_span(rows->scores, names, options));
    return writer.take();
}

} // namespace exahca
