#include "data_sentences.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/data_check.hpp"
#include "exahca/model/nearly_constant.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {

Index own_parameters(Setting const& setting, Index benchmarks)
{
    return analyser_of(setting).own_parameters(setting, benchmarks);
}

std::vector<std::string> column_warnings(Setting const& setting, std::span<Domain const> domains,
                                         std::span<std::string const> benchmarks)
{
    Sentences all;
    for (auto const& located : join_domains(find_column_defects(domains)))
        all.add(harm_text(located.defect, describe(located, benchmarks), is_aware(setting)));
    if (setting.estimator != Estimator::given) {
        auto const own = own_parameters(setting, std::ssize(benchmarks));
        std::vector<std::string> few;
        for (auto const& domain : domains)
            if (domain.scores.rows() < 2 * own)
                few.push_back(fmt::format("{} {}", listed_name(domain.name), domain.scores.rows()));
        if (!few.empty()) all.add(few_text(to_string(setting.estimator), setting.factors, own, few));
    }
    std::vector<std::vector<Index>> hardly;
    for (auto const& domain : domains) hardly.push_back(hardly_varying(domain.scores));
    for (auto const& domain : domains)
        for (auto const& column : find_nearly_constant(domain.scores))
            all.add(describe(column, benchmarks, domain.name));
    for (std::size_t k = 0; k < hardly.size(); ++k)
        for (auto const column : hardly[k]) {
            bool const everywhere = std::all_of(hardly.begin(), hardly.end(), [&](auto const& columns) {
                return std::find(columns.begin(), columns.end(), column) != columns.end();
            });
            all.add(hardly_text(benchmarks[static_cast<std::size_t>(column)],
                                everywhere ? std::string{} : domains[k].name));
        }
    Index rows = 0;
    for (auto const& domain : domains) rows += domain.scores.rows();
    Matrix scores(rows, std::ssize(benchmarks));
    Index next = 0;
    for (auto const& domain : domains) {
        scores.middleRows(next, domain.scores.rows()) = domain.scores;
        next += domain.scores.rows();
    }
    std::vector<Domain const*> each;
    for (auto const& domain : domains) each.push_back(&domain);
    for (auto& unit : unit_texts(each, benchmarks)) all.add(std::move(unit.text));
    if (auto text = scales_text(setting, group_by_scale(scores), benchmarks); !text.empty()) all.add(std::move(text));
    return all.all();
}

} // namespace exahca
