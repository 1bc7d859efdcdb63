#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// Runs of more settings than these are told as a whole first, with the details of the best alone.
inline constexpr std::size_t most_told_settings = 12;

/// Settings whose MICs may be compared: see rank_by_kind.
struct SettingFamily
{
    std::string estimator;
    int factors = 0;
    std::int64_t base_models = 0;
    std::vector<std::size_t> ranked;   ///< positions among Summary::settings by rising MIC
    std::size_t good = 0;              ///< how many at the head of `ranked` count as good: see good_share
    std::array<double, 7> quantiles{}; ///< MIC at quantile_shares
};

/// The share of a family that counts as good, but no fewer settings than least_good where there are as many.
inline constexpr double good_share = 0.05;
inline constexpr std::size_t least_good = 10;
inline constexpr std::array<double, 7> quantile_shares{0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};

/// Settings that give one conclusion, of those that can: among all, and among the good ones.
struct OverviewCount
{
    std::int64_t agreeing = 0, compared = 0;
    std::int64_t good_agreeing = 0, good_compared = 0;
};

/// An order by the benchmarks that name its factors, and how many settings give it.
struct NamedOrderCount
{
    std::vector<std::string> labels;
    std::int64_t settings = 0, good = 0;
};

/// How often base models occur in the settings of a family, and in its good ones. No entries where all settings have
/// the same base models.
struct BaseModelMap
{
    std::size_t family = 0;
    std::vector<std::int64_t> held, good_held;   ///< settings with the base model, by Overview::base_models
    std::vector<std::int64_t> pairs, good_pairs; ///< with both: base model x base model
    std::int64_t settings = 0, good = 0;         ///< in all

    /// Share of the good settings with both base models, over that of all settings; NaN where none has both. With a
    /// base model itself: with that one.
    [[nodiscard]] double lift(std::size_t one, std::size_t other) const;
};

/// What many settings say together.
struct Overview
{
    std::int64_t asked = 0, answered = 0, settled = 0, resampled = 0;
    std::vector<SettingFamily> families; ///< by estimator, factors, base models; those with an answer
    /// All of `families`: see in_turn.
    std::vector<std::size_t> ranked;
    /// Of the answer that most settings give: the one of `leader`. It is looked for among leader_candidates settings
    /// spread evenly over all, and compared with every setting.
    std::size_t leader = 0;
    std::vector<OverviewCount> levels; ///< entry j - 1: span of the first j factors, to within same_flag_degrees
    OverviewCount order;               ///< at every level that both have
    std::vector<NamedOrderCount> named_orders; ///< the most frequent first
    std::vector<std::string> base_models;      ///< of all settings, sorted
    std::vector<BaseModelMap> maps;
};

inline constexpr std::size_t leader_candidates = 64;

struct Summary;
struct Statement;

/// \pre some setting has an answer
[[nodiscard]] Overview overview_of(Summary const& summary);

/// The same in sentences. \pre summary.overview
[[nodiscard]] std::vector<Statement> overview_story(Summary const& summary);

/// The summary of one setting alone, with its failures: what is told of it when nothing else is.
[[nodiscard]] Summary only(Summary const& summary, std::size_t setting);

/// The position of the setting with this name, or with this number, from 1, among those of the file.
/// \throws UsageError  when there is none
[[nodiscard]] std::size_t find_setting(Summary const& summary, std::string const& name_or_number);

} // namespace exahca
