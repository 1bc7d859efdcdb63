#include "exahca/io/score_file.hpp"
#include "exahca/io/snapshot.hpp"
#include "exahca/run/run_search.hpp"
#include "exahca/simulate/simulator.hpp"
#include "histories/history.hpp"
#include "histories/printed.hpp"
#include "histories/quick_trees.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>

namespace exahca {

// Stands in for the true one, which takes longer than a history: all ranks compute the same bits here.
std::uint64_t kernel_fingerprint() { return 1; }

namespace histories {
namespace {

std::string make_folder()
{
    auto const parent = std::filesystem::exists("/dev/shm") ? std::filesystem::path("/dev/shm")
                                                            : std::filesystem::temp_directory_path();
    auto pattern = (parent / "exahca-histories-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return pattern;
}

SearchRequest request_for(std::string const& scores, std::vector<int> factors, std::int64_t bootstrap)
{
    SearchRequest request;
    request.scores = scores;
    request.domains.min_models = 1;
    request.grid.estimators = {Estimator::published};
    request.grid.factors = std::move(factors);
    request.grid.common.restarts = 1;
    request.replicates.bootstrap = bootstrap;
    request.quiet = true;
    return request;
}

/// The results of a run that nothing disturbs.
DataGroup undisturbed(SearchRequest request, std::string const& output, Files files)
{
    std::optional<QuickTrees> quick;
    if (files == Files::quick) quick.emplace();
    PrintedText const printed;
    request.output = output;
    auto const alone = make_serial_communicator();
    StopFlag stop;
    if (run_search(request, RunContext{*alone, "search", "none"}, stop) != ExitStatus::done)
        throw std::runtime_error("a search that nothing disturbs fails: " + printed.text());
    auto results = read_newest(output)->tree;
    std::filesystem::remove(output);
    return results;
}

} // namespace

Problems::Problems() : folder_(make_folder()), results_folder_(folder_ + "/results")
{
    std::filesystem::create_directory(results_folder_);
    SimulationOptions leaderboard;
    leaderboard.design = Design::base;
    leaderboard.factors = 2;
    leaderboard.sizes = {30, 25};
    auto const scores = simulate(leaderboard);
    auto const file = folder_ + "/scores.h5";
    write_scores(file, scores);
    for (auto const& request : {request_for(file, {2}, 12), request_for(file, {1, 2}, 6), request_for(file, {2}, 30),
                                request_for(file, {1, 2}, 0)}) {
        std::vector<std::string> warnings;
        Problem problem{request, make_experiment(request, scores, warnings).task_count(), fingerprint(scores), {}};
        for (auto const files : {Files::quick, Files::hdf5})
            problem.references[static_cast<std::size_t>(files)] = undisturbed(request, folder_ + "/r.h5", files);
        problems_.push_back(std::move(problem));
    }
}

Problems::~Problems()
{
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

} // namespace histories
} // namespace exahca
