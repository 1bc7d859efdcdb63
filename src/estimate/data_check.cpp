#include "exahca/estimate/data_check.hpp"

#include "data_sentences.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/column_hints.hpp"
#include "exahca/model/nearly_constant.hpp"
#include "exahca/model/screening.hpp"
#include "exahca/numerics/occupancy.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace exahca {
namespace {

// Share of resamples without a fit from which on the user hears of it.
constexpr double often = 0.01;

/// Models of a base model from which on resamples of too few different models are rare. A covariance of full rank takes
/// d + 1 different ones, since the mean takes one.
Index enough_for_resamples(Index benchmarks)
{
    Index models = fewest_models(benchmarks);
    while (chance_of_few_distinct(models, benchmarks) >= often) ++models;
    return models;
}

/// Looks at every domain and set of domains once, however many settings share them.
class DataCheck
{
public:
    DataCheck(ScoreMatrix const& scores, bool resamples)
        : scores_(scores), benchmarks_(std::ssize(scores.benchmarks)), resamples_(resamples),
          scale_groups_(group_by_scale(scores.scores))
    {
    }

    void look_at(Setting const& setting)
    {
        if (setting.estimator == Estimator::given) return;
        auto const own = own_parameters(setting, benchmarks_);
        std::size_t large_enough = 0;
        for (auto const& name : setting.domains) {
            auto const models = analysed(name, setting).scores.rows();
            auto const text = fmt::format("{} {}{}", listed_name(name), models, conditions_of(name, setting));
            large_enough += static_cast<std::size_t>(models >= fewest_models(benchmarks_));
            if (models < fewest_models(benchmarks_)) {
                too_small_.add(text);
                smallest_ = std::min(smallest_, models);
                for (auto const& defect : find_column_defects(select_domains(scores_, std::vector{name})))
                    if (defect.kind == ColumnDefectKind::absent) {
                        auto absent = defect;
                        absent.domain = name;
                        lacking_.add(describe(absent, scores_.benchmarks));
                    }
            } else {
                if (models < 2 * own) few_[{to_string(setting.estimator), setting.factors, own}].add(text);
                note_singular_resamples(setting, text, models);
            }
        }
        others_remain_ = others_remain_ || (setting.domains.size() > fewest_domains && large_enough >= fewest_domains);
        for (auto const& name : setting.domains) look_at_columns(name, setting);
        for (auto const& name : setting.domains)
            for (auto const& text : nearly_constant_of(name, setting)) hardly_.add(text);
        std::vector<Domain const*> domains;
        for (auto const& name : setting.domains) domains.push_back(&analysed(name, setting));
        for (auto const& [column, domain, text] : unit_texts(domains, scores_.benchmarks))
            if (units_told_.emplace(column, domain).second) scales_.add(text); // other sets say it with other figures
        if (auto text = scales_text(setting, scale_groups_, scores_.benchmarks); !text.empty()) scales_.add(text);
        for (auto const& name : setting.domains)
            for (auto const column : hardly_of(name, setting)) {
                bool const everywhere =
                    std::all_of(setting.domains.begin(), setting.domains.end(), [&](std::string const& other) {
                        auto const& columns = hardly_of(other, setting);
                        return std::find(columns.begin(), columns.end(), column) != columns.end();
                    });
                hardly_.add(hardly_text(scores_.benchmarks[static_cast<std::size_t>(column)],
                                        everywhere ? std::string{} : name));
            }
    }

    void refuse() const
    {
        auto const least = fewest_models(benchmarks_);
        if (!too_small_.all().empty())
            throw UsageError(
                fmt::format("too few models for {} benchmarks: {}", benchmarks_, listed(too_small_.all())),
                fmt::format(
                    "a base model needs at least {}, twice the number of benchmarks; with fewer its covariance, or "
                    "that of a resample, is not of full rank",
                    least),
                fmt::format(
                    "{}{}{}", others_remain_ ? "leave these base models out with --domains or --min-models, or " : "",
                    smallest_ / 2 >= 2 ? fmt::format("import {} benchmarks or fewer with --scores", smallest_ / 2)
                                       : "import scores of more models",
                    lacking_.all().empty() ? std::string() : fmt::format(" ({})", fmt::join(lacking_.all(), "; "))));
        if (!too_flat_.all().empty())
            throw UsageError(
                fmt::format("too few benchmarks vary within a base model: {}", listed(too_flat_.all())),
                "a base model needs one more than there are factors; where a benchmark is constant it says nothing",
                others_remain_ ? "ask for fewer --factors, or leave these base models out with --domains"
                               : "ask for fewer --factors");
        if (!fatal_.all().empty())
            throw UsageError(
                fmt::format("the {}joint likelihood has no maximum on these scores: {}",
                            everywhere_fatal_ ? "" : "exact-score ", fmt::join(fatal_.all(), "; ")),
                "in some direction a base model's scores do not vary",
                fmt::format("{}leave {} out with --exclude of exahca import{}, or use --estimator published",
                            everywhere_fatal_ ? "" : "use --noise aware, ", listed(fatal_columns_.all()),
                            others_remain_ && somewhere_fatal_ ? ", or the base model with --domains" : ""));
    }

