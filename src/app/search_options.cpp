#include "search_options.hpp"

#include "keep_details.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/core/text_lists.hpp"
#include "exahca/estimate/anchors.hpp"
#include "exahca/search/flag_search.hpp"
#include "screen_option.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <initializer_list>
#include <map>
#include <set>
#include <utility>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// Values of --item-share.
std::vector<double> parse_item_shares(std::string const& text)
{
    std::vector<double> shares;
    for (auto const& part : split_list(text)) {
        shares.push_back(part == "file" ? stored_item_share : parse_number<double>("item-share", part));
        if (part != "file" && !(shares.back() >= 0 && shares.back() <= 1))
            throw UsageError(fmt::format("--item-share {} is not a share", part), {},
                             "give file, or numbers from 0 to 1");
    }
    if (shares.empty()) throw UsageError("--item-share is empty", {}, "give file, or numbers from 0 to 1");
    return shares;
}

std::vector<ScreenChoice> parse_screens(std::string const& text)
{
    std::vector<ScreenChoice> values;
    for (auto const& part : split_list(text)) values.push_back(parse_screen(part));
    if (values.empty()) throw UsageError("--screen is empty", {}, "give auto, shares such as 0.6, or off");
    return values;
}

template <class Parse>
auto parse_list(std::string const& option, std::string const& text, Parse parse)
{
    std::vector<decltype(parse(std::string_view{}))> values;
    for (auto const& part : split_list(text)) values.push_back(parse(part));
    if (values.empty()) throw UsageError(fmt::format("--{} is empty", option));
    return values;
}

std::int64_t count_option(Command::Values const& values, char const* name)
{
    auto const count = values[name].as<std::int64_t>();
    if (count < 0) throw UsageError(fmt::format("--{} {} is negative", name, count), {}, "give 0 or more");
    return count;
}

/// Replicates of one kind. None is what leaving the option out means: asking for none is taken for a slip.
std::int64_t replicates_option(Command::Values const& values, char const* name)
{
    auto const count = count_option(values, name);
    if (count == 0 && !values[name].defaulted())
        throw UsageError(fmt::format("--{} 0 asks for no replicates", name), {},
                         "give 1 or more, or leave the option out");
    return count;
}

/// Durations such as 90, 90s, 15m, 2h.
double parse_duration(char const* name, std::string text)
{
    double unit = 1;
    if (!text.empty() && (text.back() == 's' || text.back() == 'm' || text.back() == 'h')) {
        unit = text.back() == 'h' ? 3600 : text.back() == 'm' ? 60 : 1;
        text.pop_back();
    }
    auto const value = parse_number<double>(name, text) * unit;
    if (!std::isfinite(value))
        throw UsageError(fmt::format("--{} is not finite", name), {}, "give a number such as 90s");
    if (value < 0) throw UsageError(fmt::format("--{} is negative", name));
    return value;
}

/// Counts such as 8000000000, 500M, 8G, 1T. \param what  is counted, for messages
std::int64_t parse_large(char const* name, std::string text, char const* what)
{
    constexpr std::string_view letters = "KMGT";
    double unit = 1;
    if (auto const letter = text.empty() ? letters.npos : letters.find(text.back()); letter != letters.npos) {
        for (std::size_t i = 0; i <= letter; ++i) unit *= 1000;
        text.pop_back();
    }
    auto const value = parse_number<double>(name, text) * unit;
    if (!(value >= 1 && value < 9e18))
        throw UsageError(fmt::format("--{} is out of range", name), {},
                         fmt::format("give a {} such as 500M, 8G or 1T", what));
    return static_cast<std::int64_t>(value);
}

/// What ends searches for orders: nothing, a number of tuples, or a duration; both only where both are typed.
void read_search_limits(Command::Values const& values, Setting& setting)
{
    bool const timed = values.count("search-time") > 0, counted = !values["search-tuples"].defaulted();
    if (values.count("prove") > 0) {
        if (timed || counted)
            throw UsageError(fmt::format("--prove and --search-{} contradict each other", timed ? "time" : "tuples"),
                             "one asks for a proof however long it takes, the other for an end", "give one of them");
        setting.search_tuples = 0;
        return;
    }
    setting.search_tuples = parse_large("search-tuples", values["search-tuples"].as<std::string>(), "number");
    if (!timed) return;
    setting.search_seconds = parse_duration("search-time", values["search-time"].as<std::string>());
    if (setting.search_seconds == 0)
        throw UsageError("--search-time 0 leaves no time", {}, "give a duration such as 90s, or --prove");
}

