#include "command.hpp"

#include "exahca/core/close_names.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/plain_text.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/run/output_file.hpp"
#include "manual.hpp"

#include <algorithm>
#include <boost/any.hpp>
#include <filesystem>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>
#include <sstream>

namespace exahca {
namespace {

namespace po = boost::program_options;

void print_overview()
{
    fmt::print("exahca {}: {}\n\nUsage: exahca COMMAND [options]\n\nCommands:\n", version(), program_summary());
    for (auto const& command : commands()) fmt::print("  {:<10} {}\n", command->name(), command->summary());
    fmt::print("\nOptions of a command: exahca COMMAND --help. Version: exahca --version\n"
               "Manual pages and completion for bash: exahca --write-manual DIRECTORY\n"
               "First steps:  exahca simulate -o scores.h5 && exahca search scores.h5 -o results.h5 && exahca show "
               "results.h5\n"
               "Exit status:  {}\n",
               exit_status_text());
}

void print_help(Command const& command)
{
    std::ostringstream text;
    text << all_options(command);
    auto const usage = command.usage(); // empty where there is nothing to give
    fmt::print("Usage: exahca {}{}{}\n\n{}\n\n{}", command.name(), usage.empty() ? "" : " ", usage,
               command.description(), text.str());
    auto const examples = command.examples();
    if (!examples.empty()) fmt::print("\nExamples:\n");
    for (auto const& example : examples) fmt::print("  {}\n", example);
}

po::positional_options_description positional_options(Command const& command)
{
    po::positional_options_description positional;
    auto const names = command.positional();
    for (std::size_t i = 0; i < names.size(); ++i) positional.add(names[i].c_str(), i + 1 < names.size() ? 1 : -1);
    return positional;
}

/// \throws po::error
po::parsed_options parse_words(Command const& command, Command::Options const& options,
                               std::span<std::string const> words)
{
    po::command_line_parser parser(std::vector<std::string>(words.begin(), words.end()));
    // Abbreviated options would change their meaning when a new option comes.
    auto const style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    return parser.options(options).positional(positional_options(command)).style(style).run();
}

std::string strip_dashes(std::string const& option)
{
    return option.substr(std::min(option.find_first_not_of('-'), option.size()));
}

/// "did you mean --exclude? ", or nothing.
std::string did_you_mean(std::string const& wanted, std::vector<std::string> const& names)
{
    auto const close = close_names(wanted, names);
    return close.empty() ? std::string() : fmt::format("did you mean {}? ", fmt::join(close, " or "));
}

/// \throws UsageError  for what Boost.Program_options refuses in `action`
template <class Action>
void parsing(Command const& command, Action const& action)
{
    try {
        action();
    } catch (po::unknown_option const& error) {
        auto const options = all_options(command);
        std::vector<std::string> known;
        for (auto const& option : options.options()) known.push_back("--" + option->long_name());
        throw UsageError(error.what(), {},
                         did_you_mean("--" + strip_dashes(error.get_option_name()), known) +
                             fmt::format("see exahca {} --help", command.name()));
    } catch (po::error const& error) {
        throw UsageError(error.what(), {}, fmt::format("see exahca {} --help", command.name()));
    }
}

/// Collective: the options of the command line, and of the configuration file as rank 0 sees it: another node may have
/// another file of this name, and ranks with different options would wait for each other. \throws CommonError
po::variables_map parse(Command const& command, std::span<std::string const> arguments, Communicator& world)
{
    auto const options = all_options(command);
    po::variables_map values;
    on_every_rank(world,
                  [&] { parsing(command, [&] { po::store(parse_words(command, options, arguments), values); }); });
    if (values.count("help") > 0) return values;
    std::string text;
    if (values.count("config") > 0) {
        on_rank_zero(world, [&] { text = read_plain_text(values["config"].as<std::string>()); });
        ByteWriter writer;
        writer.put_string(text);
        auto const message = world.broadcast(writer.take());
        text = ByteReader(message).get_string();
    }
    on_every_rank(world, [&] {
        parsing(command, [&] {
            std::istringstream file(text);
            po::store(po::parse_config_file(file, options), values);
            po::notify(values);
        });
    });
    return values;
}

/// \throws UsageError  when a file that some other option names is the one to be written, or that has no name
void check_output(po::variables_map const& values)
{
    if (values.count("output") == 0) return;
    auto const& output = values["output"].as<std::string>();
    if (output.empty()) throw UsageError("the name of the output is empty", {}, "give a name after -o");
    for (auto const& [name, value] : values) {
        if (name == "output") continue;
        if (auto const* text = boost::any_cast<std::string>(&value.value()))
            refuse_same_file(*text == "-" ? "/dev/stdin" : *text, output);
        if (auto const* texts = boost::any_cast<std::vector<std::string>>(&value.value()))
            for (auto const& text : *texts) refuse_same_file(text, output);
    }
}

std::vector<std::string> command_names()
{
    std::vector<std::string> names;
    for (auto const& command : commands()) names.emplace_back(command->name());
    return names;
}

Command const* find_command(std::string const& name)
{
    auto const found =
        std::find_if(commands().begin(), commands().end(), [&](auto const& c) { return c->name() == name; });
    return found == commands().end() ? nullptr : found->get();
}

} // namespace

std::string_view program_summary() { return "causal orders of the latent capabilities behind a leaderboard"; }

std::string_view exit_status_text()
{
    return "0 done, 1 internal error, 2 usage, 3 input, 4 output, 5 done with failed tasks, 6 a rank went silent, 75 "
           "stopped early and resumable";
}

po::options_description all_options(Command const& command)
{
    po::options_description options("Options", 110, 55);
    command.add_options(options);
    options.add_options()("config", po::value<std::string>()->value_name("FILE"),
                          "read options from FILE, one \"option = value\" per line; the command line takes precedence")(
        "help,h", "print this help");
    return options;
}

std::vector<TypedOption> typed_options(Command const& command, std::span<std::string const> words)
{
    auto const options = all_options(command);
    std::vector<TypedOption> typed;
    parsing(command, [&] {
        for (auto const& option : parse_words(command, options, words).options)
            typed.push_back({option.string_key, option.original_tokens, option.position_key >= 0});
    });
    return typed;
}

std::vector<std::unique_ptr<Command>> const& commands()
{
    static auto const list = [] {
        std::vector<std::unique_ptr<Command>> all;
        all.push_back(make_import_command());
        all.push_back(make_simulate_command());
        all.push_back(make_domains_command());
        all.push_back(make_plan_command());
        all.push_back(make_search_command());
        all.push_back(make_merge_command());
        all.push_back(make_show_command());
        all.push_back(make_models_command());
        all.push_back(make_predict_command());
        all.push_back(make_next_command());
        all.push_back(make_replicate_command());
        all.push_back(make_effects_command());
        all.push_back(make_report_command());
        all.push_back(make_graph_command());
        all.push_back(make_export_command());
        all.push_back(make_compare_command());
        all.push_back(make_check_command());
        all.push_back(make_selftest_command());
        return all;
    }();
    return list;
}

ExitStatus run_program(std::span<std::string const> arguments, RunContext& context)
{
    auto& world = context.world;
    bool const speaks = world.rank() == 0;
    if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
        if (speaks) print_overview();
        return arguments.empty() ? ExitStatus::usage : ExitStatus::done;
    }
    if (arguments[0] == "--version") {
        if (speaks) fmt::print("exahca {} ({})\n{}\n", version(), revision(), build_description());
        return ExitStatus::done;
    }
    if (arguments[0] == "--write-manual") {
        on_rank_zero(world, [&] {
            if (arguments.size() != 2) throw UsageError("--write-manual takes a directory", {}, "see exahca --help");
            write_manual(arguments[1]);
        });
        return ExitStatus::done;
    }
    auto const* command = find_command(arguments[0]);
    on_every_rank(world, [&] {
        if (command == nullptr)
            throw UsageError(fmt::format("no command \"{}\"", arguments[0]), {},
                             did_you_mean(arguments[0], command_names()) + "see exahca --help");
    });
    auto const values = parse(*command, arguments.subspan(1), world);
    if (values.count("help") > 0) {
        if (speaks) print_help(*command);
        return ExitStatus::done;
    }
    on_rank_zero(world, [&] { check_output(values); });
    context.words.assign(arguments.begin() + 1, arguments.end());
    if (command->is_distributed()) return command->run(values, context);
    auto status = ExitStatus::done;
    on_rank_zero(world, [&] { status = command->run(values, context); });
    return status;
}

} // namespace exahca
