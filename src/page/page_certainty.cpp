#include "page.hpp"

#include "exahca/estimate/influence.hpp"
#include "exahca/model/near_duplicates.hpp"
#include "exahca/read/words.hpp"
#include "exahca/text/story.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace exahca {
namespace {

/// As a reader who does not see colours can tell them apart, too.
std::string mark(AgreementSummary const& agreement, int agrees)
{
    auto const text = agreement_mark(agreement, agrees);
    if (text == "-") return "–";
    return fmt::format("{}\u00A0{}", text == "same" ? "✓" : "✗", text == "OTHER" ? "other" : text);
}

std::string what_is_left_out(InfluenceCaseSummary const& one)
{
    if (one.exclusion == to_string(Exclusion::domain)) return "base model " + one.domain;
    if (one.exclusion == to_string(Exclusion::below))
        return fmt::format("totals below {} of their base model's median", one.amount);
    if (one.exclusion == to_string(Exclusion::lowest)) return "the lowest totals";
    if (one.exclusion == to_string(Exclusion::farthest)) return "those farthest from their base model's mean";
    if (one.exclusion == to_string(Exclusion::near_duplicates))
        return fmt::format("near duplicates, within {} standard deviations of another", near_duplicate_distance);
    return one.exclusion;
}

/// Groups of models are summed up in the sentences: there may be hundreds.
bool has_a_row(InfluenceCaseSummary const& one)
{
    return one.exclusion != to_string(Exclusion::nothing) && one.exclusion != to_string(Exclusion::group);
}

std::string widest(InfluenceCaseSummary const& one)
{
    double angle = std::nan("");
    for (double const next : one.angles)
        if (std::isfinite(next) && !(next <= angle)) angle = next;
    return std::isfinite(angle) ? degrees_text(angle) : "";
}

} // namespace

void write_statements(Page& page, std::vector<Statement> const& statements)
{
    std::vector<std::pair<std::string, std::string>> items;
    for (auto const& statement : statements)
        if (statement.topic == Topic::the_same && !items.empty())
            items.back().second += " " + statement.text;
        else
            items.emplace_back(topic_name(statement.topic), statement.text);
    if (!items.empty()) page.definitions(items);
}

void write_across(Page& page, Summary const& summary)
{
    if (!summary.across) return;
    auto const& across = *summary.across;
    page.heading(2, "What holds in every setting", "across");
    write_statements(page, story_across(summary));
    SettingDifferences const differences(summary);
    std::map<std::string, std::size_t> positions;
    for (std::size_t s = 0; s < summary.settings.size(); ++s) positions.emplace(summary.settings[s].name, s);
    PageTable table{agreement_caption(across) + ".", {"", "setting", "first factor"}, {}, 0};
    for (std::size_t j = 1; j < across.levels.size(); ++j) table.head.push_back(fmt::format("first {}", j + 1));
    table.head.insert(table.head.end(), {"whole order", "direction by benchmark"});
    for (std::size_t s = 0; s < across.settings.size(); ++s) {
        auto const position = positions.at(across.settings[s]);
        std::vector<std::string> row{fmt::format("{}", position + 1), differences.label(summary.settings[position])};
        for (std::size_t j = 0; j < across.levels.size(); ++j)
            row.push_back(mark(across.levels[j], across.level_agrees[s][j]));
        row.push_back(mark(across.order, across.order_agrees[s]));
        row.push_back(chain_text(named(across.labels[s])));
        table.rows.push_back(std::move(row));
    }
    table.first_number = table.head.size();
    page.table(table);
}

void write_influence(Page& page, SettingSummary const& setting)
{
    if (!setting.influence) return;
    auto const& influence = *setting.influence;
    page.heading(3, "Which models decide the answer");
    write_statements(page, influence_statements(setting));
    PageTable table{fmt::format("The analysis repeated without some of the {} models.", grouped(influence.models)),
                    {"left out", fmt::format("{} then", answer_noun(setting)), std::string(answer_noun(setting)),
                     "models", "largest angle"},
                    {},
                    3};
    for (auto const& one : influence.cases)
        if (has_a_row(one))
            table.rows.push_back({what_is_left_out(one), one.analysed ? chain_text(one.labels) : "not analysed",
                                  !one.analysed ? ""
                                  : one.changes ? "✗ other"
                                                : "✓ same",
                                  grouped(one.left_out), widest(one)});
    page.table(table);
    if (influence.deciding_models.empty()) return;
    constexpr std::size_t most = 20;
    auto const count = influence.deciding_models.size();
    PageTable models{fmt::format("The models that decide it{}; their total as a share of their base model's median.",
                                 count > most ? fmt::format(", {} of {}", most, count) : ""),
                     {"model", "base model", "total"},
                     {},
                     2};
    for (std::size_t i = 0; i < std::min(most, count); ++i) {
        auto const& model = influence.deciding_models[i];
        models.rows.push_back({model.name, model.domain, plain_number(model.relative_total, 2)});
    }
    page.table(models);
}

} // namespace exahca
