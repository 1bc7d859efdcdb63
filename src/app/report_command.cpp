#include "command.hpp"

#include "exahca/io/atomic_file.hpp"
#include "exahca/page/html_report.hpp"
#include "exahca/run/output_file.hpp"
#include "output_directory.hpp"
#include "results_input.hpp"

#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <system_error>
#include <vector>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// Figures that an earlier report left: another one may number them differently. Other files stay.
void remove_earlier_figures(std::string const& directory)
{
    auto const is_ours = [](std::string const& name) {
        auto const digits = name.find_first_not_of("0123456789");
        return digits != name.npos && digits >= 3 && name.compare(digits, 9, "-setting-") == 0 &&
               name.ends_with(".svg");
    };
    std::error_code error; // what cannot be removed is not worth failing for
    std::vector<std::filesystem::path> earlier;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        if (is_ours(entry->path().filename().string())) earlier.push_back(entry->path());
    for (auto const& path : earlier) std::filesystem::remove(path, error);
}

/// Profiles of models that the results hold, and settings that lack them.
ReportModels models_of(DataGroup const& results, CapabilityNames const& capabilities, std::string const& path)
{
    ReportModels models{stored_profiles(results, capabilities), settings_with_model(results), path};
    for (auto const& profiles : models.profiles) std::erase(models.without, profiles.fit.setting);
    return models;
}

class ReportCommand final : public Command
{
public:
    std::string_view name() const override { return "report"; }
    std::string_view summary() const override { return "write an HTML page about a results file"; }
    std::string_view usage() const override { return "RESULTS.h5 -o REPORT.html [--settings N] [--figures DIRECTORY]"; }
    std::string_view description() const override
    {
        return "Writes one HTML page that says what was found and how far to trust it, with graphs, intervals, "
               "support, checks,\n"
               "warnings and how the run was made. The page is self-contained: no network, no script. It is readable "
               "on a phone,\n"
               "in dark mode and on paper. If there are more than 12 settings, it ranks them all and shows the best in "
               "full. Also\n"
               "works on interim results of an unfinished run.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca report results.h5 -o report.html",
                "exahca report results.h5 -o report.html --figures figures --overwrite",
                "exahca report results.h5 -o report.html --label \"GPQA=expert science\""};
    }
    std::vector<std::string> positional() const override { return {"results"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("results", po::value<std::string>()->required()->value_name("FILE"), "results file")(
            "output,o", po::value<std::string>()->required()->value_name("FILE"), "page to write")(
            "settings", po::value<std::int64_t>()->value_name("N"),
            "number of settings to show in full (default: all, or the best 5 if there are more than 12)")(
            "figures", po::value<std::string>()->value_name("DIRECTORY"), "also write every figure as an SVG file")(
            "label", po::value<std::vector<std::string>>()->value_name("BENCHMARK=TEXT"),
            "name the capability that a benchmark measures; may repeat")("overwrite",
                                                                         "replace an earlier page and its figures");
    }
    ExitStatus run(Values const& values, RunContext&) const override
    {
        auto const output = values["output"].as<std::string>();
        bool const overwrite = values.count("overwrite") > 0;
        refuse_existing(output, overwrite);
        auto const path = values["results"].as<std::string>();
        auto const results = read_results_file(path);
        ReportOptions options;
        if (values.count("settings") > 0) {
            auto const asked = values["settings"].as<std::int64_t>();
            if (asked < 1) throw UsageError(fmt::format("--settings {} tells no setting", asked), {}, "give 1 or more");
            options.settings = static_cast<std::size_t>(asked);
        }
        auto const report = naming(path, [&] {
            auto const capabilities = capability_names(values);
            auto const answer = summarize(results, capabilities);
            return html_report(answer, read_details(results, answer), options, models_of(results, capabilities, path));
        });
        std::vector<TextFile> files;
        if (values.count("figures") > 0) {
            auto const directory = values["figures"].as<std::string>();
            for (auto const& figure : report.figures) refuse_existing(directory + "/" + figure.name, overwrite);
            make_output_directory(directory);
            if (overwrite) remove_earlier_figures(directory);
            for (auto const& figure : report.figures) files.push_back({directory + "/" + figure.name, figure.svg});
        }
        files.push_back({output, report.page});
        write_texts_atomically(files);
        fmt::print("{}: {} figures\n", output, report.figures.size());
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

} // namespace exahca
