#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/model/noise_data.hpp"

#include <optional>
#include <vector>

namespace exahca {

/// A noise-aware fit and what it says of the flag.
struct NoiseOptimum
{
    NoiseFit fit;    ///< in standardised units
    Matrix unmixing; ///< H of the standardised scores, orthonormal rows
};

/// The scores with the bounds, items and anchors of the options.
[[nodiscard]] NoiseData standardised_data(std::span<Matrix const> scores, JointOptions const& options);

/// A span of factors, and the domains in coordinates of it.
struct FactorSpan
{
    NoiseParameters gaussian;    ///< one component per source, standardised units; G has orthonormal columns
    std::vector<Vector> centres; ///< means of the factor scores in each domain
    JointContext context;        ///< of the factor scores: as many benchmarks as factors
};

/// \param gaussian  in standardised units, any basis
[[nodiscard]] FactorSpan factor_span(NoiseData const& data, NoiseParameters const& gaussian,
                                     std::span<std::string const> names, JointOptions const& options);

/// Where the noise-aware fit starts from a fit to the factor scores of a span.
[[nodiscard]] NoiseParameters noise_start(FactorSpan const& span, JointParameters const& fit);

/// Options for a search inside a span, where the span likelihood has nothing outside; with the effort of a replicate.
/// \param span  how many were looked into before: ranks of candidate orders are about the components of the first
[[nodiscard]] JointOptions inside_span(JointOptions options, std::size_t span);

/// Optima at most this far behind the best, in nats, can come before it when the sources' densities get better: so much
/// is gained there at times. They get the same care, a few of them.
inline constexpr double contending = 4;
inline constexpr std::ptrdiff_t most_contenders = 4;

inline constexpr int most_independent_searches = 2 * independent_searches;

/// What one independent search has found.
struct NoiseSearch
{
    std::vector<NoiseOptimum> optima; ///< falling penalised likelihood, flags apart by options.same_flag_degrees
    std::vector<int> fits;            ///< how many fits ended at each
    bool first_span_failed = false;   ///< then `spans` does not begin with the one that noise_orders gives
    std::vector<FactorSpan> spans;    ///< that it looked into; the span of the best fit last
    StartingOrders starts;            ///< of the first span, without the orders
    std::optional<JointFit> span_fit; ///< best fit of the span likelihood, residuals released, standardised units
    std::vector<FittedOrder> orders;  ///< of the first span, fitted to its factor scores
};

/// How many searches found an answer: their best optimum has its flag and is at most `contending` nats below it, which
/// is what densities are worth that are looked for when all searches have ended. \param unmixing  H of the answer's
/// standardised scores \param value     its penalised log likelihood, in the searches' units
[[nodiscard]] int searches_agreeing(std::span<NoiseSearch const> searches, Matrix const& unmixing, double value,
                                    double degrees);

/// Whether as many searches again are worth doing: where only one of several has found the best optimum, another may
/// have been found by none.
[[nodiscard]] bool needs_more_searches(std::span<NoiseSearch const> searches, double degrees = same_flag_degrees);

[[nodiscard]] NoiseSearch search_noise_aware(NoiseData const& data, std::span<std::string const> names,
                                             JointOptions const& options);

/// What fits of candidate orders start from: the rows of the components of a span.
struct NoiseOrders
{
    NoiseData data;
    FactorSpan span; ///< the first that an estimate with these options can make
};
[[nodiscard]] NoiseOrders noise_orders(std::span<Matrix const> scores, std::span<std::string const> names,
                                       JointOptions const& options);

/// Noise-aware fits of the candidate orders `first` .. `last` - 1, as fit_order_range of joint_estimator.hpp.
[[nodiscard]] std::vector<FittedOrder> fit_order_range(NoiseOrders const& orders, std::int64_t first,
                                                       std::int64_t last);

/// What the criteria of noise-aware fits depend on: they have the parameters of released span fits.
[[nodiscard]] ModelSize model_size(NoiseData const& data, Index factors, DensityFamily density);

/// A noise-aware fit in the terms of the span likelihood, in score units (as_joint_parameters).
[[nodiscard]] JointFit as_joint_fit(NoiseData const& data, NoiseFit const& fit);

/// H of a noise-aware fit in score units, as all flags that are shown.
[[nodiscard]] Matrix shown_flag(NoiseData const& data, NoiseFit const& fit);

/// What of a search an estimate needs, as it travels between ranks: all but the spans.
[[nodiscard]] Bytes write_noise_search(NoiseSearch const& search);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] NoiseSearch read_noise_search(std::span<std::byte const> message);
/// Of several messages; empty ones, of searches that failed, are left out. \throws InvalidInput  the same
[[nodiscard]] std::vector<NoiseSearch> read_noise_searches(std::span<Bytes const> messages);

/// A noise-aware fit with its flag, which keeps the anchors of the data whatever the start. Nothing where the
/// likelihood is not finite at the start, or a span has been lost.
[[nodiscard]] std::optional<NoiseOptimum> try_noise_fit(NoiseData const& data, NoiseParameters const& start);

} // namespace exahca
