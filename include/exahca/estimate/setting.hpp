#pragma once

#include "exahca/model/noise_model.hpp"
#include "exahca/model/order_problem.hpp"
#include "exahca/numerics/contrast.hpp"
#include "exahca/numerics/density.hpp"
#include "exahca/search/order_search.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// method.md, section 2.
enum class Estimator {
    published, ///< FastICA in every domain, orders by inexactness
    joint,     ///< joint maximum likelihood
    given,     ///< unmixing matrices of the user's own: orders by inexactness, nothing else
};

/// How models are left out before an analysis.
enum class Screening {
    share, ///< those below a share of their domain's median total; none with a share of 0
    fit,   ///< those that stand out towards low scores, whatever the units (rows_that_fit)
};

/// Effort of the search of one estimate, in tuples (SearchResult::effort): some ten minutes of one core.
inline constexpr std::int64_t usual_search_tuples = 6'000'000'000;

/// Setting::item_share where every benchmark has a share of its own.
inline constexpr double stored_item_share = -1;

/// An order is identified by what differs between domains. One alone fits every order of its factors exactly, since any
/// matrix is a triangular one times orthonormal rows (method.md, section 1).
inline constexpr std::size_t fewest_domains = 2;

/// Every hyperparameter of one analysis. A setting and a replicate make one task.
///
/// What a setting is, is its content: two settings are the same when all fields that their estimator uses are equal
/// (compare_content). A new member needs an entry in setting_fields (setting_fields.hpp), which the build checks: from
/// there it is compared, named, sent to other ranks, stored and read.
struct Setting
{
    std::vector<std::string> domains; ///< names of base models, K >= 1, none empty, in the user's order
    int factors = 3;                  ///< m, 1 .. number of benchmarks
    Estimator estimator = Estimator::joint;
    double screen = 0; ///< rows below this share of their domain's median total are dropped; 0: off (section 5)
    Screening screening = Screening::share; ///< with `fit` the share is 0

    // Estimator published.
    Contrast contrast = Contrast::logcosh;
    double tolerance = 1e-12; ///< FastICA stops when 1 - |<w, w_new>| of every component is below this
    int restarts = 20;        ///< random starts of FastICA for the estimate; replicates use one
    Objective objective = Objective::mic;

    // Estimator joint.
    DensityFamily density = DensityFamily::mog3; ///< one that a user may choose: extended, sas, mog2, mog3
    NoiseModel noise = NoiseModel::span; ///< likelihood; aware needs mog2 or mog3, and fewer factors than benchmarks
    /// Share of the benchmarks' binomial variance that is noise (item_noise.hpp), 0 to 1, with the likelihood `aware`;
    /// 0: numbers of items are not used. stored_item_share: each benchmark's own, as the scores come with it
    double item_share = 0;
    /// Score units by which missing scores are taken to differ from what the model predicts, in a second estimate that
    /// shows what depends on it, with the likelihood `aware`; 0: there is none
    double missing_shift = 0;
    /// Benchmarks that only the first factors move, with the likelihood `aware` (anchors_text); empty: none
    std::string anchors = {};
    int starts = 12;         ///< starting orders of the joint fit
    bool all_orders = false; ///< fit every candidate order to the data as they are

    int best = 10; ///< how many orders are listed

    // What ends the search for orders of one estimate; see search_limits() for other searches. A limit in tuples gives
    // the same answer on every machine, one in seconds does not. Limits are no content: what is proven does not depend
    // on them.
    std::int64_t search_tuples = usual_search_tuples; ///< 0: no limit, the optimum is proven
    double search_seconds = 0;                        ///< 0: no limit
};

/// Names as they are typed and stored. \throws UsageError  for unknown ones, listing the known
[[nodiscard]] std::string_view to_string(Estimator value);
[[nodiscard]] std::string_view to_string(Objective value);
[[nodiscard]] std::string_view to_string(Screening value);
[[nodiscard]] Estimator parse_estimator(std::string_view text);
[[nodiscard]] Objective parse_objective(std::string_view text);
[[nodiscard]] Screening parse_screening(std::string_view text);
[[nodiscard]] DensityFamily parse_density(std::string_view text);
[[nodiscard]] std::string_view to_string(NoiseModel value);
[[nodiscard]] NoiseModel parse_noise(std::string_view text);

/// Orders settings by content, field by field: those that their estimator uses, limits excepted. Equivalent settings
/// ask for the same analysis. The order itself means nothing; NaN has a place in it, too.
[[nodiscard]] std::weak_ordering compare_content(Setting const& a, Setting const& b);
/// The same as a comparison for sorted containers.
struct LessContent
{
    bool operator()(Setting const& a, Setting const& b) const { return compare_content(a, b) < 0; }
};
/// Whether the limits on the search agree, which are no content.
[[nodiscard]] bool same_limits(Setting const& a, Setting const& b);
/// The setting with every field that its estimator does not use at its default.
[[nodiscard]] Setting without_unused(Setting const& setting);

/// Whether models may be left out, and the same analysis of all of them.
[[nodiscard]] bool is_screening(Setting const& setting);
[[nodiscard]] Setting without_screening(Setting setting);

/// A readable name made from the setting's content alone, usable as the name of an HDF5 group: the same analysis bears
/// the same name in every run. Parts that have their default value are left out.
///
/// Characters of a domain's name that a group's name cannot hold, or that separate names (control characters, '/', '+',
/// '%'), are written as % and two hexadecimal digits. Lists of more than 80 characters are replaced by their length and
/// a digest of 128 bits: a name identifies no setting, and Experiment refuses two settings of one name.
[[nodiscard]] std::string setting_name(Setting const& setting);

/// What a search is for.
enum class SearchUse {
    estimate,  ///< of the data as they are
    replicate, ///< of resampled, simulated or reduced data: one of many
};

/// What ends a search for orders of this setting.
///
/// Searches of an estimate of `published` and `given` get all of `search_tuples`. Those for the starting orders of a
/// joint estimate, whose likelihood has the last word, and those of replicates of `published` get a fiftieth, those for
/// starting orders of joint replicates a five-hundredth. Without a limit (--prove) the latter alone keep theirs.
/// Seconds count for estimates alone, and then in place of the usual number of tuples. The flag is that of this
/// thread's StopScope.
[[nodiscard]] SearchLimits search_limits(Setting const& setting, SearchUse use);

/// \throws UsageError  for values outside their range, naming value and bound
void validate(Setting const& setting, std::int64_t benchmarks);

/// One value of --screen.
struct ScreenChoice
{
    Screening rule = Screening::share;
    double share = 0;
};

/// Lists of values, one setting for each combination (method.md, section 8).
struct SettingGrid
{
    std::vector<std::vector<std::string>> domain_sets;
    std::vector<int> factors{3};
    std::vector<Estimator> estimators{Estimator::joint};
    std::vector<Contrast> contrasts{Contrast::logcosh};
    std::vector<DensityFamily> densities{DensityFamily::mog3};
    std::vector<NoiseModel> noises{NoiseModel::span};
    std::vector<double> item_shares{0}; ///< of noise-aware settings
    std::vector<ScreenChoice> screens;  ///< empty: each estimator's default (joint: fit, published: off)
    Setting common;                     ///< everything else
};

/// Every combination, in the order domain set, factors, estimator, screen, contrast or density, noise, share of item
/// noise; those of equal content once. Noise-aware settings exist for the densities mog2 and mog3; of others the span
/// likelihood is taken. Fields that a setting's estimator does not use have their defaults.
[[nodiscard]] std::vector<Setting> expand(SettingGrid const& grid);

} // namespace exahca
