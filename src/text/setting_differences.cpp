#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

namespace exahca {
namespace {

/// As it is stored; empty in results of before and of estimators that know no items.
std::string item_share(SettingSummary const& setting)
{
    for (auto const& [name, value] : setting.parameters)
        if (auto const* share = std::get_if<double>(&value); share && name == "item_share")
            return *share < 0 ? std::string("as stored") : fmt::format("{}", *share);
    return {};
}

/// Whether settings of a kind differ in what `of` reads; those without an answer may lack it.
template <class Of>
bool differ(Summary const& summary, Of const& of)
{
    std::set<std::string> values;
    for (auto const& setting : summary.settings)
        if (setting.failure.empty() || setting.has_answer()) values.insert(of(setting));
    return values.size() > 1;
}

} // namespace

std::string domain_names(SettingSummary const& setting)
{
    std::string names;
    for (auto const& domain : setting.domains) names += (names.empty() ? "" : ", ") + domain.name;
    return names;
}

std::string screening_text(SettingSummary const& setting)
{
    if (setting.screens_by_fit) return "auto";
    return setting.screen > 0 ? fmt::format("{}", setting.screen) : "off";
}

SettingDifferences::SettingDifferences(Summary const& summary)
    : domains_(differ(summary, domain_names)), screening_(differ(summary, screening_text)),
      item_share_(differ(summary, item_share))
{
    std::map<std::string, std::set<std::string>> variants;
    for (auto const& setting : summary.settings)
        if (setting.failure.empty() || setting.has_answer()) variants[setting.estimator].insert(setting.variant);
    for (auto const& [estimator, values] : variants) variant_[estimator] = values.size() > 1;
}

std::vector<std::string> SettingDifferences::parts(SettingSummary const& setting) const
{
    std::vector<std::string> parts;
    if (domains_ && !setting.domains.empty()) parts.push_back(domain_names(setting));
    auto const variant = variant_.find(setting.estimator);
    if (variant != variant_.end() && variant->second) parts.push_back(setting.variant);
    if (item_share_) parts.push_back("share of item noise " + item_share(setting));
    if (screening_) parts.push_back("screening " + screening_text(setting));
    return parts;
}

std::string SettingDifferences::of(SettingSummary const& setting) const
{
    auto const differences = parts(setting);
    return differences.empty() ? setting.name : fmt::format("{}", fmt::join(differences, "; "));
}

std::string SettingDifferences::label(SettingSummary const& setting) const
{
    auto label = fmt::format("{}, {}", setting.estimator, counted(setting.factors, "factor", "factors"));
    for (auto const& part : parts(setting)) label += "; " + part;
    return label;
}

} // namespace exahca
