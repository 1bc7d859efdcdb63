#include "io/excluded_models.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/name_pattern.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca::io {

bool ExcludedModels::take(std::string_view model)
{
    constexpr std::size_t most_named = 5;
    bool is_excluded = false;
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (names_[i] == model || (is_name_pattern(names_[i]) && fits_pattern(model, names_[i])))
            is_excluded = fits_[i] = true;
    if (!is_excluded) return false;
    bool const is_known = std::find(first_.begin(), first_.end(), model) != first_.end();
    if (!is_known && first_.size() < most_named) first_.emplace_back(model);
    ++count_;
    return true;
}

void ExcludedModels::finish(std::string const& file, std::vector<std::string>& notes) const
{
    if (auto const unused = std::find(fits_.begin(), fits_.end(), false); unused != fits_.end())
        throw InvalidInput(
            fmt::format("{} has no model \"{}\"", file, names_[static_cast<std::size_t>(unused - fits_.begin())]), {},
            "give --exclude-models names, or patterns of names, that there are");
    if (count_ == 0) return;
    notes.push_back(fmt::format("left out by --exclude-models: {} row{} ({}{})", count_, count_ == 1 ? "" : "s",
                                join_names(first_, ", "), count_ > first_.size() ? ", ..." : ""));
}

} // namespace exahca::io