/// The usual limit of a search for flags is a number of cells of its own.
void read_flag_limits(Command::Values const& values, Setting& setting)
{
    if (!is_of_flags(setting.objective)) return;
    if (values.count("search-time") > 0)
        throw UsageError(fmt::format("--search-time does not go with --objective {}", to_string(setting.objective)),
                         "searches for flags end at a number of cells", "give --search-tuples, or --prove");
    if (values.count("prove") == 0 && values["search-tuples"].defaulted())
        setting.search_tuples = FlagSearchOptions{}.cell_limit;
}

/// "3/10": the third of ten parts.
void parse_part(std::string const& text, SearchRequest& request)
{
    auto const slash = text.find('/');
    if (slash == std::string::npos) throw UsageError(fmt::format("--part {} has no /", text), {}, "give it as 3/10");
    request.share.part = parse_number<std::int64_t>("part", text.substr(0, slash)) - 1;
    request.share.of = parse_number<std::int64_t>("part", text.substr(slash + 1));
    if (request.share.of < 1 || request.share.part < 0 || request.share.part >= request.share.of)
        throw UsageError(fmt::format("--part {} is none of 1/n to n/n", text), {}, "count parts from 1");
}

} // namespace

void add_search_options(Command::Options& options, OutputOption output)
{
    po::options_description data("Data");
    auto* const file = po::value<std::string>()->value_name("FILE");
    if (output == OutputOption::required) file->required();
    data.add_options()("scores", po::value<std::string>()->required()->value_name("FILE"), "score file")(
        "output,o", file, "results file to write")("domains",
                                                   po::value<std::vector<std::string>>()->value_name("A,B,..."),
                                                   "base models to analyse together; repeat for several sets")(
        "domains-from", po::value<std::string>()->value_name("A,B,..."),
        "base models from which to form sets: all subsets of the sizes given by --subset-sizes")(
        "subset-sizes", po::value<std::string>()->value_name("N,M..P"), "sizes of those subsets, such as 4..5")(
        "drop-domain", "also analyse every set without each of its base models in turn")(
        "min-models", po::value<std::int64_t>()->default_value(usual_min_models),
        "smallest number of models of a base model that is selected by default or by a pattern such as 'qwen2.5-*'");

    po::options_description analysis("Analysis (lists are separated by commas; every combination becomes a setting)");
    analysis.add_options()("factors", po::value<std::string>()->default_value("3"),
                           "numbers of latent factors: 3 or 2,3 or 1..5")(
        "estimator", po::value<std::string>()->default_value("joint"),
        "joint, published")("screen", po::value<std::string>(),
                            "drop models with unusually low scores (auto), models below this share of their base "
                            "model's median total, or none (off); default: off for published, auto for joint")(
        "contrast", po::value<std::string>()->default_value("logcosh"),
        "published: contrast function of FastICA: logcosh, exp, cube")(
        "restarts", po::value<int>()->default_value(20), "published: random starts of ICA for the estimate")(
        "tolerance", po::value<double>()->default_value(1e-12, "1e-12"), "published: convergence tolerance of ICA")(
        "objective", po::value<std::string>()->default_value("mic"),
        "published: minimise the maximum inexactness coefficient of the base models (MIC; mic), the mean of their "
        "coefficients (mean), or the mean weighted by numbers of models (n-weighted); with --orders-only also "
        "flag-max, flag-mean or flag-n-weighted: the best flag, regardless of order")(
        "density", po::value<std::string>()->default_value("mog3"),
        "joint: source densities mog3, sas, mog2, extended")(
        "noise", po::value<std::string>()->default_value("aware"),
        "joint: likelihood that models noise, missing scores, floors and ceilings (aware), or takes scores as exact "
        "(span; the only one for sas and extended)")(
        "item-share", po::value<std::string>()->default_value("file"),
        "aware: share of the items' binomial variance that is known noise, 0 (ignore the items) to 1, or as stored in "
        "the score file (file)")("missing-shift", po::value<double>()->default_value(0, "0"),
                                 "aware: what if missing scores are not as the model predicts? Estimate again with "
                                 "them this many points higher (negative: lower) and say how far the answer moves; 0: "
                                 "do not")(
        "anchor", po::value<std::vector<std::string>>()->value_name("N=BENCHMARK"),
        "aware: only the first N factors of the causal order affect this benchmark; tested against the fit without "
        "anchors; may be repeated")("orders", po::value<std::string>()->default_value("12"),
                                    "joint: starting orders to fit, or all")(
        "best", po::value<int>()->default_value(10),
        "number of orders to list")("seed", po::value<std::uint64_t>()->default_value(1), "seed of all random numbers");

    po::options_description orders("Search for orders");
    orders.add_options()("prove", "search until the best orders are proven, however long it takes")(
        "search-tuples", po::value<std::string>()->default_value("6G"),
        "without --prove: limit on the work of the search of one estimate, in tuples of rows (1000000, 500M, 6G); "
        "other searches get a fixed part of it")(
        "search-time", po::value<std::string>()->value_name("TIME"),
        "instead, limit on the time of that search (90s, 15m, 2h); the result then depends on the machine")(
        "orders-only", "the input contains unmixing matrices (text or HDF5): only search their orders")(
        "sizes", po::value<std::string>()->value_name("N1,N2,..."),
        "with --orders-only: number of models of each base model");

    po::options_description replicates("Replicates");
    replicates.add_options()("bootstrap", po::value<std::int64_t>()->default_value(0),
                             "number of resamples of the models within each base model")(
        "parametric", po::value<std::int64_t>()->default_value(0),
        "number of data sets drawn from the fitted hierarchy")(
        "placebo", po::value<std::int64_t>()->default_value(0),
        "number of data sets without a common order, made by rotating sources, and of Gaussian ones")(
        "choice-placebo", po::value<std::int64_t>()->default_value(0),
        "published, several sets of base models: number of such data sets of each kind in which the set with the "
        "lowest MIC is chosen as well: how low would the lowest be by chance?")(
        "no-control", po::value<std::int64_t>()->default_value(0),
        "number of random splits of the pooled models into pseudo-domains")(
        "calibrate", po::value<std::int64_t>()->default_value(0),
        "number of resamples per --parametric data set, to calibrate the reported support")(
        "influence", po::value<std::int64_t>()->default_value(0),
        "which models decide the order? Leave out in turn base models, collapsed, atypical and duplicated models, and "
        "each of this many groups of models by total");

    GridLimits const limits;
    po::options_description size("Size (a larger run is refused before it starts)");
    size.add_options()("most-tasks", po::value<std::int64_t>()->default_value(limits.most_tasks),
                       "tasks")("most-bytes", po::value<std::string>()->default_value("8G"),
                                "size of the results in memory: 500M, 8G, 1T or bytes");

    po::options_description running("Running");
    running.add_options()("overwrite", "replace existing results")("resume",
                                                                   "continue a run, or extend a finished one")(
        "snapshot-interval", po::value<std::string>()->default_value("60s"), "interval between interim results")(
        "max-time", po::value<std::string>(),
        "stop after this time with status 75 (90s, 15m, 2h); continue with --resume")(
        "rank-zero", po::value<std::string>()->default_value("auto"),
        "whether rank 0, which hands out the work, also does part of it (computes) or not (leads); auto: computes with "
        "fewer than 8 ranks")("memory", po::value<std::string>()->default_value("shared"),
                              "keep the scores once per node (shared) or in every rank (private)")(
        "part", po::value<std::string>()->value_name("I/N"),
        "compute only every N-th replicate, starting with the I-th; join the parts with exahca merge")(
        "require-identical", "fail, not warn, if ranks or the resumed run are not bitwise identical")(
        "chunk-time", po::value<std::string>()->default_value("0.02"), "seconds of work per message")("quiet,q",
                                                                                                      "no progress");
    add_keep_details_option(size);
    options.add(data).add(analysis).add(orders).add(replicates).add(size).add(running);
}

