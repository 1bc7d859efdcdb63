#include "read_interim.hpp"

#include "exahca/core/error.hpp"
#include "exahca/read/words.hpp"
#include "exahca/search/order_search.hpp"

#include <fmt/format.h>

namespace exahca {
namespace {

std::string objective_words(std::string const& objective)
{
    if (objective == "mic") return "the maximum inexactness coefficient of the base models (MIC)";
    return objective == "mean" ? "the mean inexactness of the base models"
                               : "the mean inexactness of the base models, weighted by their models";
}

} // namespace

std::string not_computed_text(DataGroup const& results, std::string const& setting)
{
    std::string text = "not computed yet: the run is under way, or was stopped before";
    std::string const remedy = "The same command with --resume computes this setting from the beginning";
    auto const* group = results.find_group("interim/" + setting);
    if (group == nullptr) return fmt::format("{}. {}", text, remedy);
    auto const &objectives = group->strings("objective"), &labels = group->strings("label");
    auto const outcomes = group->integers("search_outcome");
    auto const &values = group->doubles("value"), &bounds = group->doubles("lower_bound");
    auto const count = objectives.size();
    if (outcomes.size() != count || values.size() != count || bounds.size() != count || count == 0 ||
        labels.size() % count != 0)
        throw InvalidInput("the tables of interim searches do not fit together");
    auto const factors = labels.size() / count;
    text += ". Its search for orders had got this far, which is not yet an answer (0 is a perfect fit)";
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> const names(labels.begin() + static_cast<std::ptrdiff_t>(i * factors),
                                             labels.begin() + static_cast<std::ptrdiff_t>((i + 1) * factors));
        bool const named = factors > 0 && !names.front().empty();
        bool const proven = outcomes[i] == static_cast<std::int64_t>(SearchOutcome::optimum_proven);
        bool const stopped = outcomes[i] == static_cast<std::int64_t>(SearchOutcome::stopped);
        text += fmt::format("{} by {} the best order{} has {}, {}", i == 0 ? ":" : ";", objective_words(objectives[i]),
                            named ? " " + chain_text(names) : "", plain_number(values[i], 6),
                            proven ? "proven to be the lowest"
                                   : fmt::format("{}, and {}",
                                                 stopped ? "when it was stopped" : "when it reached its limit",
                                                 bounds[i] > 0 ? "no order is below " + plain_number(bounds[i], 6)
                                                               : std::string("no bound has been proven yet")));
    }
    return fmt::format("{}. {}", text, remedy);
}

} // namespace exahca
