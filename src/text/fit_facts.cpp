#include "exahca/text/fit_facts.hpp"

#include "exahca/core/listing.hpp"
#include "fit_notes.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {

FitFacts fit_facts(StoredModel const& model, CapabilityNames const& capabilities)
{
    FitFacts facts{model.name, {}, model.drifts.size(), model.decided, model.benchmarks, model.setting.domains, {}};
    for (Index const label : model.labels) {
        FactorSummary factor;
        factor.benchmark = model.benchmarks[static_cast<std::size_t>(label)];
        factor.capability = capabilities.of(factor.benchmark);
        facts.factors.push_back(std::move(factor));
    }
    for (Index const j : model.at_bound) {
        if (std::find(model.labels.begin(), model.labels.end(), j) == model.labels.end()) continue;
        facts.at_bound.push_back(model.benchmarks[static_cast<std::size_t>(j)]);
    }
    return facts;
}

std::string fit_notes(FitFacts const& fit)
{
    std::string notes =
        fit.resamples > 0
            ? fmt::format("The intervals include the error of the fitted noise, and those of capabilities the spread "
                          "of {} resamples with the same answer, too.",
                          fit.resamples)
            : fmt::format("The intervals include the error of the fitted noise; those of capabilities include that of "
                          "the rest of the fit, too, if {} or more resamples have this answer (exahca search "
                          "--bootstrap).",
                          fewest_drifts);
    if (!fit.at_bound.empty())
        notes += fmt::format(
            " According to the fit, {} measured with next to no noise (exahca show): intervals of capabilities named "
            "after {} may be too narrow. Numbers of items would remedy that: exahca import --items.",
            listed(fit.at_bound) + (fit.at_bound.size() == 1 ? " is" : " are"),
            fit.at_bound.size() == 1 ? "it" : "them");
    if (!fit.decided)
        notes += " These data do not decide between this answer and others (exahca show), which would have other "
                 "capabilities.";
    return notes;
}

} // namespace exahca
