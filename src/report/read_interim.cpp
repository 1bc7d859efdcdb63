#include "read_interim.hpp"

#include "exahca/core/error.hpp"
#include "exahca/search/order_search.hpp"
#include "text.hpp"

#include <fmt/format.h>

namespace exahca {
namespace {

std::string objective_words(std::string const& objective)
{
    if (objective == "mic") return "the lowest MIC";
    return objective == "mean" ? "the lowest mean inexactness" : "the lowest weighted mean inexactness";
}

} // namespace

std::string not_computed_text(DataGroup const& results, std::string const& setting)
{
    std::string text = "not computed yet";
    auto const* group = results.find_group("interim/" + setting);
    if (group == nullptr) return text;
    auto const &objectives = group->strings("objective"), &labels = group->strings("label");
    auto const outcomes = group->integers("search_outcome");
    auto const &values = group->doubles("value"), &bounds = group->doubles("lower_bound");
    auto const count = objectives.size();
    if (outcomes.size() != count || values.size() != count || bounds.size() != count || count == 0 ||
        labels.size() % count != 0)
        throw InvalidInput("the tables of interim searches do not fit together");
    auto const factors = labels.size() / count;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> const names(labels.begin() + static_cast<std::ptrdiff_t>(i * factors),
                                             labels.begin() + static_cast<std::ptrdiff_t>((i + 1) * factors));
        bool const named = factors > 0 && !names.front().empty();
        bool const proven = outcomes[i] == static_cast<std::int64_t>(SearchOutcome::optimum_proven);
        bool const stopped = outcomes[i] == static_cast<std::int64_t>(SearchOutcome::stopped);
        text += fmt::format("; the search for {} {} {}{}, {}", objective_words(objectives[i]),
                            stopped ? "was stopped with" : "ended at", plain_number(values[i], 6),
                            named ? fmt::format(" ({})", chain_text(names)) : "",
                            proven ? "proven"
                                   : fmt::format("not proven: no order is below {}", plain_number(bounds[i], 6)));
    }
    return text + "; --resume computes this setting anew";
}

} // namespace exahca
