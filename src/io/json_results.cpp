#include "exahca/core/error.hpp"
#include "exahca/core/listing.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/shell_words.hpp"
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

/// A member that is a table, an array of objects.
struct MemberTable
{
    std::string name;
    std::size_t rows = 0;
};

/// The largest first.
std::vector<MemberTable> member_tables(Json const& content)
{
    std::vector<MemberTable> tables;
    if (!content.is_object()) return tables;
    for (auto const& [name, value] : content.items())
        if (value.is_array() && !value.empty() &&
            std::all_of(value.begin(), value.end(), [](Json const& row) { return row.is_object(); }))
            tables.push_back({name, value.size()});
    std::stable_sort(tables.begin(), tables.end(), [](auto const& a, auto const& b) { return a.rows > b.rows; });
    return tables;
}

/// How jq takes a member out: .rows, or '.["all rows"]'.
std::string jq_of_member(std::string const& name)
{
    auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    bool const is_word = !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
    return "jq " + shell_word(is_word ? "." + name : fmt::format(".[{}]", Json(name).dump())) + " FILE > NEW";
}

/// \param content  of the only file
[[noreturn]] void refuse_kind(std::string const& name, Json const& content)
{
    auto const tables = member_tables(content);
    std::vector<std::string> told;
    for (auto const& table : tables) told.push_back(fmt::format("{} ({} rows)", listed_name(table.name), table.rows));
    throw InvalidInput(
        fmt::format("{} holds no results of a known kind", name),
        "known are lm-evaluation-harness and Every Eval Ever, and of tables an array of rows, "
        "[{\"model\": \"a\", \"IFEval\": 45.1}, ...], rows by name, {\"a\": {\"IFEval\": 45.1}, ...}, and "
        "an object with one of these",
        tables.empty() ? "write a table of the scores, and import that"
                       : fmt::format("{} of its members {} rows, {}: take out the one with the scores, {}, and import "
                                     "that",
                                     tables.size() == 1 ? "one" : "some", tables.size() == 1 ? "is" : "are",
                                     listed(told), jq_of_member(tables.front().name)));
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
    Json last;
    for (auto const& file : files) {
        auto const source = io::open_text(file);
        last = parse(io::read_all(*source), file);
        (collector.add(last, file) ? known : others) += 1;
    }
    if (known == 0) refuse_kind(path, is_folder ? Json() : last);
    auto result = collector.finish(path);
    if (others > 0) result.notes.push_back(fmt::format("JSON files of other kinds, left out: {}", others));
    return result;
}

CsvImportResult import_results_text(std::string_view content, std::string const& name, std::string const& metric,
                                    CsvImportOptions const& options)
{
    Collector collector(metric, options);
    auto const parsed = parse(std::string(content), name);
    if (!collector.add(parsed, name)) refuse_kind(name, parsed);
    return collector.finish(name);
}

} // namespace exahca
