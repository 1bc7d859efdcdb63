#include "source_distributions.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/published_unmixing.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace exahca {
namespace {

/// Sd of the Gaussian jitter on resampled components: it undoes their ties without smoothing their shape away.
constexpr double jitter = 0.15;

/// The domains of the published analysis that the file has; of another leaderboard all with at least 100 models.
std::vector<std::string> source_domains(ScoreMatrix const& real)
{
    std::set<std::string> const known(real.base_models.begin(), real.base_models.end());
    std::vector<std::string> names;
    for (char const* name : {"llama-3-8b", "qwen2.5-14b", "llama-3.1-8b", "qwen2-7b", "qwen2.5-7b"})
        if (known.count(name) > 0) names.emplace_back(name);
    return names.empty() ? domains_by_size(real, 100) : names;
}

// Four built-in sources, each of mean 0 and variance 1: heavy tails, a skewed one, two peaks, a sharp peak.

double student_t5(RandomStream& stream)
{
    double const normal = stream.normal();
    double chi_square = 0;
    for (int i = 0; i < 5; ++i) {
        double const z = stream.normal();
        chi_square += z * z;
    }
    return normal / std::sqrt(chi_square / 5) * std::sqrt(3.0 / 5); // the variance of t5 is 5/3
}

double gamma2(RandomStream& stream)
{
    double const first = stream.exponential();
    return (first + stream.exponential() - 2) / std::sqrt(2.0);
}

double two_peaks(RandomStream& stream)
{
    double const peak = stream.below(2) == 0 ? -1 : 1;
    return (peak + 0.5 * stream.normal()) / std::sqrt(1.25);
}

double laplace(RandomStream& stream)
{
    double const side = stream.below(2) == 0 ? -1 : 1;
    return side * stream.exponential() / std::sqrt(2.0);
}

} // namespace

SourcePool components_of(ScoreMatrix const& real)
{
    auto const names = source_domains(real);
    if (names.empty())
        throw UsageError("there are no domains to draw sources from",
                         "the score file has neither the published domains nor any of at least 100 models",
                         "leave --sources-from out");
    SourcePool pool;
    for (auto const& domain : select_domains(real, names)) {
        UnmixingOptions options;
        options.ica.restarts = 20;
        auto const unmixing = unmix_domain(domain.scores, options, {1, "simulate-components", 0, domain.name, 0});
        Matrix const sources =
            (domain.scores.rowwise() - unmixing.moments.mean.transpose()) * unmixing.matrix.transpose();
        for (Index j = 0; j < sources.cols(); ++j) pool.emplace_back(sources.col(j));
    }
    return pool;
}

Vector draw_source(SourcePool const& pool, Index n, RandomStream& stream)
{
    // A sign for all models: a skewed source may be skewed to either side.
    double const sign = stream.below(2) == 0 ? -1 : 1;
    Vector source(n);
    if (!pool.empty()) {
        auto const& component = pool[stream.below(pool.size())];
        auto const count = static_cast<std::uint64_t>(component.size());
        for (auto& value : source)
            value = (component(static_cast<Index>(stream.below(count))) + jitter * stream.normal()) /
                    std::sqrt(1 + jitter * jitter);
        return sign * source;
    }
    double (*const distributions[])(RandomStream&) = {student_t5, gamma2, two_peaks, laplace};
    auto* const draw = distributions[stream.below(4)];
    for (auto& value : source) value = draw(stream);
    return sign * source;
}

} // namespace exahca
