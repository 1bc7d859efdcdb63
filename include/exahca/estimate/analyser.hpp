#pragma once

#include "exahca/core/activity.hpp"
#include "exahca/estimate/analysis_request.hpp"
#include "exahca/estimate/contender.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/estimate/replicate_kind.hpp"
#include "exahca/search/order_search.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace exahca {

/// How the fields of records that all estimators have are described for one of them.
struct AnalyserWords
{
    std::string_view units;            ///< of `objective`, `next_objective` and `lead`
    std::string_view objective;        ///< what was minimised
    std::string_view next_objective;   ///< of the order that comes next
    std::string_view mean_inexactness; ///< how domains are weighted in it
    std::string_view search;           ///< what the search in a replicate looked for
};

/// What an estimator does with data, what it stores, and what running it takes: one class for each Estimator.
///
/// Stateless and shared by all threads. Settings given to it name its estimator.
class Analyser
{
public:
    virtual ~Analyser() = default;

    /// Analyses the data as they are.
    /// \param data     observed_data(setting, dataset)
    /// \param dataset  they were taken from
    /// \param more_orders  ranks of further candidate orders to start from, where there is a landscape
    /// \param known  result of a search for orders that the ranks shared; null otherwise
    /// \param activity  is told what is going on
    /// \throws NumericalFailure, InvalidInput  when the data do not allow it
    [[nodiscard]] virtual AnalysisRecord estimate(AnalysisRequest const& request, ReplicateData const& data,
                                                  Dataset const& dataset, std::span<std::int64_t const> more_orders,
                                                  SearchResult const* known, Activity& activity) const = 0;
    /// Analyses a replicate and reads it under the labels of the setting's estimate.
    [[nodiscard]] virtual AnalysisRecord replicate(AnalysisRequest const& request, ReplicateData const& data,
                                                   RecordView const& estimate) const = 0;
    /// The best orders of any data. \param request  its layout does not matter
    [[nodiscard]] virtual Contenders contenders(AnalysisRequest const& request, ReplicateData const& data) const = 0;

    [[nodiscard]] virtual AnalyserWords const& words() const = 0;
    /// The contrast or density of the setting; empty where it has none.
    [[nodiscard]] virtual std::string_view variant(Setting const& setting) const = 0;
    /// Whether orders have a likelihood, which is stored beside their inexactness.
    [[nodiscard]] virtual bool has_likelihood() const { return false; }
    /// Whether ICA is restarted, and the optima that it met are counted.
    [[nodiscard]] virtual bool restarts_ica() const { return false; }
    /// Adds what only this estimator stores of an estimate.
    virtual void add_estimate_fields(RecordLayout&, Setting const&, std::int64_t /*benchmarks*/) const {}

    /// Whether a model with a missing score cannot be used.
    [[nodiscard]] virtual bool needs_complete_rows(Setting const&) const { return true; }
    /// Parameters that one domain adds to the model: those that only its own models can determine.
    [[nodiscard]] virtual Index own_parameters(Setting const& setting, Index benchmarks) const = 0;

    /// Whether candidate orders are fitted one by one before the estimate (ReplicateKind::landscape).
    [[nodiscard]] virtual bool has_landscape(Setting const&) const { return false; }
    /// Whether all ranks search the orders of an estimate together.
    [[nodiscard]] virtual bool shares_search(Setting const&) const { return false; }
    /// Whether ranks can do an estimate in pieces (estimate_pieces.hpp).
    [[nodiscard]] virtual bool has_pieces(Setting const&) const { return false; }
    /// A rough guess of what a task costs on one core; only ratios matter, before anything was measured.
    [[nodiscard]] virtual double guessed_seconds(Setting const& setting, ReplicateKind kind) const = 0;
};

[[nodiscard]] Analyser const& published_analyser();
[[nodiscard]] Analyser const& joint_analyser();
/// Orders of matrices that were given: no scores are analysed, and whoever asks for it has made a mistake.
[[nodiscard]] Analyser const& given_analyser();

/// The analyser of the setting's estimator.
[[nodiscard]] Analyser const& analyser_of(Setting const& setting);

} // namespace exahca
