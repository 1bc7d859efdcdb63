#include "exahca/core/error.hpp"
#include "exahca/io/results_import.hpp"
#include "io/json_every_eval.hpp"
#include "io/json_harness.hpp"
#include "io/parse_json.hpp"
#include "io/result_findings.hpp"
#include "io/text_source.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace exahca {
namespace {

using Json = nlohmann::json;

/// Results of files of both kinds.
class Collector
{
public:
    Collector(std::string const& preferred, CsvImportOptions const& options)
        : findings_(options), harness_(preferred, options.score_columns, findings_)
    {
    }

    /// \returns whether the file is of a known kind
    bool add(Json const& content, std::string const& file)
    {
        if (!content.is_array()) return add_object(content, file);
        bool known = false;
        for (auto const& one : content) known = add_object(one, file) || known;
        return known;
    }

    CsvImportResult finish(std::string const& name)
    {
        CsvImportResult result;
        result.has_domain_column = false;
        if (harness_files_ > 0)
            result.notes.push_back(fmt::format("files of lm-evaluation-harness: {}", harness_files_));
        if (every_eval_files_ > 0)
            result.notes.push_back(fmt::format("files of Every Eval Ever: {}", every_eval_files_));
        harness_.add_notes(result.notes);
        findings_.finish(result, name);
        return result;
    }

private:
    bool add_object(Json const& content, std::string const& file)
    {
        bool const is_every_eval = io::take_every_eval(content, file, findings_);
        bool const is_harness = !is_every_eval && harness_.take(content, file);
        every_eval_files_ += is_every_eval ? 1 : 0;
        harness_files_ += is_harness ? 1 : 0;
        return is_every_eval || is_harness;
    }

    io::ResultFindings findings_;
    io::HarnessResults harness_;
    std::int64_t harness_files_ = 0, every_eval_files_ = 0;
};

Json parse(std::string text, std::string const& file)
{
    return io::parse_json<Json>(std::move(text), file, "export it again, or leave it out");
}

[[noreturn]] void refuse_kind(std::string const& name)
{
    throw InvalidInput(
        fmt::format("{} holds no results of a known kind", name),
        "known are lm-evaluation-harness and Every Eval Ever, and of tables an array of rows, "
        "[{\"model\": \"a\", \"IFEval\": 45.1}, ...], rows by name, {\"a\": {\"IFEval\": 45.1}, ...}, and "
        "an object with one of these",
        "write a table of the scores, and import that");
}

std::vector<std::string> json_files(std::string const& folder)
{
    std::vector<std::string> files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator next(folder, error), end; next != end; next.increment(error)) {
        if (error) break;
        if (next->is_regular_file(error) && next->path().extension() == ".json") files.push_back(next->path().string());
    }
    if (error) throw InvalidInput(fmt::format("{} cannot be read", folder), error.message(), "check its permissions");
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

CsvImportResult import_results(std::string const& path, std::string const& metric, CsvImportOptions const& options)
{
    std::error_code error;
    bool const is_folder = std::filesystem::is_directory(path, error);
    auto const files = is_folder ? json_files(path) : std::vector{path};
    Collector collector(metric, options);
    std::int64_t others = 0, known = 0;
    for (auto const& file : files) {
        auto const source = io::open_text(file);
        (collector.add(parse(io::read_all(*source), file), file) ? known : others) += 1;
    }
    if (known == 0) refuse_kind(path);
    auto result = collector.finish(path);
    if (others > 0) result.notes.push_back(fmt::format("JSON files of other kinds, left out: {}", others));
    return result;
}

CsvImportResult import_results_text(std::string_view content, std::string const& name, std::string const& metric,
                                    CsvImportOptions const& options)
{
    Collector collector(metric, options);
    if (!collector.add(parse(std::string(content), name), name)) refuse_kind(name);
    return collector.finish(name);
}

} // namespace exahca