    [[nodiscard]] std::vector<std::string> warnings() const
    {
        Sentences all;
        for (auto const aware : {false, true})
            for (auto const& located : join_domains(harmful_[static_cast<std::size_t>(aware)]))
                all.add(harm_text(located.defect, describe(located, scores_.benchmarks), aware));
        for (auto const& sentence : hardly_.all()) all.add(sentence);
        for (auto const& sentence : scales_.all()) all.add(sentence);
        for (auto const& [key, domains] : few_) {
            auto const& [estimator, factors, own] = key;
            all.add(few_text(estimator, factors, own, domains.all()));
        }
        if (!singular_.all().empty())
            all.add(fmt::format("of a small base model some bootstrap resamples have too few different models for {} "
                                "benchmarks, and no fit with exact scores: {} (use --noise aware, or base models of {} "
                                "models or more)",
                                benchmarks_, listed(singular_.all()), enough_for_resamples(benchmarks_)));
        return all.all();
    }

private:
    void look_at_columns(std::string const& name, Setting const& setting)
    {
        auto const& defects = defects_of(name, setting);
        for (auto const& defect : defects) {
            auto const named = placed(defect, name, setting);
            auto const sentence = describe(named, scores_.benchmarks);
            bool const everywhere = is_everywhere_constant(defect, setting);
            if (everywhere) everywhere_fatal_ = true;
            if (everywhere || has_exact_scores(setting)) {
                fatal_.add(sentence);
                fatal_columns_.add(listed_name(scores_.benchmarks[static_cast<std::size_t>(defect.column)]));
                somewhere_fatal_ = somewhere_fatal_ || !named.domain.empty();
            } else {
                note_harm(named, is_aware(setting));
            }
        }
        // m factors and the noise of the benchmarks are told apart from m + 1 benchmarks on.
        auto const varying = benchmarks_ - std::count_if(defects.begin(), defects.end(), stands_still);
        if (is_aware(setting) && varying <= setting.factors)
            too_flat_.add(fmt::format("{} ({} of {} for {} factor{})", listed_name(name), varying, benchmarks_,
                                      setting.factors, setting.factors == 1 ? "" : "s"));
    }

    /// Exact scores of a resample that spans fewer dimensions than there are benchmarks have no likelihood.
    void note_singular_resamples(Setting const& setting, std::string const& counted, Index models)
    {
        if (!resamples_ || !has_exact_scores(setting)) return;
        double const chance = chance_of_few_distinct(models, benchmarks_);
        if (chance >= often) singular_.add(fmt::format("{} ({:.0f} % of the resamples)", counted, 100 * chance));
    }

    /// Each once, however many settings have it.
    void note_harm(ColumnDefect const& defect, bool aware)
    {
        auto& known = harmful_[static_cast<std::size_t>(aware)];
        bool const is_known = std::any_of(known.begin(), known.end(), [&](ColumnDefect const& other) {
            return std::tie(other.kind, other.column, other.others, other.domain) ==
                   std::tie(defect.kind, defect.column, defect.others, defect.domain);
        });
        if (!is_known) known.push_back(defect);
    }

    /// What of a setting decides which models of a domain are analysed.
    using Selection = std::tuple<std::string, double, Screening, bool>;
    static Selection selection_of(std::string const& name, Setting const& setting)
    {
        return {name, setting.screen, setting.screening, needs_complete_rows(setting)};
    }

    /// A domain's models as the setting analyses them.
    Domain const& analysed(std::string const& name, Setting const& setting)
    {
        auto const [found, is_new] = domains_.try_emplace(selection_of(name, setting));
        auto& domain = found->second;
        if (is_new) {
            domain = select_domains(scores_, std::vector{name})[0];
            auto const all = domain.scores.rows();
            missing_[found->first] = all - std::ssize(usable_rows(setting, domain.scores));
            auto const rows = analysed_rows(setting, domain.scores);
            screened_[found->first] = all - missing_[found->first] - std::ssize(rows);
            if (std::ssize(rows) < all) domain.scores = gather_rows(domain.scores, rows);
        }
        return domain;
    }

