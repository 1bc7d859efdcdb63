// Do any options of `exahca search` crash it, hang it, or pass with values that no run can use? Each line of the input
// is one argument; what follows an empty line is a file as --config reads it.
#include "app/search_options.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>

namespace {

namespace po = boost::program_options;

std::vector<std::string> lines_of(std::string const& text)
{
    std::vector<std::string> lines;
    for (std::size_t first = 0; first < text.size();) {
        auto const end = std::min(text.find('\n', first), text.size());
        lines.push_back(text.substr(first, end - first));
        first = end + 1;
    }
    return lines;
}

void require(bool condition)
{
    if (!condition) std::abort();
}

void check(exahca::SearchRequest const& request)
{
    require(request.share.of >= 1 && request.share.part >= 0 && request.share.part < request.share.of);
    require(request.chunk_seconds > 0 && std::isfinite(request.chunk_seconds));
    require(request.max_seconds >= 0 && request.snapshot_seconds >= 0);
    require(request.replicates.bootstrap >= 0 && request.replicates.placebo_gaussian >= 0);
    exahca::ScoreMatrix scores;
    scores.benchmarks = {"A", "B", "C", "D"};
    // Enough models, and no benchmark that is constant or follows from others: these are refused.
    constexpr int models = 40;
    scores.scores.resize(models, 4);
    for (int i = 0; i < models; ++i)
        for (int j = 0; j < 4; ++j) scores.scores(i, j) = (i * (2 * j + 3) + j * i * i) % 17;
    for (int i = 0; i < models; ++i) {
        scores.models.push_back("m" + std::to_string(i));
        scores.base_models.emplace_back(i % 2 == 0 ? "a" : "b");
    }
    std::vector<std::string> warnings;
    auto const experiment = exahca::make_experiment(request, scores, warnings);
    require(experiment.task_count() >= 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const text(reinterpret_cast<char const*>(data), size);
    auto const blank = std::min(text.find("\n\n"), text.size());
    auto const arguments = lines_of(text.substr(0, blank));
    std::istringstream file(text.substr(std::min(blank + 2, text.size())));
    exahca::Command::Options options;
    exahca::add_search_options(options);
    po::positional_options_description positions;
    positions.add("scores", 1);
    try {
        po::variables_map values;
        po::store(po::command_line_parser(arguments).options(options).positional(positions).run(), values);
        po::store(po::parse_config_file(file, options), values);
        po::notify(values);
        if (values.count("scores") == 0 || values.count("output") == 0) return 0;
        check(exahca::read_search_request(values));
    } catch (po::error const&) {
    } catch (exahca::Error const&) {
    }
    return 0;
}
