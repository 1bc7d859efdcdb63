#include "exahca/text/text.hpp"

#include <fmt/format.h>

namespace exahca {

std::string factor_title(FactorSummary const& factor)
{
    return factor.capability.empty() ? factor.benchmark : fmt::format("{} ({})", factor.capability, factor.benchmark);
}

std::string direction_text(SettingSummary const& setting)
{
    std::vector<std::string> parts;
    for (auto const& factor : setting.factors_found) parts.push_back(factor_title(factor));
    return chain_text(parts);
}

} // namespace exahca
