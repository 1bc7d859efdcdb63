#include "exahca/run/orders_only.hpp"

#include "exahca/core/random.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/run_lock.hpp"
#include "exahca/io/snapshot.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/results/coordinates.hpp"
#include "exahca/results/given_orders.hpp"
#include "exahca/results/results.hpp"
#include "exahca/run/distributed.hpp"
#include "exahca/run/output_file.hpp"
#include "exahca/search/flag_search.hpp"
#include "exahca/search/instance_text.hpp"
#include "exahca/work/kernel_fingerprint.hpp"
#include "kernel_policy.hpp"
#include "messages.hpp"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace exahca {
namespace {

std::string read_text(std::string const& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path))
        throw InvalidInput(fmt::format("{} cannot be read", path), {}, "check its name and permissions");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Matrices with names for their domains and benchmarks.
GivenMatrices read_hdf5(std::string const& path)
{
    auto const tree = read_tree(path, TrailerPolicy::optional);
    auto const* variable = tree.find("unmixing");
    if (variable == nullptr || variable->shape.size() != 3 ||
        !std::holds_alternative<std::vector<double>>(variable->values))
        throw InvalidInput(
            fmt::format("{} has no dataset unmixing of real numbers, domains x sources x benchmarks", path), {},
            "write one with h5py, or give the text format");
    GivenMatrices given;
    auto const& values = std::get<std::vector<double>>(variable->values);
    auto const m = variable->shape[1], d = variable->shape[2];
    for (std::int64_t k = 0; k < variable->shape[0]; ++k) {
        using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        given.unmixing.emplace_back(Eigen::Map<RowMajor const>(values.data() + k * m * d, m, d));
    }
    if (tree.find("domain") != nullptr) given.domains = tree.strings("domain");
    if (tree.find("benchmark") != nullptr) given.benchmarks = tree.strings("benchmark");
    return given;
}

/// Of the matrices as text, so that the same ones have the same digits whichever file they came from.
std::string fingerprint_of(GivenMatrices const& given)
{
    return fmt::format("{:016x}", hash64(format_unmixing_text(given.unmixing)));
}

/// Where the matrices came from and what computed the results; the attributes of the search itself are `of_search`.
void put_provenance(DataGroup& tree, SearchRequest const& request, RunContext const& context,
                    std::vector<RankKernels> const& kernels,
                    std::vector<std::pair<std::string, AttributeValue>> const& of_search)
{
    auto& provenance = tree.group("provenance");
    provenance.attributes = {{"command", context.command_line},
                             {"matrix_file", request.scores},
                             {"exahca_revision", std::string(revision())},
                             {"build", std::string(build_description())},
                             {"message_passing", context.message_passing},
                             {"ranks", static_cast<std::int64_t>(context.world.size())}};
    provenance.attributes.insert(provenance.attributes.end(), of_search.begin(), of_search.end());
    put_kernels(provenance, kernels, {});
    add_missing_coordinates(provenance);
}

/// The results file of a search of orders.
DataGroup results_of(SearchRequest const& request, RunContext const& context, GivenMatrices const& given,
                     SearchResult const& found, RunStatistics const& statistics,
                     std::vector<RankKernels> const& kernels)
{
    auto tree = given_results(given, request.grid.common, found, fingerprint_of(given));
    put_provenance(tree, request, context, kernels,
                   {{"tuples_visited", found.tuples_visited},
                    {"start_tuples", found.start_tuples},
                    {"search_seconds", statistics.wall_seconds},
                    {"efficiency_of_computing_ranks", statistics.efficiency_of_computing_ranks()}});
    return tree;
}

/// "proved", or what is known instead.
std::string proof_text(bool proven, std::string_view what, double lower_bound)
{
    return proven ? "proved" : fmt::format("not proved: no {} is below {:.10f}", what, lower_bound);
}

/// Rank 0 alone: a proof takes about a second for three factors, whatever the number of domains.
void search_flags_of(SearchRequest const& request, RunContext const& context, GivenMatrices const& given,
                     std::vector<RankKernels> const& kernels, StopFlag const& stop)
{
    auto const& setting = request.grid.common;
    auto const started = std::chrono::steady_clock::now();
    auto const span = project_on_shared_span(given.unmixing);
    FlagSearchOptions options;
    options.tolerance = usual_flag_tolerance(setting.objective);
    options.best_n = setting.best;
    options.cell_limit = setting.search_tuples;
    options.stop = &stop;
    auto const found = search_flags(OrderProblem(span.unmixing, setting.objective, given.sizes), options);
    std::chrono::duration<double> const passed = std::chrono::steady_clock::now() - started;
    auto tree = given_results(given, setting, found, span, fingerprint_of(given));
    put_provenance(
        tree, request, context, kernels,
        {{"cells_bounded", found.cells}, {"flag_tolerance", options.tolerance}, {"search_seconds", passed.count()}});
    write_final(request.output, tree);
    fmt::print("{}: best {} flags of {} domains, {} cells, lowest value {:.10f}, {}. Read it with: exahca show {}\n",
               request.output, found.best.size(), given.unmixing.size(), found.cells, found.best.at(0).value,
               found.outcome == FlagOutcome::proven ? fmt::format("proved to within {:g}", options.tolerance)
                                                    : proof_text(false, "flag", found.lower_bound),
               request.output);
}

