#include "exahca/estimate/analysed_rows.hpp"

#include "exahca/estimate/analyser.hpp"
#include "exahca/model/screening.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {

bool needs_complete_rows(Setting const& setting) { return analyser_of(setting).needs_complete_rows(setting); }

std::vector<std::int64_t> usable_rows(Setting const& setting, Matrix const& scores)
{
    if (needs_complete_rows(setting)) return complete_rows(scores);
    std::vector<std::int64_t> rows;
    for (Index i = 0; i < scores.rows(); ++i)
        if (!scores.row(i).array().isNaN().all()) rows.push_back(i);
    return rows;
}

std::vector<std::int64_t> analysed_rows(Setting const& setting, Matrix const& scores)
{
    auto const usable = usable_rows(setting, scores);
    if (!is_screening(setting) || usable.empty()) return usable;
    bool const all = std::ssize(usable) == scores.rows();
    Matrix const judged = all ? scores : gather_rows(scores, usable);
    auto rows = setting.screening == Screening::fit ? rows_that_fit(judged) : rows_that_pass(judged, setting.screen);
    for (auto& row : rows) row = usable[static_cast<std::size_t>(row)];
    return rows;
}

std::string unused_rows_text(Setting const& setting, std::vector<Matrix> const& scores)
{
    std::vector<std::string> parts;
    for (std::size_t k = 0; k < scores.size(); ++k) {
        auto const usable = std::ssize(usable_rows(setting, scores[k]));
        if (usable < scores[k].rows())
            parts.push_back(fmt::format("{} of {} of {}", usable, scores[k].rows(), setting.domains[k]));
    }
    if (parts.empty()) return {};
    return fmt::format("only models without a missing score are used: {}", fmt::join(parts, ", "));
}

} // namespace exahca
