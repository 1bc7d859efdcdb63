#include "command.hpp"
#include "search_options.hpp"

#include "exahca/core/stop_flag.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/parallel/signals.hpp"
#include "exahca/run/orders_only.hpp"
#include "exahca/run/run_search.hpp"

namespace exahca {
namespace {

class SearchCommand final : public Command
{
public:
    std::string_view name() const override { return "search"; }
    std::string_view summary() const override
    {
        return "find the causal order behind a leaderboard, and how sure it is";
    }
    std::string_view usage() const override { return "SCORES.h5 -o RESULTS.h5 [options]"; }
    std::string_view description() const override
    {
        return "Estimates the latent factors of every setting and the causal order in which they act. Replicates say "
               "how "
               "far that\n"
               "order can be trusted: --bootstrap repeats the analysis on resampled data; by default there are none. "
               "Runs alone, or on\n"
               "many ranks under mpirun or srun: the results do not depend on the number of ranks. SIGUSR1, SIGTERM, "
               "SIGINT and\n"
               "--max-time write interim results and end with status 75.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca search scores.h5 -o results.h5 --domains llama-3-8b,qwen2.5-14b --factors 3 --bootstrap 200",
                "mpirun -n 64 exahca search scores.h5 -o results.h5 --min-models 100 --bootstrap 1000",
                "exahca search scores.h5 -o results.h5 --min-models 100 --bootstrap 5000 --resume"};
    }
    std::vector<std::string> positional() const override { return {"scores"}; }
    void add_options(Options& options) const override { add_search_options(options); }
    bool is_distributed() const override { return true; }
    ExitStatus run(Values const& values, RunContext& context) const override
    {
        SearchRequest request;
        on_every_rank(context.world, [&] { request = read_search_request(values); });
        StopFlag stop;
        SignalHandlers const handlers(stop);
        if (request.orders_only) return search_orders_only(request, context, stop);
        return run_search(request, context, stop);
    }
};

} // namespace

std::unique_ptr<Command> make_search_command() { return std::make_unique<SearchCommand>(); }

} // namespace exahca