/// Writes the results of a search of orders, and says what it has found.
void write_orders(SearchRequest const& request, RunContext const& context, GivenMatrices const& given,
                  SearchResult const& found, RunStatistics const& statistics, std::vector<RankKernels> const& kernels)
{
    write_final(request.output, results_of(request, context, given, found, statistics, kernels));
    fmt::print("{}: best {} of 10^{:.1f} orders, {} tuples, lowest value {:.10f}, {}. Read it with: exahca show {}\n",
               request.output, found.best.size(),
               log10_order_count(static_cast<int>(given.unmixing.size()), static_cast<int>(given.unmixing[0].rows())),
               found.tuples_visited, found.best.empty() ? 1.0 : found.best[0].value,
               proof_text(found.outcome == SearchOutcome::optimum_proven, "order", found.lower_bound), request.output);
}

/// Collective: all ranks search the orders of rank 0's matrices.
/// \param lock  on the output, on rank 0; given up before ranks are aborted
void search_orders_of(SearchRequest const& request, RunContext const& context, GivenMatrices const& given,
                      std::vector<RankKernels> const& kernels, StopFlag& stop, std::optional<RunLock>& lock)
{
    auto& world = context.world;
    auto const shared = read_given_matrices(world.broadcast(world.rank() == 0 ? write_given_matrices(given) : Bytes{}));
    SearchOptions options;
    options.objective = request.grid.common.objective;
    options.sizes = shared.sizes;
    options.best_n = request.grid.common.best;
    options.set_limits(given_limits(request));
    RunStatistics statistics;
    auto const write = [&](SearchResult const& found) {
        write_orders(request, context, given, found, statistics, kernels);
    };
    Watch watch{stop, request.chunk_seconds, request.rank_zero_computes, request.quiet};
    watch.lost = [&](SearchResult const& found, RunStatistics const& searched) {
        statistics.add(searched);
        write(found);
        fmt::print(stderr, "exahca: {}: the others have done their work\n", lost_text(searched.lost_ranks));
        lock.reset();
        world.abort(static_cast<int>(ExitStatus::lost_ranks));
    };
    watch.failed = [&] { lock.reset(); };
    auto const found = search_together(world, shared.unmixing, options, watch, statistics);
    on_rank_zero(world, [&] { write(found); });
}

} // namespace

SearchLimits given_limits(SearchRequest const& request)
{
    auto setting = request.grid.common;
    setting.estimator = Estimator::given;
    return search_limits(setting, SearchUse::estimate);
}

GivenMatrices read_given(SearchRequest const& request)
{
    auto const text = read_text(request.scores);
    GivenMatrices given;
    if (text.starts_with("\x89HDF"))
        given = read_hdf5(request.scores);
    else
        given.unmixing = parse_unmixing_text(text, request.scores);
    given.sizes = request.sizes;
    complete_and_check(given, request.grid.common.objective);
    return given;
}

ExitStatus search_orders_only(SearchRequest const& request, RunContext const& context, StopFlag& stop)
{
    auto& world = context.world;
    std::optional<RunLock> lock;
    GivenMatrices given;
    on_rank_zero(world, [&] {
        if (request.existing == ExistingOutput::resume)
            throw UsageError("--orders-only cannot be resumed", {}, "start anew with --overwrite");
        given = read_given(request);
        lock.emplace(request.output); // before looking: a run that finishes in between would be overwritten
        refuse_existing(request.output, request.existing == ExistingOutput::overwrite);
    });
    auto const kernels = gather_kernels(world, kernel_fingerprint());
    on_rank_zero(world, [&] {
        auto const note = judge_ranks(kernels, request.require_identical);
        if (!note.empty()) fmt::print(stderr, "exahca: {}\n", note);
    });
    if (is_of_flags(request.grid.common.objective)) {
        on_rank_zero(world, [&] { search_flags_of(request, context, given, kernels, stop); });
        return ExitStatus::done;
    }
    search_orders_of(request, context, given, kernels, stop, lock);
    return ExitStatus::done;
}

} // namespace exahca
