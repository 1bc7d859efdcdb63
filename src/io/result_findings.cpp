#include "io/result_findings.hpp"

#include "io/entry_table.hpp"
#include "io/excluded_models.hpp"
#include "io/import_finish.hpp"
#include "io/missing_codes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca::io {

void ResultFindings::finish(CsvImportResult& result, std::string const& name)
{
    // The latest last: it counts. Files come in the order of their names.
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](Finding const& a, Finding const& b) { return a.date < b.date; });
    auto const labels = labels_of_tasks();
    take_codes_out(labels, result); // before anything is told by the scores
    EntryTable table;
    auto const scales = scales_of_benchmarks(labels);
    std::set<std::string> converted;
    ExcludedModels excluded(options_.excluded_models);
    for (auto const& finding : findings_) {
        if (excluded.take(finding.model)) continue;
        auto const& label = labels.at({finding.data_set, finding.task});
        auto const model = table.model(finding.model);
        double const factor = factor_of(finding, scales.at(label));
        if (factor != 1) converted.insert(label);
        table.add(model, table.benchmark(label), factor * finding.score);
        table.set_domain(model, domain_of(finding), name);
    }
    if (!converted.empty())
        result.notes.push_back(
            fmt::format("scores from 0 to 1 are stored in per cent: {} benchmarks", converted.size()));
    if (!lower_is_better_.empty())
        result.notes.push_back(fmt::format("warning: lower is better on {}: effects on it have the other sign",
                                           fmt::join(lower_is_better_, ", ")));
    excluded.finish(name, result.notes);
    table.finish(result, options_, Repeated::last, name);
}

/// The task's name, with the data set's before it where several data sets share one.
ResultFindings::Labels ResultFindings::labels_of_tasks() const
{
    std::map<std::string, std::set<std::string>> data_sets;
    for (auto const& finding : findings_) data_sets[finding.task].insert(finding.data_set);
    Labels labels;
    for (auto const& [task, sets] : data_sets)
        for (auto const& set : sets)
            labels[{set, task}] = sets.size() == 1 || set.empty() ? task : fmt::format("{}: {}", set, task);
    return labels;
}

/// Scores that stand for missing ones become such.
void ResultFindings::take_codes_out(Labels const& labels, CsvImportResult& result)
{
    MissingCodes const codes(options_.missing_codes);
    for (auto& finding : findings_) {
        if (!codes.is_code(finding.score) &&
            !is_benchmark_code(options_.benchmark_codes, labels.at({finding.data_set, finding.task}), finding.score))
            continue;
        ++result.missing_texts[fmt::format("{:g}", finding.score)];
        finding.score = std::nan("");
    }
}

std::string ResultFindings::domain_of(Finding const& finding) const
{
    if (!options_.domain_of) return finding.domain;
    return options_.domain_of(
        {finding.model, finding.domain, std::vector<std::string_view>(options_.text_columns.size())});
}

std::map<std::string, ResultFindings::Scale> ResultFindings::scales_of_benchmarks(Labels const& labels) const
{
    std::map<std::string, Scale> scales;
    for (auto const& finding : findings_) {
        auto& scale = scales[labels.at({finding.data_set, finding.task})];
        scale.all_shares = scale.all_shares && finding.is_share && !(finding.score < 0 || finding.score > 1);
        scale.all_ranges = scale.all_ranges && std::isfinite(finding.most);
        if (std::isfinite(finding.most)) scale.ranges.insert(finding.most);
    }
    return scales;
}

/// Shares become per cent; so do results whose ranges differ, each by its own.
double ResultFindings::factor_of(Finding const& finding, Scale const& scale)
{
    if (scale.all_shares) return 100;
    return scale.all_ranges && scale.ranges.size() > 1 ? 100 / finding.most : 1;
}

} // namespace exahca::io
