#pragma once

#include "exahca/core/error.hpp"
#include "exahca/run/run_context.hpp"

#include <boost/program_options.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// One subcommand: its options, its help and what it does. Help, man pages and completion are made from the same text.
class Command
{
public:
    using Options = boost::program_options::options_description;
    using Values = boost::program_options::variables_map;

    virtual ~Command() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;
    /// One line, for the list of commands.
    [[nodiscard]] virtual std::string_view summary() const = 0;
    /// Words behind the name: "SCORES.h5 -o RESULTS.h5 [options]".
    [[nodiscard]] virtual std::string_view usage() const = 0;
    /// One or more paragraphs on what it does.
    [[nodiscard]] virtual std::string_view description() const = 0;
    /// Lines of examples, each a command.
    [[nodiscard]] virtual std::vector<std::string> examples() const { return {}; }

    /// Names of positional arguments in order; each is an option too. The last may repeat.
    [[nodiscard]] virtual std::vector<std::string> positional() const { return {}; }
    virtual void add_options(Options& options) const = 0;

    /// Whether all ranks take part; otherwise rank 0 works alone.
    [[nodiscard]] virtual bool is_distributed() const { return false; }
    [[nodiscard]] virtual ExitStatus run(Values const& values, RunContext& context) const = 0;
};

/// Its own options and those that every command has.
[[nodiscard]] Command::Options all_options(Command const& command);

/// One option of a command line, and the words that gave it.
struct TypedOption
{
    std::string name;
    std::vector<std::string> words;
    bool positional;
};

/// The options of a command line in the order in which they were typed. \throws UsageError  for those unknown
[[nodiscard]] std::vector<TypedOption> typed_options(Command const& command, std::span<std::string const> words);

/// What the program is, in one line, and what its exit statuses mean.
[[nodiscard]] std::string_view program_summary();
[[nodiscard]] std::string_view exit_status_text();

/// Every command, in the order of the help.
[[nodiscard]] std::vector<std::unique_ptr<Command>> const& commands();

[[nodiscard]] std::unique_ptr<Command> make_import_command();
[[nodiscard]] std::unique_ptr<Command> make_simulate_command();
[[nodiscard]] std::unique_ptr<Command> make_domains_command();
[[nodiscard]] std::unique_ptr<Command> make_search_command();
[[nodiscard]] std::unique_ptr<Command> make_plan_command();
[[nodiscard]] std::unique_ptr<Command> make_merge_command();
[[nodiscard]] std::unique_ptr<Command> make_selftest_command();
[[nodiscard]] std::unique_ptr<Command> make_show_command();
[[nodiscard]] std::unique_ptr<Command> make_models_command();
[[nodiscard]] std::unique_ptr<Command> make_predict_command();
[[nodiscard]] std::unique_ptr<Command> make_next_command();
[[nodiscard]] std::unique_ptr<Command> make_replicate_command();
[[nodiscard]] std::unique_ptr<Command> make_effects_command();
[[nodiscard]] std::unique_ptr<Command> make_report_command();
[[nodiscard]] std::unique_ptr<Command> make_graph_command();
[[nodiscard]] std::unique_ptr<Command> make_export_command();
[[nodiscard]] std::unique_ptr<Command> make_compare_command();
[[nodiscard]] std::unique_ptr<Command> make_check_command();

/// Collective: parses the arguments behind the program's name and runs the command, on rank 0 alone unless it is
/// distributed. Help and version go to standard output.
/// \throws CommonError  for everything a user can mend
[[nodiscard]] ExitStatus run_program(std::span<std::string const> arguments, RunContext& context);

} // namespace exahca
