#include "manual.hpp"

#include "exahca/core/text_lists.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/atomic_file.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

/// Plain text as roff shows it: no character is a request or an escape.
std::string roff(std::string_view text)
{
    std::string result;
    bool line_begins = true;
    for (char const c : text) {
        if (line_begins && (c == '.' || c == '\'')) result += "\\&";
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
        line_begins = c == '\n';
    }
    return result;
}

std::string upper(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) { return std::toupper(c); });
    return result;
}

/// Text with empty lines between paragraphs; roff fills the lines itself.
std::string paragraphs(std::string_view text)
{
    std::string result = roff(text);
    for (auto at = result.find("\n\n"); at != std::string::npos; at = result.find("\n\n", at))
        result.replace(at, 2, "\n.PP\n");
    return result + '\n';
}

std::string head(std::string_view name, std::string_view summary)
{
    return fmt::format(".TH {} 1 \"\" \"exahca {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n", roff(upper(name)),
                       version(), roff(name), roff(summary));
}

/// "o" for -o [ --output ], nothing where there is no short name.
std::string short_name(boost::program_options::option_description const& option)
{
    auto const shown = option.format_name();
    return shown.size() > 2 && shown[0] == '-' && shown[1] != '-' ? shown.substr(1, 1) : std::string();
}

/// "-o, --output FILE" or "--factors VALUE (=3)".
std::string option_heading(boost::program_options::option_description const& option)
{
    auto const brief = short_name(option);
    auto parameter = option.format_parameter();
    if (parameter.starts_with("arg")) parameter.replace(0, 3, "VALUE");
    return fmt::format("{}--{}{}{}", brief.empty() ? "" : "-" + brief + ", ", option.long_name(),
                       parameter.empty() ? "" : " ", parameter);
}

std::string option_entries(Command const& command)
{
    auto const positional = command.positional();
    auto const options = all_options(command);
    std::string result;
    for (auto const& option : options.options()) {
        bool const is_positional =
            std::find(positional.begin(), positional.end(), option->long_name()) != positional.end();
        result += fmt::format(".TP\n.B {}\n{}{}\n", roff(option_heading(*option)),
                              is_positional ? "(also without its name) " : "", roff(option->description()));
    }
    return result;
}

std::string see_also(std::string_view own)
{
    std::vector<std::string> pages{"exahca(1)"};
    for (auto const& command : commands())
        if (command->name() != own) pages.push_back(fmt::format("exahca\\-{}(1)", command->name()));
    if (own.empty()) pages.erase(pages.begin());
    return fmt::format(".SH SEE ALSO\n{}\n", fmt::join(pages, ", "));
}

/// All options of a command as the completion offers them: --long, and -s where there is a short one.
std::vector<std::string> option_words(Command const& command)
{
    auto const options = all_options(command);
    std::vector<std::string> words;
    for (auto const& option : options.options()) {
        words.push_back("--" + option->long_name());
        if (auto const brief = short_name(*option); !brief.empty()) words.push_back("-" + brief);
    }
    return words;
}

} // namespace

std::string manual_page(Command const& command)
{
    auto const name = fmt::format("exahca-{}", command.name());
    auto page = head(name, command.summary());
    page += fmt::format(".SH SYNOPSIS\n.B exahca {}\n{}\n", roff(command.name()), roff(command.usage()));
    page += ".SH DESCRIPTION\n" + paragraphs(command.description());
    page += ".SH OPTIONS\n" + option_entries(command);
    auto const examples = command.examples();
    if (!examples.empty())
        page += fmt::format(".SH EXAMPLES\n.nf\n{}\n.fi\n", roff(fmt::format("{}", fmt::join(examples, "\n"))));
    page += ".SH EXIT STATUS\n" + roff(exit_status_text()) + '\n';
    return page + see_also(command.name());
}

std::string manual_overview()
{
    auto page = head("exahca", program_summary());
    page += ".SH SYNOPSIS\n.B exahca\n.I COMMAND\n[options]\n.SH COMMANDS\n";
    for (auto const& command : commands())
        page += fmt::format(".TP\n.BR exahca\\-{} (1)\n{}\n", roff(command->name()), roff(command->summary()));
    page += ".SH EXIT STATUS\n" + roff(exit_status_text()) + '\n';
    return page + see_also("");
}

std::string bash_completion()
{
    std::vector<std::string> names;
    std::string cases;
    for (auto const& command : commands()) {
        names.emplace_back(command->name());
        cases += fmt::format("    {}) words='{}' ;;\n", command->name(), fmt::join(option_words(*command), " "));
    }
    return fmt::format(R"(# bash completion of exahca, written by the program itself
_exahca()
{{
    local current=${{COMP_WORDS[COMP_CWORD]}} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- "$current")
        return
    fi
    case $current in -*) ;; *) return ;; esac
    case ${{COMP_WORDS[1]}} in
{}    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
# Words that are no options are file names, which bash completes by default.
complete -o default -F _exahca exahca
)",
                       fmt::join(names, " "), cases);
}

void write_manual(std::string const& folder)
{
    write_text_atomically(folder + "/exahca.1", manual_overview());
    for (auto const& command : commands())
        write_text_atomically(fmt::format("{}/exahca-{}.1", folder, command->name()), manual_page(*command));
    write_text_atomically(folder + "/exahca", bash_completion());
}

} // namespace exahca