SearchRequest read_search_request(Command::Values const& values)
{
    SearchRequest request;
    request.scores = values["scores"].as<std::string>();
    if (values.count("output") > 0) request.output = values["output"].as<std::string>();
    if (values.count("domains") > 0)
        for (auto const& set : values["domains"].as<std::vector<std::string>>()) {
            request.domains.named.push_back(split_names("domains", set));
            if (request.domains.named.back().empty())
                throw UsageError("--domains is empty", {}, "name base models: --domains a,b,c");
        }
    if (values.count("domains-from") > 0) {
        request.domains.pool = split_names("domains-from", values["domains-from"].as<std::string>());
        if (request.domains.pool.empty())
            throw UsageError("--domains-from is empty", {}, "name base models: --domains-from a,b,c,d,e");
    }
    if (values.count("subset-sizes") > 0)
        request.domains.subset_sizes =
            parse_integer_list<int>("subset-sizes", values["subset-sizes"].as<std::string>());
    request.domains.drop_one = values.count("drop-domain") > 0;
    request.domains.min_models = count_option(values, "min-models");
    request.limits.most_tasks = values["most-tasks"].as<std::int64_t>();
    request.limits.most_bytes = parse_large("most-bytes", values["most-bytes"].as<std::string>(), "size");
    if (request.limits.most_tasks < 1)
        throw UsageError(fmt::format("--most-tasks {} allows nothing", request.limits.most_tasks), {},
                         "give 1 or more");

    request.grid.factors = parse_integer_list<int>("factors", values["factors"].as<std::string>());
    request.grid.estimators = parse_list("estimator", values["estimator"].as<std::string>(), parse_estimator);
    if (values.count("screen") > 0) request.grid.screens = parse_screens(values["screen"].as<std::string>());
    request.grid.contrasts = parse_list("contrast", values["contrast"].as<std::string>(), contrast_from_name);
    request.grid.densities = parse_list("density", values["density"].as<std::string>(), parse_density);
    request.grid.noises = parse_list("noise", values["noise"].as<std::string>(), parse_noise);
    request.grid.item_shares = parse_item_shares(values["item-share"].as<std::string>());
    if (values.count("anchor") > 0) {
        std::vector<NamedAnchor> anchors;
        for (auto const& text : values["anchor"].as<std::vector<std::string>>()) anchors.push_back(parse_anchor(text));
        request.grid.common.anchors = anchors_text(std::move(anchors));
    }
    request.grid.common.missing_shift = values["missing-shift"].as<double>();
    if (auto const orders = values["orders"].as<std::string>(); orders == "all")
        request.grid.common.all_orders = true;
    else
        request.grid.common.starts = parse_number<int>("orders", orders);
    request.grid.common.restarts = values["restarts"].as<int>();
    request.grid.common.tolerance = values["tolerance"].as<double>();
    request.grid.common.objective = parse_objective(values["objective"].as<std::string>());
    request.grid.common.best = values["best"].as<int>();
    request.seed = values["seed"].as<std::uint64_t>();
    if (request.seed > (std::uint64_t{1} << 53)) throw UsageError("--seed is above 2^53", {}, "choose a smaller one");
    request.replicates.bootstrap = replicates_option(values, "bootstrap");
    request.replicates.parametric = replicates_option(values, "parametric");
    request.replicates.set_placebos(replicates_option(values, "placebo"));
    request.replicates.set_choices(replicates_option(values, "choice-placebo"));
    request.replicates.no_control = replicates_option(values, "no-control");
    request.replicates.influence = replicates_option(values, "influence");
    request.replicates.nested = replicates_option(values, "calibrate");

    request.keep_details = read_keep_details(values);
    read_search_limits(values, request.grid.common);
    read_flag_limits(values, request.grid.common);
    request.orders_only = values.count("orders-only") > 0;
    if (request.orders_only)
        for (auto const* name :
             {"bootstrap", "parametric", "calibrate", "placebo", "choice-placebo", "no-control", "influence"})
            if (!values[name].defaulted())
                throw UsageError(fmt::format("--{} does not go with --orders-only", name),
                                 "matrices cannot be resampled", "leave it out, or search a score file");
    if (request.replicates.nested > 0 && request.replicates.parametric == 0)
        throw UsageError("--calibrate resamples the data sets of --parametric, and there are none", {},
                         "give --parametric 100 or more too");
    if (values.count("sizes") > 0) {
        if (!request.orders_only)
            throw UsageError("--sizes goes with --orders-only", {},
                             "the sizes of base models come from the score file");
        for (auto const& part : split_list(values["sizes"].as<std::string>()))
            request.sizes.push_back(parse_number<double>("sizes", part));
    }
    bool const overwrite = values.count("overwrite") > 0, resume = values.count("resume") > 0;
    if (overwrite && resume) throw UsageError("--overwrite and --resume contradict each other", {}, "give one of them");
    request.existing = overwrite ? ExistingOutput::overwrite : resume ? ExistingOutput::resume : ExistingOutput::refuse;
    request.snapshot_seconds = parse_duration("snapshot-interval", values["snapshot-interval"].as<std::string>());
    // Who asks for it pays more, but never most of the time.
    if (!values["snapshot-interval"].defaulted()) request.largest_snapshot_share = 0.2;
    if (values.count("max-time") > 0)
        request.max_seconds = parse_duration("max-time", values["max-time"].as<std::string>());
    request.chunk_seconds = parse_duration("chunk-time", values["chunk-time"].as<std::string>());
    if (request.chunk_seconds <= 0) throw UsageError("--chunk-time is not above 0", {}, "give seconds, usually 0.02");
    request.rank_zero_computes = parse_choice<RankZeroComputes>(
        "rank-zero", values["rank-zero"].as<std::string>(),
        {{"auto", RankZeroComputes::automatic}, {"computes", RankZeroComputes::yes}, {"leads", RankZeroComputes::no}});
    request.storage =
        parse_choice<NodeStorage>("memory", values["memory"].as<std::string>(),
                                  {{"shared", NodeStorage::shared}, {"private", NodeStorage::private_copies}});
    if (values.count("part") > 0) parse_part(values["part"].as<std::string>(), request);
    if (request.share.of > 1 && request.orders_only)
        throw UsageError("--part does not go with --orders-only", {},
                         "one search is shared out over ranks: use mpirun");
    request.require_identical = values.count("require-identical") > 0;
    request.quiet = values.count("quiet") > 0;
    return request;
}

} // namespace exahca