    /// Which models of a domain are counted, where these are not all.
    std::string conditions_of(std::string const& name, Setting const& setting) const
    {
        std::vector<std::string> conditions;
        if (missing_.at(selection_of(name, setting)) > 0) conditions.emplace_back("without a missing score");
        bool const screened = screened_.at(selection_of(name, setting)) > 0;
        if (screened && setting.screening == Screening::fit) conditions.emplace_back("after --screen auto");
        if (screened && setting.screen > 0) conditions.push_back(fmt::format("after --screen {}", setting.screen));
        return conditions.empty() ? std::string() : fmt::format(" {}", fmt::join(conditions, " and "));
    }

    std::vector<ColumnDefect> const& defects_of(std::string const& name, Setting const& setting)
    {
        auto const [found, is_new] = defects_.try_emplace(selection_of(name, setting));
        if (is_new) {
            found->second = find_column_defects({&analysed(name, setting), 1});
        }
        return found->second;
    }

    std::vector<Index> const& hardly_of(std::string const& name, Setting const& setting)
    {
        auto const [found, is_new] = hardly_varying_.try_emplace(selection_of(name, setting));
        if (is_new) found->second = hardly_varying(analysed(name, setting).scores);
        return found->second;
    }

    std::vector<std::string> const& nearly_constant_of(std::string const& name, Setting const& setting)
    {
        auto const [found, is_new] = nearly_constant_.try_emplace(selection_of(name, setting));
        if (is_new)
            for (auto const& column : find_nearly_constant(analysed(name, setting).scores))
                found->second.push_back(describe(column, scores_.benchmarks, name));
        return found->second;
    }

    /// Such a benchmark has no scale of its own, which noise-aware fits need.
    bool is_everywhere_constant(ColumnDefect const& defect, Setting const& setting)
    {
        if (setting.estimator != Estimator::joint || !stands_still(defect)) return false;
        return std::all_of(setting.domains.begin(), setting.domains.end(), [&](std::string const& domain) {
            auto const& defects = defects_of(domain, setting);
            return std::any_of(defects.begin(), defects.end(), [&](ColumnDefect const& other) {
                return stands_still(other) && other.column == defect.column;
            });
        });
    }

    /// A defect of one domain, or of all when they have it alike. A combination within all domains holds within each of
    /// them, so domains need to be looked at once only, and not each set of a large grid.
    ColumnDefect placed(ColumnDefect defect, std::string const& name, Setting const& setting)
    {
        auto const has_it = [&](std::string const& other) {
            auto const& defects = defects_of(other, setting);
            return std::any_of(defects.begin(), defects.end(), [&](ColumnDefect const& candidate) {
                return candidate.kind == defect.kind && candidate.column == defect.column &&
                       candidate.others == defect.others;
            });
        };
        if (!std::all_of(setting.domains.begin(), setting.domains.end(), has_it)) defect.domain = name;
        return defect;
    }

    ScoreMatrix const& scores_;
    Index benchmarks_;
    bool resamples_;                       ///< bootstrap replicates are asked for
    std::vector<ScaleGroup> scale_groups_; ///< of the whole table, whatever a setting takes of it
    std::map<Selection, Domain> domains_;
    std::map<Selection, Index> missing_; ///< models that cannot be used
    std::map<Selection, Index> screened_;
    std::map<Selection, std::vector<ColumnDefect>> defects_;
    std::map<Selection, std::vector<Index>> hardly_varying_;
    std::map<Selection, std::vector<std::string>> nearly_constant_;
    Index smallest_ = std::numeric_limits<Index>::max(); ///< models of the smallest domain that is too small
    bool others_remain_ = false;                         ///< some setting has base models to spare
    bool everywhere_fatal_ = false;                      ///< some benchmark varies nowhere
    std::set<std::pair<Index, std::string>> units_told_; ///< benchmark and base model
    bool somewhere_fatal_ = false;                       ///< some benchmark does not vary in one base model alone
    Sentences too_small_, lacking_, too_flat_, fatal_, fatal_columns_, hardly_, scales_, singular_;
    std::array<std::vector<ColumnDefect>, 2> harmful_; ///< of settings that are not noise-aware, and of those that are
    std::map<std::tuple<std::string_view, int, Index>, Sentences> few_;
};

} // namespace

std::vector<std::string> check_data(std::span<Setting const> settings, ScoreMatrix const& scores, bool resamples)
{
    DataCheck check(scores, resamples);
    for (auto const& setting : settings) check.look_at(setting);
    check.refuse();
    return check.warnings();
}

} // namespace exahca
